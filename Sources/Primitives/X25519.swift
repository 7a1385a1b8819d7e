import COpenSSL

/// X25519 (RFC 7748 §5): secrets and shared secrets never leave locked memory.
package enum X25519 {
    /// Bytes of a secret, of a public key and of a shared secret.
    package static let byteCount = 32

    /// The public half of `secret`.
    package static func publicKey(of secret: borrowing SecretBytes) throws(CryptoError) -> [UInt8] {
        let key = try RawKey(.x25519, secret: secret)
        return try key.publicBytes()
    }

    /// The shared secret of our `secret` and the other side's `publicKey`.
    ///
    /// - Throws: ``CryptoError/lowOrderPoint`` if the result would be all zero (RFC 7748 §6.1).
    package static func agree(
        secret: borrowing SecretBytes,
        publicKey: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        let ours = try RawKey(.x25519, secret: secret)
        let theirs = try RawKey(.x25519, publicKey: publicKey)
        guard let context = unsafe EVP_PKEY_CTX_new(ours.pointer, nil) else {
            throw .library(operation: "EVP_PKEY_CTX_new")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_derive_init(context) == 1,
            unsafe EVP_PKEY_derive_set_peer(context, theirs.pointer) == 1
        else {
            throw .library(operation: "EVP_PKEY_derive_set_peer")
        }
        return unsafe try SecretBytes(count: byteCount) { (shared) throws(CryptoError) in
            var count = byteCount
            let base = unsafe shared.baseAddress?.assumingMemoryBound(to: UInt8.self)
            // OpenSSL fails on an all-zero result; we look ourselves as well.
            guard unsafe EVP_PKEY_derive(context, base, &count) == 1, count == byteCount,
                unsafe shared.reduce(0, { $0 | $1 }) != 0
            else {
                throw .lowOrderPoint
            }
        }
    }
}
