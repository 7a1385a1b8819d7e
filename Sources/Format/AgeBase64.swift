/// Base 64 as age headers have it: canonical (RFC 4648 §3.5), without padding or white space.
package enum AgeBase64 {
    /// Characters of a line of a stanza's body and of an armored file.
    package static let columns = 64
    /// Bytes that a whole line spells.
    package static let lineByteCount = 48

    /// The characters that spell `bytes`: ⌈4 × count / 3⌉, no padding.
    package static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        Base64.encode(Array(bytes)).utf8.filter { $0 != UInt8(ascii: "=") }
    }

    /// The bytes that `text` spells.
    ///
    /// - Returns: nil for any other character, a length that no bytes have, padding, or last bits
    ///   that are not zero.
    package static func decode(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        guard text.last != UInt8(ascii: "=") else {
            return nil
        }
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Base64.decode(String(decoding: text, as: UTF8.self) + padding)
    }
}
