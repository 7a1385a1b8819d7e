import Model

/// Reads values of HL7's simple types, as bytes.
enum HL7Value {
    /// Whether bytes are a number: digits with at most one point among them, after a sign or none
    /// (NM, HL7 v2.5 §2.A.47). Nothing, and `""` for a value that was deleted, are no wrong number.
    static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
        var rest = bytes
        if rest.isEmpty || rest.elementsEqual("\"\"".utf8) {
            return true
        }
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
            rest.removeFirst()
        }
        var digits = 0
        var points = 0
        for byte in rest {
            if isDigit(byte) {
                digits += 1
            } else if byte == UInt8(ascii: ".") {
                points += 1
            } else {
                return false
            }
        }
        return digits > 0 && points <= 1
    }

    /// The day with which a time begins (TS, HL7 v2.5 §2.A.77).
    ///
    /// - Parameter bytes: eight digits, as `20260118`, and anything after them.
    /// - Returns: nil for fewer digits, and for a day that no calendar has.
    static func day(_ bytes: ArraySlice<UInt8>) -> CivilDate? {
        number(bytes.prefix(8), digits: 8).flatMap { date($0) }
    }

    /// A day as profiles count it, as 20260118.
    static func number(of day: CivilDate) -> UInt32 {
        UInt32(clamping: day.year * 10_000 + day.month * 100 + day.day)
    }

    /// A time in the clock of the hospital, in whole seconds.
    ///
    /// - Parameters:
    ///   - bytes: `YYYYMMDDHHMMSS`, and up to three digits of a second's fraction without a point.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC.
    /// - Returns: nil for anything else, and for a time that no day has.
    static func time(_ bytes: ArraySlice<UInt8>, localOffset: Int64) -> Timestamp? {
        guard bytes.count >= 14, bytes.count <= 17,
            let day = number(bytes.prefix(8), digits: 8), let date = date(day),
            let clock = number(bytes.dropFirst(8).prefix(6), digits: 6),
            bytes.count == 14 || isDigits(bytes.dropFirst(14))
        else {
            return nil
        }
        let (hour, minute, second) = (clock / 10_000, clock / 100 % 100, clock % 100)
        // A leap second is written as 60 (ISO 8601).
        guard hour < 24, minute < 60, second <= 60 else {
            return nil
        }
        let local = date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second
        return Timestamp(seconds: local.subtractingReportingOverflow(localOffset).partialValue)
    }

    /// A time that may say its zone, in whole seconds (TS, HL7 v2.5 §2.A.77).
    ///
    /// - Parameters:
    ///   - bytes: `YYYYMMDD[HH[MM[SS[.S…]]]][±ZZZZ]`.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC, for a time without a
    ///     zone.
    /// - Returns: nil for anything else.
    static func zonedTime(_ bytes: ArraySlice<UInt8>, localOffset: Int64) -> Timestamp? {
        let isSign = { (byte: UInt8) in byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") }
        let sign = bytes.firstIndex(where: isSign) ?? bytes.endIndex
        let clock = bytes[..<sign].prefix { $0 != UInt8(ascii: ".") }
        guard (8...14).contains(clock.count), clock.count.isMultiple(of: 2) else {
            return nil
        }
        var offset = localOffset
        if sign < bytes.endIndex {
            guard let zone = number(bytes[sign...].dropFirst(), digits: 4) else {
                return nil
            }
            let seconds = zone / 100 * 3_600 + zone % 100 * 60
            offset = bytes[sign] == UInt8(ascii: "-") ? -seconds : seconds
        }
        let filled = Array(clock) + [UInt8](repeating: UInt8(ascii: "0"), count: 14 - clock.count)
        return time(filled[...], localOffset: offset)
    }

    /// Bytes without the spaces around them, which fixed columns leave.
    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes.drop { $0 == UInt8(ascii: " ") }
        while rest.last == UInt8(ascii: " ") {
            rest.removeLast()
        }
        return rest
    }

    /// Whether bytes are digits alone, and some.
    static func isDigits(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { isDigit($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Exactly so many digits, at most 17, as a number.
    private static func number(_ bytes: ArraySlice<UInt8>, digits: Int) -> Int64? {
        guard bytes.count == digits else {
            return nil
        }
        var value: Int64 = 0
        for byte in bytes {
            guard isDigit(byte) else {
                return nil
            }
            value = value * 10 + Int64(byte &- UInt8(ascii: "0"))
        }
        return value
    }

    private static func date(_ number: Int64) -> CivilDate? {
        CivilDate(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }
}
