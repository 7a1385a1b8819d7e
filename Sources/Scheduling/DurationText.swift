/// Durations as configuration files spell them: a whole number and one unit, `90s`, `15m`, `4h`,
/// `7d`. A day is 24 hours.
package enum DurationText {
    /// Longest number: 999,999 days are over 2,700 years.
    private static let digitsMax = 6
    private static let units: [(letter: Character, seconds: Int64)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]

    /// Reads a duration above zero.
    ///
    /// - Parameter text: one to six digits without a leading zero, then `s`, `m`, `h` or `d`;
    ///   no sign, fraction, blank or second unit.
    /// - Returns: the duration, in whole seconds.
    /// - Throws: ``ScheduleError/duration(_:)``.
    package static func parse(_ text: String) throws(ScheduleError) -> Duration {
        let digits = text.dropLast()
        guard let unit = units.first(where: { $0.letter == text.last }),
            (1...digitsMax).contains(digits.utf8.count), digits.first != "0",
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int64(digits)
        else {
            throw .duration(text)
        }
        return .seconds(count * unit.seconds)
    }

    /// Writes a duration in the largest unit that leaves no rest, so that ``parse(_:)`` gives it
    /// back; a single day is `24h`, as policies say. Fractions of a second are dropped.
    package static func format(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        for unit in units where seconds % unit.seconds == 0 && seconds != 0 {
            let count = seconds / unit.seconds
            if unit.letter != "d" || count != 1 && count != -1 {
                return "\(count)\(unit.letter)"
            }
        }
        return "0s"
    }
}
