import Model

/// A time as FHIR writes it: `dateTime` or `instant`.
///
/// - SeeAlso: FHIR R4 datatypes.html#dateTime and #instant.
struct FHIRTime: Hashable, Sendable {
    /// When it is, in whole seconds; of a day, month or year its beginning.
    let timestamp: Timestamp
    /// Whether it has a time of day and a zone, as an `instant` must.
    let isInstant: Bool

    /// Reads a time; nil for any other text, and for a day that is in no calendar.
    ///
    /// - Parameters:
    ///   - text: `2026`, `2026-06`, `2026-06-30` or `2026-06-30T12:46:16.123+09:00`. A time of day
    ///     without a zone, which R4 does not allow and some systems write, is taken as the
    ///     hospital's own.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC, for such times and
    ///     for dates.
    init?(_ text: [UInt8], localOffset: Int64) {
        let text = FHIRTimeText(bytes: text)
        guard let date = text.date else {
            return nil
        }
        let midnight = date.daysSinceEpoch * 86_400
        guard text.bytes.count > 10 else {
            timestamp = Timestamp(seconds: midnight - localOffset)
            isInstant = false
            return
        }
        guard let second = text.secondOfDay, let zone = text.zone else {
            return nil
        }
        switch zone {
        case .absent:
            timestamp = Timestamp(seconds: midnight + second - localOffset)
            isInstant = false
        case .offset(let offset):
            timestamp = Timestamp(seconds: midnight + second - offset)
            isInstant = true
        }
    }

    /// The day on the hospital's calendar, as 20260630.
    ///
    /// - Parameter localOffset: seconds by which the hospital's clock is ahead of UTC.
    /// - Returns: 0 for a year before 1900 or after 2100: no clinical day.
    func day(localOffset: Int64) -> UInt32 {
        let seconds = timestamp.seconds + localOffset
        let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        let date = CivilDate(daysSinceEpoch: days)
        guard (1_900...2_100).contains(date.year) else {
            return 0
        }
        return UInt32(date.year * 10_000 + date.month * 100 + date.day)
    }
}

/// The parts of a time's text, by their places.
private struct FHIRTimeText {
    enum Zone {
        case absent
        case offset(Int64)
    }

    let bytes: [UInt8]

    /// `2026`, `2026-06` or `2026-06-30`, and that a time of day follows the last alone.
    var date: CivilDate? {
        guard let year = number(at: 0, digits: 4), year > 0 else {
            return nil
        }
        if bytes.count == 4 {
            return CivilDate(year: year, month: 1, day: 1)
        }
        guard has(UInt8(ascii: "-"), at: 4), let month = number(at: 5, digits: 2) else {
            return nil
        }
        if bytes.count == 7 {
            return CivilDate(year: year, month: month, day: 1)
        }
        guard has(UInt8(ascii: "-"), at: 7), let day = number(at: 8, digits: 2) else {
            return nil
        }
        return CivilDate(year: year, month: month, day: day)
    }

    /// `T12:46:16`; 60 is a leap second.
    var secondOfDay: Int64? {
        guard has(UInt8(ascii: "T"), at: 10), let hour = number(at: 11, digits: 2), hour < 24,
            has(UInt8(ascii: ":"), at: 13), let minute = number(at: 14, digits: 2), minute < 60,
            has(UInt8(ascii: ":"), at: 16), let second = number(at: 17, digits: 2), second <= 60
        else {
            return nil
        }
        return hour * 3_600 + minute * 60 + second
    }

    /// `Z`, `+09:00` or nothing, after an optional fraction of a second.
    var zone: Zone? {
        var place = 19
        if has(UInt8(ascii: "."), at: place) {
            place += 1
            let start = place
            while number(at: place, digits: 1) != nil {
                place += 1
            }
            guard place > start else {
                return nil
            }
        }
        guard place < bytes.count else {
            return .absent
        }
        if bytes[place] == UInt8(ascii: "Z") {
            return place + 1 == bytes.count ? .offset(0) : nil
        }
        let isWest = bytes[place] == UInt8(ascii: "-")
        guard isWest || bytes[place] == UInt8(ascii: "+"), bytes.count == place + 6,
            let hours = number(at: place + 1, digits: 2), has(UInt8(ascii: ":"), at: place + 3),
            let minutes = number(at: place + 4, digits: 2), minutes < 60,
            hours * 60 + minutes <= 14 * 60
        else {
            return nil
        }
        let offset = hours * 3_600 + minutes * 60
        return .offset(isWest ? -offset : offset)
    }

    private func has(_ byte: UInt8, at place: Int) -> Bool {
        place < bytes.count && bytes[place] == byte
    }

    private func number(at place: Int, digits: Int) -> Int64? {
        guard place + digits <= bytes.count else {
            return nil
        }
        var value: Int64 = 0
        for byte in bytes[place..<place + digits] {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
                return nil
            }
            value = value * 10 + Int64(byte & 0x0F)
        }
        return value
    }
}
