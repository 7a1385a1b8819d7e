import COpenSSL

/// scrypt (RFC 7914): a key from a passphrase.
package enum Scrypt {
    /// Derives 32 bytes.
    ///
    /// - Parameters:
    ///   - passphrase: what the person typed.
    ///   - salt: public.
    ///   - logN: the work factor's binary logarithm; memory is 1 KiB × 2^logN with `r` 8.
    /// - Returns: the derived secret.
    /// - Throws: ``CryptoError/library(operation:)``, such as when memory is short.
    package static func derive(
        passphrase: borrowing SecretBytes,
        salt: [UInt8],
        logN: Int
    ) throws(CryptoError) -> SecretBytes {
        precondition((1...30).contains(logN), "logN is \(logN)")
        let input = unsafe passphrase.withUnsafeBytes { unsafe $0 }
        return unsafe try SecretBytes(count: 32) { (output) throws(CryptoError) in
            let memoryMax = UInt64(1) << UInt64(logN) * 1_024 + (1 << 20)
            let done = unsafe EVP_PBE_scrypt(
                input.baseAddress?.assumingMemoryBound(to: CChar.self),
                input.count,
                salt,
                salt.count,
                UInt64(1) << UInt64(logN),
                8,
                1,
                memoryMax,
                output.baseAddress?.assumingMemoryBound(to: UInt8.self),
                output.count
            )
            guard done == 1 else {
                throw .library(operation: "EVP_PBE_scrypt")
            }
        }
    }
}
