import COpenSSL
package import Model

/// SHA-256 (FIPS 180-4), fed in pieces.
@safe package struct SHA256: ~Copyable {
    private let context: OpaquePointer

    /// Starts a digest.
    package init() {
        guard let context = unsafe EVP_MD_CTX_new() else {
            preconditionFailure("out of memory for a digest")
        }
        unsafe self.context = unsafe context
        start()
    }

    /// Takes more bytes.
    package func update(_ bytes: UnsafeRawBufferPointer) {
        let done = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        precondition(done == 1, "EVP_DigestUpdate")
    }

    /// Takes more bytes.
    package func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe update($0) }
    }

    /// Takes more bytes, from the middle of others without copying them.
    package func update(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe update($0) }
    }

    /// Gives the digest of all bytes since the start, and starts anew.
    package func finish() -> Digest {
        defer { start() }
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { output in
            let done = unsafe EVP_DigestFinal_ex(context, output.baseAddress, nil)
            precondition(done == 1, "EVP_DigestFinal_ex")
            return unsafe Digest(copying: UnsafeRawBufferPointer(output))
        }
    }

    /// The digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> Digest {
        let digest = SHA256()
        digest.update(bytes)
        return digest.finish()
    }

    /// The digest of `bytes`.
    package static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
        let digest = SHA256()
        unsafe digest.update(bytes)
        return digest.finish()
    }

    private func start() {
        let done = unsafe EVP_DigestInit_ex2(context, Algorithms.sha256.pointer, nil)
        precondition(done == 1, "EVP_DigestInit_ex2")
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }
}
