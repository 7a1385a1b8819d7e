import COpenSSL
import Glibc

/// Bytes that must not be seen: a run key, a set secret, an identity, a signing key.
///
/// Invariants: the memory is its own mapping, locked against swapping (mlock) and left out of core
/// dumps (MADV_DONTDUMP); it is written only while `init` runs; it is zeroed before it is unmapped.
/// The type cannot be copied, described or compared with `==`; no interface returns its bytes.
@safe package struct SecretBytes: ~Copyable, @unchecked Sendable {
    // Sendable: the memory is written during `init` only, and read-only afterwards.
    private let memory: UnsafeMutableRawBufferPointer

    /// The number of secret bytes.
    package var count: Int { unsafe memory.count }

    /// Makes a secret of `count` bytes and lets `fill` write it.
    ///
    /// - Parameters:
    ///   - count: how many bytes; a sealed secret may be empty, so none is fine.
    ///   - fill: writes all bytes of the zeroed buffer; the pointer is valid only inside.
    /// - Throws: ``CryptoError/memoryNotLocked(bytes:errno:)``, or what `fill` throws.
    package init(
        count: Int,
        fill: (UnsafeMutableRawBufferPointer) throws(CryptoError) -> Void
    ) throws(CryptoError) {
        precondition(count >= 0, "a secret of \(count) bytes")
        let memory = unsafe try SecretBytes.lockedMemory(count: count)
        do throws(CryptoError) {
            unsafe try fill(memory)
        } catch {
            unsafe SecretBytes.erase(memory)
            throw error
        }
        unsafe self.memory = unsafe memory
    }

    /// Draws `count` bytes from OpenSSL's private generator.
    package static func random(count: Int) throws(CryptoError) -> SecretBytes {
        unsafe try SecretBytes(count: count) { (buffer) throws(CryptoError) in
            let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            guard unsafe RAND_priv_bytes(base, Int32(count)) == 1 else {
                throw .library(operation: "RAND_priv_bytes")
            }
        }
    }

    /// Lends the bytes, which must not be copied into anything that is not a ``SecretBytes``.
    package borrowing func withUnsafeBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        unsafe try body(UnsafeRawBufferPointer(memory))
    }

    /// A secret of its own, with the bytes of `range`.
    package borrowing func slice(_ range: Range<Int>) throws(CryptoError) -> SecretBytes {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
        let source = unsafe UnsafeRawBufferPointer(memory)
        return unsafe try SecretBytes(count: range.count) { buffer in
            unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
        }
    }

    /// Copies out bytes of `range` that are *not* secret, such as a header before the key.
    package borrowing func publicBytes(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
        return unsafe Array(UnsafeRawBufferPointer(rebasing: memory[range]))
    }

    /// A secret that is `head`, then this, then `tail`.
    package borrowing func framed(
        head: [UInt8],
        tail: [UInt8] = []
    ) throws(CryptoError) -> SecretBytes {
        let middle = unsafe UnsafeRawBufferPointer(memory)
        return unsafe try SecretBytes(count: head.count + count + tail.count) { buffer in
            unsafe buffer.copyBytes(from: head)
            unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[head.count...])
                .copyMemory(from: middle)
            unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[(head.count + middle.count)...])
                .copyBytes(from: tail)
        }
    }

    /// Whether both hold the same bytes; takes the same time wherever they differ.
    package borrowing func matches(_ other: borrowing SecretBytes) -> Bool {
        unsafe count == other.count
            && CRYPTO_memcmp(memory.baseAddress, other.memory.baseAddress, count) == 0
    }

    deinit {
        unsafe SecretBytes.erase(memory)
    }

    private static func lockedMemory(
        count: Int
    ) throws(CryptoError) -> UnsafeMutableRawBufferPointer {
        let mapping = unsafe mmap(
            nil,
            mappedByteCount(count),
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS,
            -1,
            0
        )
        // MAP_FAILED is (void *)-1, a macro that Swift does not import.
        guard let mapping = unsafe mapping, Int(bitPattern: mapping) != -1 else {
            throw .memoryNotLocked(bytes: count, errno: errno)
        }
        let mapped = mappedByteCount(count)
        guard unsafe mlock(mapping, mapped) == 0,
            unsafe madvise(mapping, mapped, MADV_DONTDUMP) == 0,
            unsafe madvise(mapping, mapped, MADV_WIPEONFORK) == 0
        else {
            let reason = errno
            unsafe munmap(mapping, mapped)
            throw .memoryNotLocked(bytes: count, errno: reason)
        }
        return unsafe UnsafeMutableRawBufferPointer(start: mapping, count: count)
    }

    private static func erase(_ memory: UnsafeMutableRawBufferPointer) {
        unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
        unsafe munlock(memory.baseAddress, mappedByteCount(memory.count))
        unsafe munmap(memory.baseAddress, mappedByteCount(memory.count))
    }

    /// mmap(2) refuses a mapping of no bytes.
    private static func mappedByteCount(_ count: Int) -> Int {
        max(1, count)
    }
}
