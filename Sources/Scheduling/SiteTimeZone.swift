import Foundation
package import Model

/// The time zone in which a site's schedules are read.
///
/// Invariant: it is the zone that was asked for. When Foundation cannot find the data it gives
/// none, and careless callers then take UTC; here that is an error, at start.
package struct SiteTimeZone: Hashable, Sendable {
    /// The moments for which schedules are computed, in seconds: the years 1 to 9999.
    static let moments: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    /// Wider than any offset from UTC and than any change of one, of which the International Date
    /// Line made the widest, 24 hours.
    private static let offsetSecondsMax: Int64 = 32 * 3_600

    /// Its name in the IANA database, such as `Asia/Tokyo`.
    package let identifier: String
    private let zone: TimeZone

    /// Finds a zone.
    ///
    /// - Parameter identifier: `Area/City` exactly as the IANA database spells it, or `UTC`. `JST`
    ///   and `EST` are refused: abbreviations name several zones, or one without its summer time.
    /// - Throws: ``ScheduleError/timeZone(_:)`` if there is none of that name;
    ///   ``ScheduleError/noTimeZones`` if this program has no zones at all.
    package init(identifier: String) throws(ScheduleError) {
        guard SiteTimeZone.zonesCanBeHad else {
            throw .noTimeZones
        }
        // A zero would end the name before its end for whoever takes it as a C string.
        guard identifier.utf8.contains(UInt8(ascii: "/")) || identifier == "UTC",
            !identifier.utf8.contains(0),
            let zone = TimeZone(identifier: identifier),
            zone.identifier == identifier || identifier == "UTC"
        else {
            throw .timeZone(identifier)
        }
        self.identifier = identifier
        self.zone = zone
    }

    /// How far local time is ahead of UTC at a moment, in seconds. Of moments beyond the years 1 to
    /// 9999 the nearest within counts.
    package func offsetSeconds(at moment: Timestamp) -> Int {
        Int(offset(at: moment.seconds))
    }

    /// How far local time is ahead of UTC in winter, in seconds: without summer time, so that a
    /// time of a record means the same whenever it is read.
    package var standardOffsetSeconds: Int64 {
        // 2026-01-01 and 2026-07-01: one of the two is winter wherever there is one.
        min(offset(at: 1_767_225_600), offset(at: 1_782_864_000))
    }

    /// Local time to the second with its offset, as RFC 3339 has it: `2026-11-23T02:38:08+09:00`.
    package func text(_ moment: Timestamp) -> String {
        let offset = offset(at: moment.seconds)
        let local = Timestamp(seconds: moment.seconds.addingReportingOverflow(offset).partialValue)
        let minutes = abs(offset) / 60
        let sign = offset < 0 ? "-" : "+"
        let parts = [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
        return "\(local.rfc3339.dropLast())\(sign)\(parts.joined(separator: ":"))"
    }

    /// Whether Foundation has time zones: proven by one whose offset is known.
    ///
    /// In a statically linked program `TimeZone(identifier:)` is nil for all zones unless the
    /// linker takes in FoundationInternationalization, which it does only for who refers to
    /// something in need of it. `DateFormatter` is such a thing, and here for no other reason.
    /// Seen with Swift 6.3.1: nil without that line, Asia/Tokyo with it, both under
    /// `-static-stdlib` and `-static-executable`.
    private static let zonesCanBeHad: Bool = {
        _ = DateFormatter()
        let tokyo = TimeZone(identifier: "Asia/Tokyo")
        return tokyo?.secondsFromGMT(for: Date(timeIntervalSince1970: 1_700_000_000)) == 9 * 3_600
    }()
}

// MARK: - Local minutes: those of a clock on the wall, counted from its 1970-01-01T00:00

extension SiteTimeZone {
    /// What the clock on the wall shows at a moment, seconds dropped.
    func localMinute(at moment: Timestamp) -> Int64 {
        (moment.seconds + offset(at: moment.seconds)).flooredQuotient(60)
    }

    /// The latest local minute that can belong to a moment up to this one: where the clock was set
    /// back shortly before, it has shown later times than it shows now.
    func latestLocalMinute(upTo moment: Timestamp) -> Int64 {
        let earlier = offset(at: moment.seconds - SiteTimeZone.offsetSecondsMax)
        let present = offset(at: moment.seconds)
        return (moment.seconds + max(earlier, present)).flooredQuotient(60)
    }

    /// When the clock on the wall first shows `minute`; where it never does because it is set
    /// forward past it, when it is set forward. Never decreases as `minute` grows.
    ///
    /// Supposes at most one change of the offset within ``offsetSecondsMax`` on either side.
    func moment(ofLocalMinute minute: Int64) -> Timestamp {
        let local = minute * 60
        var low = local - SiteTimeZone.offsetSecondsMax
        var high = local + SiteTimeZone.offsetSecondsMax
        let before = offset(at: low)
        let after = offset(at: high)
        guard before != after else {
            return Timestamp(seconds: local - before)
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(at: middle) == before {
                low = middle
            } else {
                high = middle
            }
        }
        let change = high
        guard local - before >= change else {
            return Timestamp(seconds: local - before)
        }
        return Timestamp(seconds: max(change, local - after))
    }

    /// Seconds ahead of UTC.
    private func offset(at seconds: Int64) -> Int64 {
        let range = SiteTimeZone.moments
        let bounded = min(max(seconds, range.lowerBound), range.upperBound)
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(bounded))))
    }
}
