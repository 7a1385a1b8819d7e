import COpenSSL

/// An OpenSSL key made from raw bytes: X25519 or Ed25519.
@safe struct RawKey: ~Copyable {
    enum Kind: String {
        case x25519 = "X25519"
        case ed25519 = "ED25519"
    }

    let pointer: OpaquePointer
    private let kind: Kind

    init(_ kind: Kind, secret: borrowing SecretBytes) throws(CryptoError) {
        let pointer = unsafe secret.withUnsafeBytes { bytes in
            unsafe EVP_PKEY_new_raw_private_key_ex(
                nil,
                kind.rawValue,
                nil,
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                bytes.count
            )
        }
        guard let pointer = unsafe pointer else {
            throw .invalidKey(kind: kind.rawValue)
        }
        unsafe self.pointer = unsafe pointer
        self.kind = kind
    }

    init(_ kind: Kind, publicKey: [UInt8]) throws(CryptoError) {
        let pointer = unsafe EVP_PKEY_new_raw_public_key_ex(
            nil,
            kind.rawValue,
            nil,
            publicKey,
            publicKey.count
        )
        guard let pointer = unsafe pointer else {
            throw .invalidKey(kind: kind.rawValue)
        }
        unsafe self.pointer = unsafe pointer
        self.kind = kind
    }

    borrowing func publicBytes() throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(pointer, &bytes, &count) == 1, count == 32 else {
            throw .library(operation: "EVP_PKEY_get_raw_public_key")
        }
        return bytes
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }
}
