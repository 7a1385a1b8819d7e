import COpenSSL
package import Model

/// A key that signs: Ed25519 (RFC 8032 §5.1), from a 32-byte seed.
package struct SigningKey: ~Copyable, Sendable {
    private let seed: SecretBytes
    /// The public half.
    package let verifyingKey: VerifyingKey

    /// Takes a seed of exactly 32 bytes.
    package init(seed: consuming SecretBytes) throws(CryptoError) {
        let key = try RawKey(.ed25519, secret: seed)
        guard let verifyingKey = VerifyingKey(try key.publicBytes()) else {
            throw .invalidKey(kind: "Ed25519")
        }
        self.verifyingKey = verifyingKey
        self.seed = seed
    }

    /// The signature over `message`: 64 bytes.
    package borrowing func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        let key = try RawKey(.ed25519, secret: seed)
        guard let context = unsafe EVP_MD_CTX_new() else {
            throw .library(operation: "EVP_MD_CTX_new")
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: 64)
        var count = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key.pointer) == 1,
            unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1,
            count == 64
        else {
            throw .library(operation: "EVP_DigestSign")
        }
        return signature
    }
}

/// A key that checks signatures: Ed25519.
package struct VerifyingKey: Hashable, Sendable {
    /// The 32 public bytes.
    package let bytes: [UInt8]

    /// Takes exactly 32 bytes; anything else is nil.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else {
            return nil
        }
        self.bytes = bytes
    }

    /// Reads 64 lower-case hexadecimal digits; anything else is nil.
    package init?(hex text: some StringProtocol) {
        guard let bytes = Hex.decode(text) else {
            return nil
        }
        self.init(bytes)
    }

    /// Whether `signature` over `message` was made by the key's owner.
    ///
    /// Fails closed: a malformed signature or key is simply not valid.
    package func isValid(signature: [UInt8], over message: [UInt8]) -> Bool {
        guard signature.count == 64, let key = try? RawKey(.ed25519, publicKey: bytes),
            let context = unsafe EVP_MD_CTX_new()
        else {
            return false
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        return unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key.pointer) == 1
            && EVP_DigestVerify(context, signature, 64, message, message.count) == 1
    }

    /// The signer's public name.
    package var signer: SignerID { SignerID(SHA256.hash(bytes)) }
}
