/// The escapes of `E''` strings.
enum SQLEscape {
    /// Reads what follows a backslash.
    ///
    /// - Parameters:
    ///   - text: the SQL.
    ///   - position: after the backslash; moved behind the escape.
    /// - Returns: the bytes it stands for; a character that needs no escape stands for itself.
    static func decode(_ text: [UInt8], at position: inout Int) -> [UInt8] {
        guard position < text.count else {
            return []
        }
        let byte = text[position]
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            return [UInt8(truncatingIfNeeded: digits(text, &position, max: 3, radix: 8))]
        case UInt8(ascii: "x"):
            position += 1
            return [UInt8(truncatingIfNeeded: digits(text, &position, max: 2, radix: 16))]
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            position += 1
            let max = byte == UInt8(ascii: "u") ? 4 : 8
            let scalar = Unicode.Scalar(UInt32(digits(text, &position, max: max, radix: 16)))
            return Array(String(scalar ?? "\u{FFFD}").utf8)
        default:
            position += 1
            return [plain[byte] ?? byte]
        }
    }

    private static let plain: [UInt8: UInt8] = [
        UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
        UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
    ]

    private static func digits(
        _ text: [UInt8],
        _ position: inout Int,
        max: Int,
        radix: Int
    ) -> Int {
        var value = 0
        var count = 0
        while count < max, position < text.count,
            let digit = Character(Unicode.Scalar(text[position])).hexDigitValue, digit < radix
        {
            value = value * radix + digit
            position += 1
            count += 1
        }
        return value
    }
}
