import COpenSSL
package import Model

extension SecretBytes {
    /// Derives a secret of `count` bytes from this one: HKDF-SHA256 (RFC 5869), extract and expand.
    ///
    /// - Parameters:
    ///   - salt: public; may be empty.
    ///   - info: names the purpose, so that no two purposes share a key.
    ///   - count: how many bytes; 1 ... 8,160 (RFC 5869 §2.3).
    /// - Returns: the derived secret.
    /// - Throws: ``CryptoError/library(operation:)`` for a count that HKDF does not give.
    package borrowing func derive(
        salt: [UInt8],
        info: String,
        count: Int = 32
    ) throws(CryptoError) -> SecretBytes {
        try derive(salt: salt, info: Array(info.utf8), count: count)
    }

    /// Derives a secret as ``derive(salt:info:count:)-(_,String,_)`` does, from any info bytes.
    package borrowing func derive(
        salt: [UInt8],
        info: [UInt8],
        count: Int = 32
    ) throws(CryptoError) -> SecretBytes {
        let input = unsafe withUnsafeBytes { unsafe $0 }
        return unsafe try SecretBytes(count: count) { (output) throws(CryptoError) in
            unsafe try hkdf(key: input, salt: salt, info: info, output: output)
        }
    }

    /// Derives 32 bytes that are public, such as the id of a key.
    package borrowing func publicID(info: String) throws(CryptoError) -> Digest {
        let derived = try derive(salt: [], info: info)
        guard let digest = Digest(derived.publicBytes(0..<32)) else {
            preconditionFailure("32 bytes make a digest")
        }
        return digest
    }
}

private enum KDFParameters {
    static let digest = ParameterName(OSSL_KDF_PARAM_DIGEST)
    static let key = ParameterName(OSSL_KDF_PARAM_KEY)
    static let salt = ParameterName(OSSL_KDF_PARAM_SALT)
    static let info = ParameterName(OSSL_KDF_PARAM_INFO)
}

private func hkdf(
    key: UnsafeRawBufferPointer,
    salt: [UInt8],
    info: [UInt8],
    output: UnsafeMutableRawBufferPointer
) throws(CryptoError) {
    guard let context = unsafe EVP_KDF_CTX_new(Algorithms.hkdf.pointer) else {
        throw .library(operation: "EVP_KDF_CTX_new")
    }
    defer { unsafe EVP_KDF_CTX_free(context) }
    let done = unsafe salt.withUnsafeBytes { salt in
        unsafe info.withUnsafeBytes { info in
            unsafe "SHA2-256".withCString { name in
                let parameters = unsafe [
                    OSSL_PARAM_construct_utf8_string(
                        KDFParameters.digest.pointer,
                        UnsafeMutablePointer(mutating: name),
                        0
                    ),
                    octets(KDFParameters.key, key),
                    octets(KDFParameters.salt, salt),
                    octets(KDFParameters.info, info),
                    OSSL_PARAM_construct_end(),
                ]
                return unsafe EVP_KDF_derive(
                    context,
                    output.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    output.count,
                    parameters
                )
            }
        }
    }
    guard done == 1 else {
        throw .library(operation: "HKDF")
    }
}

/// A parameter that holds octets; OpenSSL wants a non-null pointer even for none.
private func octets(_ name: ParameterName, _ bytes: UnsafeRawBufferPointer) -> OSSL_PARAM {
    let base = unsafe bytes.baseAddress ?? UnsafeRawPointer(name.pointer)
    return unsafe OSSL_PARAM_construct_octet_string(
        name.pointer,
        UnsafeMutableRawPointer(mutating: base),
        bytes.count
    )
}
