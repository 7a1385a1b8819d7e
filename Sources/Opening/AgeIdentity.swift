package import Format
package import Model
package import Primitives

/// The secret half of a recovery key: an X25519 identity, `AGE-SECRET-KEY-1…`.
///
/// Invariant: the 32 secret bytes, and their spelling, exist in locked memory only.
/// - SeeAlso: <https://c2sp.org/age>, "The X25519 recipient type".
package struct AgeIdentity: ~Copyable, Sendable {
    static let prefix = "AGE-SECRET-KEY-"
    static let byteCount = 32

    /// What others seal to.
    package let recipient: AgeRecipient
    let secret: SecretBytes

    /// Takes exactly 32 secret bytes.
    package init(secret: consuming SecretBytes) throws(OpeningError) {
        precondition(secret.count == AgeIdentity.byteCount, "an identity of \(secret.count) bytes")
        recipient = try AgeIdentity.recipient(of: secret)
        self.secret = secret
    }

    /// Takes 32 secret bytes and the recipient that is known to be theirs.
    init(secret: consuming SecretBytes, recipient: AgeRecipient) {
        self.recipient = recipient
        self.secret = secret
    }

    /// Draws a new identity.
    package static func generate() throws(OpeningError) -> AgeIdentity {
        let secret: SecretBytes
        do throws(CryptoError) {
            secret = try SecretBytes.random(count: byteCount)
        } catch {
            throw .crypto(error)
        }
        return try AgeIdentity(secret: secret)
    }

    /// Writes an identity file as `age-keygen` does: when created, the recipient, the secret.
    ///
    /// - Parameters:
    ///   - descriptor: an open file that its owner alone may read.
    ///   - created: goes into the first comment, in UTC.
    /// - Throws: ``OpeningError/notWritten(errno:)``; the file then holds a part, or nothing.
    package borrowing func write(
        to descriptor: Int32,
        created: Timestamp
    ) throws(OpeningError) {
        let failure = try file(created: created).write(to: descriptor)
        guard failure == 0 else {
            throw .notWritten(errno: failure)
        }
    }

    /// The bytes that ``write(to:created:)`` writes, such as to seal them under a passphrase.
    package borrowing func file(created: Timestamp) throws(OpeningError) -> SecretBytes {
        let head = "# created: \(created.rfc3339)\n# public key: \(recipient)\n"
        do throws(CryptoError) {
            return try spelled().framed(head: Array(head.utf8), tail: [UInt8(ascii: "\n")])
        } catch {
            throw .crypto(error)
        }
    }

    /// The file key that `stanza` wraps.
    ///
    /// - Returns: nil if it was wrapped for another recipient.
    /// - Throws: ``OpeningError/format(_:)`` for a share of low order: "the identity implementation
    ///   MUST abort".
    borrowing func fileKey(in stanza: AgeX25519Stanza) throws(OpeningError) -> SecretBytes? {
        do throws(CryptoError) {
            let shared = try X25519.agree(secret: secret, publicKey: stanza.share)
            let wrapKey = try shared.derive(
                salt: stanza.share + recipient.publicKey,
                info: AgeX25519Stanza.wrapKeyInfo
            )
            return try AgeFileKey.unwrap(stanza.wrappedFileKey, under: wrapKey)
        } catch .lowOrderPoint {
            throw .format(.stanza(type: AgeX25519Stanza.type, .lowOrderShare))
        } catch {
            throw .crypto(error)
        }
    }

    /// `AGE-SECRET-KEY-1…`.
    private borrowing func spelled() throws(CryptoError) -> SecretBytes {
        let count = Bech32.encodedByteCount(
            prefix: AgeIdentity.prefix,
            dataByteCount: AgeIdentity.byteCount
        )
        return unsafe try secret.withUnsafeBytes { (bytes) throws(CryptoError) in
            unsafe try SecretBytes(count: count) { text in
                var output = unsafe text.bindMemory(to: UInt8.self).mutableSpan
                let key = unsafe bytes.bindMemory(to: UInt8.self).span
                Bech32.encode(key, prefix: AgeIdentity.prefix, into: &output)
            }
        }
    }

    private static func recipient(
        of secret: borrowing SecretBytes
    ) throws(OpeningError) -> AgeRecipient {
        let publicKey: [UInt8]
        do throws(CryptoError) {
            publicKey = try X25519.publicKey(of: secret)
        } catch {
            throw .crypto(error)
        }
        do throws(AgeFormatError) {
            return try AgeRecipient(publicKey: publicKey)
        } catch {
            throw .format(error)
        }
    }
}
