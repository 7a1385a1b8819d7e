import COpenSSL
import Glibc

extension SecretBytes {
    /// Writes the bytes to an open file, whole, without a copy in ordinary memory.
    ///
    /// - Returns: 0, or the errno of the write that failed.
    package borrowing func write(to descriptor: Int32) -> Int32 {
        unsafe withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = unsafe Glibc.write(
                    descriptor,
                    bytes.baseAddress?.advanced(by: offset),
                    bytes.count - offset
                )
                if written < 0, errno == EINTR {
                    continue
                }
                guard written > 0 else {
                    return written == 0 ? EIO : errno
                }
                offset += written
            }
            return 0
        }
    }

    /// Reads a secret that fills the rest of an open file.
    ///
    /// - Parameters:
    ///   - descriptor: an open file, read from where it stands.
    ///   - bytesMax: more than this is refused.
    /// - Returns: nil if the file is empty, longer than `bytesMax`, or a read fails.
    /// - Throws: ``CryptoError/memoryNotLocked(bytes:errno:)``.
    package static func read(
        from descriptor: Int32,
        bytesMax: Int
    ) throws(CryptoError) -> SecretBytes? {
        var filled = 0
        let whole = unsafe try SecretBytes(count: bytesMax + 1) { buffer in
            while filled < buffer.count {
                let count = unsafe Glibc.read(
                    descriptor,
                    buffer.baseAddress?.advanced(by: filled),
                    buffer.count - filled
                )
                if count < 0, errno == EINTR {
                    continue
                }
                if count < 0 {
                    filled = -1
                }
                if count <= 0 {
                    break
                }
                filled += count
            }
        }
        guard filled > 0, filled <= bytesMax else {
            return nil
        }
        return try whole.slice(0..<filled)
    }
}
