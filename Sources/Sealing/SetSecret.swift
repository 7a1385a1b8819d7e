package import Model
package import Primitives

/// The secret of one epoch of a set: names its chunks, keys its chunker, opens its indexes. Opens
/// no content.
package struct SetSecret: ~Copyable, Sendable {
    private let secret: SecretBytes
    /// Its public name.
    package let id: KeyID

    /// Takes a secret that was read or opened.
    package init(_ secret: consuming SecretBytes) throws(CryptoError) {
        id = KeyID(try secret.publicID(info: KeyInfo.id))
        self.secret = secret
    }

    /// Draws a new secret.
    package static func random() throws(CryptoError) -> SetSecret {
        try SetSecret(try SecretBytes.random(count: 32))
    }

    /// The key of the one index that has this salt.
    package borrowing func indexKey(salt: Digest) throws(CryptoError) -> AEADKey {
        let derived = try secret.derive(salt: salt.bytes, info: KeyInfo.index)
        return try AEADKey(.aes256GCM, key: derived)
    }

    /// What names chunks. Each thread makes its own.
    package borrowing func namer() throws(CryptoError) -> ChunkNamer {
        try ChunkNamer(secret)
    }

    /// The 2,048 bytes that key the chunker of files, or of file lists.
    package borrowing func chunkerKey(_ purpose: String) throws(CryptoError) -> [UInt8] {
        let derived = try secret.derive(
            salt: [],
            info: "\(KeyInfo.chunker)/\(purpose)",
            count: 2_048
        )
        return derived.publicBytes(0..<2_048)
    }

    /// Writes the secret to an open file; see ``SecretBytes/write(to:)``.
    package borrowing func write(to descriptor: Int32) -> Int32 {
        secret.write(to: descriptor)
    }

    /// The secret after `head`, for sealing to the recipients.
    borrowing func framed(head: [UInt8]) throws(CryptoError) -> SecretBytes {
        try secret.framed(head: head)
    }
}
