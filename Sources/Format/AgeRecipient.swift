/// The public half of a recovery key: an X25519 public key in age's spelling, `age1…`.
///
/// Invariants: the point is canonical (below 2²⁵⁵ − 19) and not of low order, so that two
/// recipients are the same exactly if their text is, and sealing to one keeps something secret.
/// - SeeAlso: <https://c2sp.org/age>, "The X25519 recipient type"; RFC 7748 §5.
package struct AgeRecipient: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of a public key.
    package static let byteCount = 32
    private static let prefix = "age"

    /// The 32 bytes of the u-coordinate, little-endian.
    package let publicKey: [UInt8]

    /// Reads `age1…`.
    ///
    /// - Throws: ``AgeFormatError/key(prefix:_:)``. A post-quantum recipient (`age1pq1…`) and one
    ///   of a plugin (`age1name1…`) are of another kind.
    package init(_ text: some StringProtocol) throws(AgeFormatError) {
        let characters = Array(text.utf8)
        // The separator of Bech32 is the last 1, so a second 1 makes another prefix (BIP-173).
        guard !characters.dropFirst(4).contains(UInt8(ascii: "1")) else {
            throw .key(prefix: AgeRecipient.prefix, .otherKind)
        }
        var key = [UInt8](repeating: 0, count: AgeRecipient.byteCount)
        var span = key.mutableSpan
        try Bech32.decode(characters.span, prefix: AgeRecipient.prefix, into: &span)
        try self.init(publicKey: key)
    }

    /// Whether `text` is spelled as a recipient is: Bech32 of 32 bytes in lower case. Of the point
    /// that they name nothing is asked, so that whoever only tells recipients need not judge them.
    package static func isSpelled(_ text: String) -> Bool {
        var key = [UInt8](repeating: 0, count: byteCount)
        var span = key.mutableSpan
        return (try? Bech32.decode(Array(text.utf8).span, prefix: prefix, into: &span)) != nil
    }

    /// Whether `texts` are as a manifest tells recipients: at least one, rising, each spelled so.
    package static func areListed(_ texts: [String]) -> Bool {
        !texts.isEmpty && texts.allSatisfy(isSpelled)
            && zip(texts, texts.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// Takes the 32 bytes of a public key.
    ///
    /// - Throws: ``AgeFormatError/key(prefix:_:)`` if it is not canonical or of low order.
    package init(publicKey: [UInt8]) throws(AgeFormatError) {
        guard publicKey.count == AgeRecipient.byteCount else {
            throw .key(prefix: AgeRecipient.prefix, .byteCount)
        }
        guard AgeRecipient.isCanonical(publicKey) else {
            throw .key(prefix: AgeRecipient.prefix, .notCanonical)
        }
        guard !AgeRecipient.lowOrderPoints.contains(publicKey) else {
            throw .key(prefix: AgeRecipient.prefix, .lowOrder)
        }
        self.publicKey = publicKey
    }

    /// `age1…`, 62 characters.
    package var description: String {
        let count = Bech32.encodedByteCount(
            prefix: AgeRecipient.prefix,
            dataByteCount: publicKey.count
        )
        var text = [UInt8](repeating: 0, count: count)
        var span = text.mutableSpan
        Bech32.encode(publicKey.span, prefix: AgeRecipient.prefix, into: &span)
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether the number is below p = 2²⁵⁵ − 19, whose bytes are ed, thirty times ff, 7f.
    private static func isCanonical(_ key: [UInt8]) -> Bool {
        guard let last = key.last, last >= 0x7f else {
            return true
        }
        return last == 0x7f && (key[0] < 0xed || key[1..<31].contains { $0 != 0xff })
    }

    /// The canonical u-coordinates of low order on Curve25519 and its twist.
    ///
    /// They are 0, 1, two of order eight, and p − 1: Bernstein, <https://cr.yp.to/ecdh.html>,
    /// "How do I validate Curve25519 public keys?".
    private static let lowOrderPoints: Set<[UInt8]> = [
        [UInt8](repeating: 0, count: 32),
        [1] + [UInt8](repeating: 0, count: 31),
        [
            0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f,
            0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16,
            0x5f, 0x49, 0xb8, 0x00,
        ],
        [
            0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83,
            0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd,
            0xd0, 0x9f, 0x11, 0x57,
        ],
        [0xec] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
    ]
}
