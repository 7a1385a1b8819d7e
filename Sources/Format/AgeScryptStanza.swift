/// A stanza of type `scrypt`: the file key for whoever knows a passphrase.
///
/// - SeeAlso: <https://c2sp.org/age>, "scrypt recipient stanza".
package struct AgeScryptStanza: Hashable, Sendable {
    /// The stanza's type.
    package static let type = "scrypt"
    /// Bytes of the salt.
    package static let saltByteCount = 16
    /// What age's own tool takes when it seals: about a second, and 256 MiB of memory.
    package static let logNDefault = 18
    /// What age's own tool takes at most when it opens: 4 GiB of memory.
    package static let logNMax = 22
    private static let saltLabel = Array("age-encryption.org/v1/scrypt".utf8)

    /// The random salt: 16 bytes.
    package let salt: [UInt8]
    /// The binary logarithm of the work factor; 1 or more.
    package let logN: Int
    /// The wrapped file key: 16 bytes and their tag.
    package let wrappedFileKey: [UInt8]

    /// States a stanza of a 16-byte salt and 32 bytes of wrapped file key.
    package init(salt: [UInt8], logN: Int, wrappedFileKey: [UInt8]) {
        precondition(salt.count == AgeScryptStanza.saltByteCount && logN > 0)
        precondition(wrappedFileKey.count == AgeStream.wrappedFileKeyByteCount)
        self.salt = salt
        self.logN = logN
        self.wrappedFileKey = wrappedFileKey
    }

    /// Reads a stanza.
    ///
    /// - Returns: nil if it is of another type, which an identity must ignore.
    /// - Throws: ``AgeFormatError/stanza(type:_:)``. Whether the work factor is bearable is for the
    ///   caller to judge; one that no number holds is refused here.
    package init?(_ stanza: AgeStanza) throws(AgeFormatError) {
        guard stanza.type == AgeScryptStanza.type else {
            return nil
        }
        guard stanza.arguments.count == 2 else {
            throw .stanza(type: stanza.type, .argumentCount)
        }
        guard let salt = AgeBase64.decode(stanza.arguments[0].utf8),
            salt.count == AgeScryptStanza.saltByteCount
        else {
            throw .stanza(type: stanza.type, .badSalt)
        }
        guard let logN = AgeScryptStanza.number(stanza.arguments[1]) else {
            throw .stanza(type: stanza.type, .badWorkFactor)
        }
        guard stanza.body.count == AgeStream.wrappedFileKeyByteCount else {
            throw .stanza(type: stanza.type, .bodyByteCount)
        }
        self.init(salt: salt, logN: logN, wrappedFileKey: stanza.body)
    }

    /// As it stands in a header.
    package var stanza: AgeStanza {
        let salt = String(decoding: AgeBase64.encode(salt), as: UTF8.self)
        return AgeStanza(
            type: AgeScryptStanza.type,
            arguments: [salt, "\(logN)"],
            body: wrappedFileKey
        )
    }

    /// The salt that scrypt takes: a label, then `salt`.
    package static func labelled(salt: [UInt8]) -> [UInt8] {
        saltLabel + salt
    }

    /// `[1-9][0-9]*`, as far as an Int holds it.
    private static func number(_ text: String) -> Int? {
        guard let first = text.utf8.first, first != UInt8(ascii: "0"),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            return nil
        }
        return Int(text)
    }
}
