/// The textual header of an age file: version line, recipient stanzas, MAC.
///
/// Only the canonical spelling is read, so decoding and encoding again gives the same bytes.
/// - SeeAlso: <https://c2sp.org/age>, "Header".
package struct AgeHeader: Hashable, Sendable {
    /// Longest header that we read; 64 X25519 recipients take 6 KiB, one post-quantum 2 KiB.
    package static let byteCountMax = 256 << 10
    /// Most stanzas that we read.
    package static let stanzasMax = 1_024
    /// Bytes of the MAC: HMAC-SHA-256.
    package static let macByteCount = 32

    static let lineFeed = UInt8(ascii: "\n")
    static let versionLine = "age-encryption.org/v1"
    static let closingMark = "---"

    /// The stanzas, in order; at least one.
    package let stanzas: [AgeStanza]
    /// HMAC-SHA-256 over ``authenticated``.
    package let mac: [UInt8]

    /// States a header of one stanza or more and a MAC of 32 bytes.
    package init(stanzas: [AgeStanza], mac: [UInt8]) {
        precondition(!stanzas.isEmpty, "an age header has a stanza")
        precondition(mac.count == AgeHeader.macByteCount, "a MAC of \(mac.count) bytes")
        self.stanzas = stanzas
        self.mac = mac
    }

    /// Reads the header that `file` begins with.
    ///
    /// The payload begins after ``encoded``'s bytes.
    /// - Throws: ``AgeFormatError/notAgeVersion1`` or ``AgeFormatError/header(line:_:)``.
    package init(startOf file: [UInt8]) throws(AgeFormatError) {
        var parser = AgeHeaderParser(file)
        self = try parser.header()
    }

    /// The header's bytes, as they stand in the file.
    package var encoded: [UInt8] {
        authenticated + [UInt8(ascii: " ")] + AgeBase64.encode(mac) + [AgeHeader.lineFeed]
    }

    /// What the MAC covers: everything up to and including the `---` mark ("Header MAC").
    package var authenticated: [UInt8] { AgeHeader.authenticated(stanzas) }

    /// What the MAC of a header of `stanzas` covers.
    package static func authenticated(_ stanzas: [AgeStanza]) -> [UInt8] {
        Array(versionLine.utf8) + [lineFeed] + stanzas.flatMap(\.encoded) + Array(closingMark.utf8)
    }
}
