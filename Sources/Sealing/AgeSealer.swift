package import Format
import Model
package import Primitives

/// Seals small secrets as age v1 files: run keys, set secrets, identity files.
///
/// What comes out is binary; ``AgeArmor/encode(_:)`` makes text of it where it goes on paper. Any
/// age tool opens it.
/// - SeeAlso: <https://c2sp.org/age>.
package enum AgeSealer {
    /// Seals `payload` so that each of the recipients can open it alone.
    ///
    /// - Parameters:
    ///   - payload: never leaves locked memory unsealed.
    ///   - recipients: 1 ... ``Limits/recipientsMax``; each costs one stanza.
    /// - Returns: an age file.
    /// - Throws: ``AgeSealingError/noRecipients``, ``AgeSealingError/tooManyRecipients(_:)`` or
    ///   ``AgeSealingError/crypto(_:)``.
    package static func seal(
        _ payload: borrowing SecretBytes,
        to recipients: [AgeRecipient]
    ) throws(AgeSealingError) -> [UInt8] {
        guard !recipients.isEmpty else {
            throw .noRecipients
        }
        guard recipients.count <= Limits.recipientsMax else {
            throw .tooManyRecipients(recipients.count)
        }
        do throws(CryptoError) {
            let fileKey = try SecretBytes.random(count: AgeStream.fileKeyByteCount)
            var stanzas: [AgeStanza] = []
            for recipient in recipients {
                stanzas.append(try x25519Stanza(fileKey, for: recipient).stanza)
            }
            return try file(payload, fileKey: fileKey, stanzas: stanzas)
        } catch {
            throw .crypto(error)
        }
    }

    /// Seals `payload` under a passphrase.
    ///
    /// - Parameters:
    ///   - payload: never leaves locked memory unsealed.
    ///   - passphrase: what a person will type; one byte at least.
    ///   - logN: the work factor's binary logarithm; scrypt takes 2^logN KiB of memory.
    /// - Returns: an age file that only the passphrase opens (spec, "The scrypt recipient type").
    /// - Throws: ``AgeSealingError/emptyPassphrase`` or ``AgeSealingError/crypto(_:)``.
    package static func seal(
        _ payload: borrowing SecretBytes,
        passphrase: borrowing SecretBytes,
        logN: Int = AgeScryptStanza.logNDefault
    ) throws(AgeSealingError) -> [UInt8] {
        guard passphrase.count > 0 else {
            throw .emptyPassphrase
        }
        do throws(CryptoError) {
            let fileKey = try SecretBytes.random(count: AgeStream.fileKeyByteCount)
            let salt = try Randomness.bytes(count: AgeScryptStanza.saltByteCount)
            let wrapKey = try Scrypt.derive(
                passphrase: passphrase,
                salt: AgeScryptStanza.labelled(salt: salt),
                logN: logN
            )
            let wrapped = try wrap(fileKey, under: wrapKey)
            let stanza = AgeScryptStanza(salt: salt, logN: logN, wrappedFileKey: wrapped)
            return try file(payload, fileKey: fileKey, stanzas: [stanza.stanza])
        } catch {
            throw .crypto(error)
        }
    }

    /// "X25519 recipient stanza": a new ephemeral secret for each stanza of each file.
    private static func x25519Stanza(
        _ fileKey: borrowing SecretBytes,
        for recipient: AgeRecipient
    ) throws(CryptoError) -> AgeX25519Stanza {
        let ephemeral = try SecretBytes.random(count: X25519.byteCount)
        let share = try X25519.publicKey(of: ephemeral)
        let shared = try X25519.agree(secret: ephemeral, publicKey: recipient.publicKey)
        let wrapKey = try shared.derive(
            salt: share + recipient.publicKey,
            info: AgeX25519Stanza.wrapKeyInfo
        )
        return AgeX25519Stanza(share: share, wrappedFileKey: try wrap(fileKey, under: wrapKey))
    }

    private static func wrap(
        _ fileKey: borrowing SecretBytes,
        under wrapKey: borrowing SecretBytes
    ) throws(CryptoError) -> [UInt8] {
        let key = try AEADKey(.chaCha20Poly1305, key: wrapKey)
        var wrapped: [UInt8] = []
        unsafe try fileKey.withUnsafeBytes { (fileKey) throws(CryptoError) in
            unsafe try key.seal(
                fileKey,
                nonce: AgeStream.wrapNonce,
                associated: [],
                into: &wrapped
            )
        }
        return wrapped
    }

    /// Header ("Header MAC"), nonce, and the payload in chunks ("Payload").
    private static func file(
        _ payload: borrowing SecretBytes,
        fileKey: borrowing SecretBytes,
        stanzas: [AgeStanza]
    ) throws(CryptoError) -> [UInt8] {
        let macKey = try HMACKey(try fileKey.derive(salt: [], info: AgeStream.headerKeyInfo))
        let mac = macKey.authenticate(AgeHeader.authenticated(stanzas))
        let nonce = try Randomness.bytes(count: AgeStream.nonceByteCount)
        let payloadKey = try fileKey.derive(salt: nonce, info: AgeStream.payloadKeyInfo)
        let key = try AEADKey(.chaCha20Poly1305, key: payloadKey)
        var file = AgeHeader(stanzas: stanzas, mac: mac.bytes).encoded + nonce
        file.reserveCapacity(
            file.count + AgeStream.sealedByteCount(payloadByteCount: payload.count)
        )
        unsafe try payload.withUnsafeBytes { (payload) throws(CryptoError) in
            for chunk in AgeStream.chunks(payloadByteCount: payload.count) {
                unsafe try key.seal(
                    UnsafeRawBufferPointer(rebasing: payload[chunk.plaintext]),
                    nonce: chunk.nonce,
                    associated: [],
                    into: &file
                )
            }
        }
        return file
    }
}
