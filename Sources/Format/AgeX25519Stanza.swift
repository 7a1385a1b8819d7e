/// A stanza of type `X25519`: the file key for one X25519 recipient.
///
/// - SeeAlso: <https://c2sp.org/age>, "X25519 recipient stanza".
package struct AgeX25519Stanza: Hashable, Sendable {
    /// The stanza's type.
    package static let type = "X25519"
    /// HKDF's info for the wrap key; the salt is ephemeral share ‖ recipient.
    package static let wrapKeyInfo = "age-encryption.org/v1/X25519"

    /// The ephemeral public key: 32 bytes.
    package let share: [UInt8]
    /// The wrapped file key: 16 bytes and their tag.
    package let wrappedFileKey: [UInt8]

    /// States a stanza; 32 bytes each.
    package init(share: [UInt8], wrappedFileKey: [UInt8]) {
        precondition(share.count == 32 && wrappedFileKey.count == AgeStream.wrappedFileKeyByteCount)
        self.share = share
        self.wrappedFileKey = wrappedFileKey
    }

    /// Reads a stanza.
    ///
    /// - Returns: nil if it is of another type, which an identity must ignore.
    /// - Throws: ``AgeFormatError/stanza(type:_:)``. The length of the body is judged before
    ///   anything is decrypted, so that no stanza can try many keys at once (spec, ibid.).
    package init?(_ stanza: AgeStanza) throws(AgeFormatError) {
        guard stanza.type == AgeX25519Stanza.type else {
            return nil
        }
        guard stanza.arguments.count == 1, let argument = stanza.arguments.first else {
            throw .stanza(type: stanza.type, .argumentCount)
        }
        guard let share = AgeBase64.decode(argument.utf8), share.count == 32 else {
            throw .stanza(type: stanza.type, .badShare)
        }
        guard stanza.body.count == AgeStream.wrappedFileKeyByteCount else {
            throw .stanza(type: stanza.type, .bodyByteCount)
        }
        self.init(share: share, wrappedFileKey: stanza.body)
    }

    /// As it stands in a header.
    package var stanza: AgeStanza {
        let argument = String(decoding: AgeBase64.encode(share), as: UTF8.self)
        return AgeStanza(
            type: AgeX25519Stanza.type,
            arguments: [argument],
            body: wrappedFileKey
        )
    }
}
