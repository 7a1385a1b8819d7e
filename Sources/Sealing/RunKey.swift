package import Model
package import Primitives

/// The key of one run: seals what the run stores, is sealed to the recipients, and is gone when
/// the run ends.
package struct RunKey: ~Copyable, Sendable {
    private let secret: SecretBytes
    /// Its public name, which is also the run's.
    package let id: KeyID

    /// Takes a key that was opened.
    package init(_ secret: consuming SecretBytes) throws(CryptoError) {
        id = KeyID(try secret.publicID(info: KeyInfo.id))
        self.secret = secret
    }

    /// Draws a new key.
    package static func random() throws(CryptoError) -> RunKey {
        try RunKey(try SecretBytes.random(count: 32))
    }

    /// The key of the one pack that has this salt.
    package borrowing func packKey(salt: Digest) throws(CryptoError) -> AEADKey {
        let derived = try secret.derive(salt: salt.bytes, info: KeyInfo.pack)
        return try AEADKey(.aes256GCM, key: derived)
    }

    /// The secret after `head`, for sealing to the recipients.
    borrowing func framed(head: [UInt8]) throws(CryptoError) -> SecretBytes {
        try secret.framed(head: head)
    }
}
