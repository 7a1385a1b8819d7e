/// A moment of the wall clock: seconds since 1970-01-01T00:00:00Z, and nanoseconds within one.
///
/// A claim by some clock, not a truth: a timestamp is compared and shown, never trusted for safety.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Seconds since the epoch; negative before 1970.
    package let seconds: Int64
    /// 0 ..< 1,000,000,000.
    package let nanoseconds: UInt32

    /// Takes a moment; nil if `nanoseconds` is not below one second.
    package init?(seconds: Int64, nanoseconds: UInt32) {
        guard nanoseconds < 1_000_000_000 else {
            return nil
        }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// Takes whole seconds since the epoch.
    package init(seconds: Int64) {
        self.seconds = seconds
        self.nanoseconds = 0
    }

    package static func < (one: Timestamp, other: Timestamp) -> Bool {
        (one.seconds, one.nanoseconds) < (other.seconds, other.nanoseconds)
    }

    /// The time from `earlier` to this; negative if this came first.
    package func since(_ earlier: Timestamp) -> Duration {
        .seconds(seconds.subtractingReportingOverflow(earlier.seconds).partialValue)
            + .nanoseconds(Int64(nanoseconds) - Int64(earlier.nanoseconds))
    }

    /// So many whole seconds later, or sooner; at most the ends of time.
    package func adding(_ time: Duration) -> Timestamp {
        let (sum, overflow) = seconds.addingReportingOverflow(time.components.seconds)
        return Timestamp(seconds: !overflow ? sum : time < .zero ? .min : .max)
    }
}

// MARK: - RFC 3339

extension Timestamp {
    /// RFC 3339 in UTC to the second, as `2026-11-22T17:38:08Z`.
    package var rfc3339: String {
        let date = CivilDate(daysSinceEpoch: seconds.floorDivided(by: 86_400))
        // By remainders: a file list may hold any 64-bit second, and products overflow at its ends.
        let remainder = seconds % 86_400
        let second = remainder < 0 ? remainder + 86_400 : remainder
        let time = [second / 3_600, second / 60 % 60, second % 60].map { padded($0, 2) }
        return "\(date)T\(time.joined(separator: ":"))Z"
    }

    /// Reads what ``rfc3339`` writes, and nothing else; nil for any other spelling.
    package init?(rfc3339 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-")
        else {
            return nil
        }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
                    return nil
                }
                value = value * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day)
        else {
            return nil
        }
        self.init(seconds: date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second)
    }
}

/// A date of the proleptic Gregorian calendar.
///
/// The conversion is the one of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"
/// (2014), §§ days_from_civil and civil_from_days.
package struct CivilDate: Hashable, Sendable, CustomStringConvertible {
    /// The year; 1 BC is 0.
    package let year: Int64
    /// 1 ... 12.
    package let month: Int64
    /// 1 ... 31.
    package let day: Int64

    /// Takes a date that exists in the calendar; nil for any other.
    package init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1, (-9_999...9_999).contains(year) else {
            return nil
        }
        self.year = year
        self.month = month
        self.day = day
        guard CivilDate(daysSinceEpoch: daysSinceEpoch) == self else {
            return nil
        }
    }

    /// The date that many days after 1970-01-01.
    package init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01; negative before.
    package var daysSinceEpoch: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.floorDivided(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// `2026-11-22`.
    package var description: String {
        "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

extension Int64 {
    fileprivate func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

private func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
