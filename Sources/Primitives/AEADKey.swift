import COpenSSL

/// Which authenticated cipher.
package enum AEADCipher: Sendable {
    /// AES-256-GCM with a 96-bit nonce and a 128-bit tag (NIST SP 800-38D). Our objects.
    case aes256GCM
    /// ChaCha20-Poly1305 (RFC 8439). age files.
    case chaCha20Poly1305

    var fetched: Fetched {
        switch self {
        case .aes256GCM: Algorithms.aes256GCM
        case .chaCha20Poly1305: Algorithms.chaCha20Poly1305
        }
    }

    var name: String {
        switch self {
        case .aes256GCM: "AES-256-GCM"
        case .chaCha20Poly1305: "ChaCha20-Poly1305"
        }
    }
}

/// A 256-bit key for sealing and opening with one cipher.
///
/// Not for use by two threads at once: each thread makes its own. OpenSSL's contexts hold the key
/// and cleanse it when they are freed.
@safe package struct AEADKey: ~Copyable {
    /// Bytes that sealing adds: the tag.
    package static let overhead = 16
    /// Bytes of a nonce.
    package static let nonceByteCount = 12
    /// Bytes of a key.
    package static let keyByteCount = 32

    private let sealing: OpaquePointer
    private let opening: OpaquePointer

    /// Takes a key of exactly 32 bytes.
    ///
    /// - Throws: ``CryptoError/invalidKey(kind:)`` for any other number: OpenSSL would read on
    ///   behind a shorter one.
    package init(_ cipher: AEADCipher, key: borrowing SecretBytes) throws(CryptoError) {
        guard key.count == AEADKey.keyByteCount else {
            throw .invalidKey(kind: cipher.name)
        }
        let contexts = unsafe try AEADKey.contexts(cipher, key: key)
        unsafe (sealing, opening) = unsafe contexts
    }

    private static func contexts(
        _ cipher: AEADCipher,
        key: borrowing SecretBytes
    ) throws(CryptoError) -> (OpaquePointer, OpaquePointer) {
        guard let sealing = unsafe EVP_CIPHER_CTX_new(), let opening = unsafe EVP_CIPHER_CTX_new()
        else {
            throw .library(operation: "EVP_CIPHER_CTX_new")
        }
        let done = unsafe key.withUnsafeBytes { key in
            let base = unsafe key.baseAddress?.assumingMemoryBound(to: UInt8.self)
            let algorithm = unsafe cipher.fetched.pointer
            return unsafe EVP_EncryptInit_ex2(sealing, algorithm, base, nil, nil) == 1
                && EVP_DecryptInit_ex2(opening, algorithm, base, nil, nil) == 1
        }
        guard done else {
            unsafe EVP_CIPHER_CTX_free(sealing)
            unsafe EVP_CIPHER_CTX_free(opening)
            throw .library(operation: "EVP_CipherInit")
        }
        return unsafe (sealing, opening)
    }

    /// Seals `plaintext` and appends ciphertext ‖ tag to `output`.
    ///
    /// - Parameters:
    ///   - plaintext: any number of bytes; none is fine.
    ///   - nonce: 12 bytes, never used twice under this key.
    ///   - associated: what is authenticated along, and must be given again to open.
    ///   - output: keeps what it holds; grows by `plaintext.count` + ``overhead`` bytes.
    /// - Throws: ``CryptoError/invalidNonce(bytes:)`` for a nonce of another length;
    ///   ``CryptoError/library(operation:)``. `output` is then as it was.
    package func seal(
        _ plaintext: UnsafeRawBufferPointer,
        nonce: [UInt8],
        associated: [UInt8],
        into output: inout [UInt8]
    ) throws(CryptoError) {
        try AEADKey.check(nonce)
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: plaintext.count + AEADKey.overhead))
        let done = unsafe output.withUnsafeMutableBytes { output in
            unsafe seal(
                plaintext,
                nonce: nonce,
                associated: associated,
                to: UnsafeMutableRawBufferPointer(rebasing: output[start...])
            )
        }
        guard done else {
            output.removeSubrange(start...)
            throw .library(operation: "seal")
        }
    }

    /// Opens ciphertext ‖ tag into `output`, which must be exactly as long as the plaintext.
    ///
    /// - Throws: ``CryptoError/invalidNonce(bytes:)`` for a nonce of another length than 12 bytes;
    ///   ``CryptoError/authenticationFailed``, and `output` is then all zero.
    package func open(
        _ sealed: UnsafeRawBufferPointer,
        nonce: [UInt8],
        associated: [UInt8],
        into output: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        try AEADKey.check(nonce)
        guard sealed.count >= AEADKey.overhead else {
            throw .authenticationFailed
        }
        precondition(output.count == sealed.count - AEADKey.overhead, "output of another length")
        let body = sealed.count - AEADKey.overhead
        let base = unsafe sealed.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var count: Int32 = 0
        let tag = unsafe UnsafeMutableRawPointer(mutating: base?.advanced(by: body))
        let good =
            unsafe EVP_DecryptInit_ex2(opening, nil, nil, nonce, nil) == 1
            && EVP_DecryptUpdate(opening, nil, &count, associated, Int32(associated.count)) == 1
            && EVP_DecryptUpdate(
                opening,
                output.baseAddress?.assumingMemoryBound(to: UInt8.self),
                &count,
                base,
                Int32(body)
            ) == 1
            && EVP_CIPHER_CTX_ctrl(opening, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1
            && EVP_DecryptFinal_ex(opening, nil, &count) == 1
        guard good else {
            unsafe OPENSSL_cleanse(output.baseAddress, output.count)
            throw .authenticationFailed
        }
    }

    /// Opens ciphertext ‖ tag.
    ///
    /// - Throws: as ``open(_:nonce:associated:into:)`` does.
    package func open(
        _ sealed: UnsafeRawBufferPointer,
        nonce: [UInt8],
        associated: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        try AEADKey.check(nonce)
        guard sealed.count >= AEADKey.overhead else {
            throw .authenticationFailed
        }
        var output = [UInt8](repeating: 0, count: sealed.count - AEADKey.overhead)
        let failure: CryptoError? = unsafe output.withUnsafeMutableBytes { output in
            do throws(CryptoError) {
                unsafe try open(sealed, nonce: nonce, associated: associated, into: output)
                return nil
            } catch {
                return error
            }
        }
        if let failure {
            throw failure
        }
        return output
    }

    /// OpenSSL takes the nonce's length from the cipher, not from us, and would read on behind it.
    private static func check(_ nonce: [UInt8]) throws(CryptoError) {
        guard nonce.count == nonceByteCount else {
            throw .invalidNonce(bytes: nonce.count)
        }
    }

    private func seal(
        _ plaintext: UnsafeRawBufferPointer,
        nonce: [UInt8],
        associated: [UInt8],
        to output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let target = unsafe output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let source = unsafe plaintext.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var count: Int32 = 0
        return unsafe EVP_EncryptInit_ex2(sealing, nil, nil, nonce, nil) == 1
            && EVP_EncryptUpdate(sealing, nil, &count, associated, Int32(associated.count)) == 1
            && EVP_EncryptUpdate(sealing, target, &count, source, Int32(plaintext.count)) == 1
            && EVP_EncryptFinal_ex(sealing, nil, &count) == 1
            && EVP_CIPHER_CTX_ctrl(
                sealing,
                EVP_CTRL_AEAD_GET_TAG,
                16,
                target?.advanced(by: plaintext.count)
            ) == 1
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(sealing)
        unsafe EVP_CIPHER_CTX_free(opening)
    }
}
