import Console
import Model
import Scheduling

/// A day on which something must be done, as an operator types it.
enum DueDate {
    /// The end of a day in the site's time zone; or a moment, as RFC 3339 has it.
    ///
    /// - Parameters:
    ///   - text: `2026-12-24`, or `2026-12-24T17:00:00+09:00`.
    ///   - zone: the site's.
    /// - Returns: the day's last second, or the moment.
    /// - Throws: ``UsageError`` for anything else.
    static func read(_ text: String, in zone: SiteTimeZone) throws(UsageError) -> Timestamp {
        if let moment = Timestamp(rfc3339WithOffset: text) {
            return moment
        }
        guard let end = Timestamp(rfc3339: "\(text)T23:59:59Z") else {
            throw UsageError("\(text) is not a day", hint: "write it as 2026-12-24")
        }
        return Timestamp(seconds: end.seconds - Int64(zone.offsetSeconds(at: end)))
    }
}
