/// Percent-encoding as S3 signs it: RFC 3986 §2.3's unreserved characters stay, every other byte
/// becomes `%` and two upper-case digits.
/// - SeeAlso: AWS Identity and Access Management, "Create a signed AWS API request", step 1.
enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let unreserved = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8
    )

    /// Encodes a name or a value of a query, or a part of a path.
    static func encode(_ text: String) -> String { encode(text, keeping: nil) }

    /// Encodes a path, whose slashes stay.
    static func encode(path: String) -> String { encode(path, keeping: UInt8(ascii: "/")) }

    private static func encode(_ text: String, keeping kept: UInt8?) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if unreserved.contains(byte) || byte == kept {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Decodes what a service encoded for a list (`encoding-type=url`); some write a space as `+`,
    /// and every one a plus as `%2B`.
    ///
    /// - Parameter text: with digits in upper or lower case.
    /// - Returns: nil if a `%` is not followed by two digits.
    static func decode(_ text: String) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.utf8.count)
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(value(of:)),
                    let low = rest.popFirst().flatMap(value(of:))
                else {
                    return nil
                }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
