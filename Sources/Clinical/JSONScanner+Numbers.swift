extension JSONScanner {
    /// Takes a number (RFC 8259 §6).
    ///
    /// - Returns: its value if it is a natural number in plain digits below 2⁶⁴, else nil.
    /// - Throws: ``ContentError``.
    mutating func number() throws -> UInt64? {
        _ = try peek()
        var isNatural = true
        if try current() == UInt8(ascii: "-") {
            next += 1
            isNatural = false
        }
        let value = try integer()
        if try current() == UInt8(ascii: ".") {
            next += 1
            isNatural = false
            _ = try digits()
        }
        let mark = try current()
        if mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") {
            next += 1
            isNatural = false
            let sign = try current()
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                next += 1
            }
            _ = try digits()
        }
        return isNatural ? value : nil
    }

    /// No number but 0 begins with 0.
    private mutating func integer() throws -> UInt64? {
        guard try current() == UInt8(ascii: "0") else {
            return try digits()
        }
        next += 1
        return 0
    }

    /// Takes one digit or more; nil for a value of more than 64 bits.
    private mutating func digits() throws -> UInt64? {
        var value: UInt64? = 0
        var count = 0
        while let byte = try current(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            next += 1
            count &+= 1
            let (tens, isOver) = (value ?? 0).multipliedReportingOverflow(by: 10)
            let (sum, isOverToo) = tens.addingReportingOverflow(UInt64(byte & 0x0F))
            value = value == nil || isOver || isOverToo ? nil : sum
        }
        guard count > 0 else {
            throw ContentError.malformed("number")
        }
        return value
    }

    /// Takes `true`, `false` or `null`.
    ///
    /// - Throws: ``ContentError`` for anything else.
    mutating func skipWord() throws {
        let word =
            switch try peek() {
            case UInt8(ascii: "t"): "true"
            case UInt8(ascii: "f"): "false"
            default: "null"
            }
        for byte in word.utf8 {
            guard try current() == byte else {
                throw ContentError.malformed("word")
            }
            next += 1
        }
    }
}
