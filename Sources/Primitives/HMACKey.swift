import COpenSSL
package import Model

/// HMAC-SHA256 (RFC 2104) under one key, ready to authenticate many short messages.
///
/// Not for use by two threads at once: each thread makes its own.
@safe package struct HMACKey: ~Copyable {
    private let template: OpaquePointer
    private static let digestName = ParameterName(OSSL_MAC_PARAM_DIGEST)

    /// Takes a key of any length.
    package init(_ key: borrowing SecretBytes) throws(CryptoError) {
        guard let context = unsafe EVP_MAC_CTX_new(Algorithms.hmac.pointer) else {
            throw .library(operation: "EVP_MAC_CTX_new")
        }
        let done = unsafe key.withUnsafeBytes { key in
            unsafe "SHA2-256".withCString { name in
                let parameters = unsafe [
                    OSSL_PARAM_construct_utf8_string(
                        HMACKey.digestName.pointer,
                        UnsafeMutablePointer(mutating: name),
                        0
                    ),
                    OSSL_PARAM_construct_end(),
                ]
                return unsafe EVP_MAC_init(
                    context,
                    key.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    key.count,
                    parameters
                )
            }
        }
        guard done == 1 else {
            unsafe EVP_MAC_CTX_free(context)
            throw .library(operation: "EVP_MAC_init")
        }
        unsafe template = unsafe context
    }

    /// The HMAC of `message`.
    package func authenticate(_ message: [UInt8]) -> Digest {
        unsafe message.withUnsafeBytes { unsafe authenticate($0) }
    }

    /// The HMAC of `message`.
    package func authenticate(_ message: UnsafeRawBufferPointer) -> Digest {
        let digest = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { output in
            unsafe write(message, to: output.baseAddress)
            return unsafe Digest(output)
        }
        guard let digest else {
            preconditionFailure("HMAC-SHA256 gives 32 bytes")
        }
        return digest
    }

    /// The HMAC of `message` as a secret: for keys that are made of keys.
    package func derive(_ message: [UInt8]) throws(CryptoError) -> SecretBytes {
        unsafe try SecretBytes(count: Digest.byteCount) { output in
            unsafe message.withUnsafeBytes {
                unsafe write($0, to: output.baseAddress?.assumingMemoryBound(to: UInt8.self))
            }
        }
    }

    /// Writes the HMAC of `message` to 32 bytes at `output`.
    private func write(_ message: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>?) {
        var count = 0
        // A null key starts a new message under the key that was set (EVP_MAC_init(3)).
        let done =
            unsafe EVP_MAC_init(template, nil, 0, nil) == 1
            && EVP_MAC_update(
                template,
                message.baseAddress?.assumingMemoryBound(to: UInt8.self),
                message.count
            ) == 1
            && EVP_MAC_final(template, output, &count, Digest.byteCount) == 1
        precondition(done, "HMAC-SHA256")
    }

    deinit {
        unsafe EVP_MAC_CTX_free(template)
    }
}
