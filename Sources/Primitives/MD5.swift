import COpenSSL

/// MD5 (RFC 1321), for protocols that ask for it: against chance, as a checksum beside bytes whose
/// safety rests on something else. It is broken against whoever means harm.
package enum MD5 {
    /// The number of bytes in a digest.
    package static let byteCount = 16

    /// The digest of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: byteCount)
        let done = unsafe EVP_Digest(
            bytes,
            bytes.count,
            &digest,
            nil,
            Algorithms.md5.pointer,
            nil
        )
        precondition(done == 1, "EVP_Digest")
        return digest
    }
}
