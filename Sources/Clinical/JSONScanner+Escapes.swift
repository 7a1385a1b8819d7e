extension JSONScanner {
    /// Takes an escape (RFC 8259 §7), which begins with the next byte.
    ///
    /// - Returns: the character that it stands for.
    /// - Throws: ``ContentError``.
    mutating func escaped() throws -> Unicode.Scalar {
        next += 1
        guard let byte = try current() else {
            throw ContentError.truncated
        }
        next += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try scalar()
        default: throw ContentError.malformed("escape")
        }
    }

    /// Takes the digits of `\uXXXX`, and of the other half of a surrogate pair after it: alone it
    /// is no character, and could not be written in UTF-8.
    private mutating func scalar() throws -> Unicode.Scalar {
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) {
            return scalar
        }
        guard unit < 0xDC00, try current() == UInt8(ascii: "\\") else {
            throw ContentError.malformed("surrogate")
        }
        next += 1
        guard try current() == UInt8(ascii: "u") else {
            throw ContentError.malformed("surrogate")
        }
        next += 1
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
        else {
            throw ContentError.malformed("surrogate")
        }
        return scalar
    }

    private mutating func hexadecimal() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = try current() else {
                throw ContentError.truncated
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: throw ContentError.malformed("escape")
            }
            value = value << 4 | UInt32(digit)
            next += 1
        }
        return value
    }
}
