/// A 256-bit value: a SHA-256 digest, an HMAC, or an id derived from one.
///
/// Kept as four words rather than an array, so that millions of them in a table cost 32 bytes each
/// and comparing them allocates nothing. Ordered as its bytes are.
package struct Digest: Hashable, Comparable, Sendable {
    /// The number of bytes in a digest.
    package static let byteCount = 32

    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Takes the 32 bytes that `bytes` holds.
    ///
    /// - Parameter bytes: exactly 32 bytes, or the result is nil.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Digest.byteCount else {
            return nil
        }
        var iterator = bytes.makeIterator()
        func word() -> UInt64 {
            var value: UInt64 = 0
            for _ in 0..<8 {
                value = value << 8 | UInt64(iterator.next() ?? 0)
            }
            return value
        }
        words = (word(), word(), word(), word())
    }

    /// Takes the bytes that something else holds, as a hash function's output: for where millions
    /// of them are taken.
    ///
    /// - Parameter bytes: exactly 32.
    package init(copying bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Digest.byteCount, "a digest of \(bytes.count) bytes")
        func word(_ number: Int) -> UInt64 {
            unsafe UInt64(
                bigEndian: bytes.loadUnaligned(fromByteOffset: number * 8, as: UInt64.self)
            )
        }
        words = (word(0), word(1), word(2), word(3))
    }

    /// Reads 64 lower-case hexadecimal digits; anything else is nil.
    package init?(hex: some StringProtocol) {
        guard let bytes = Hex.decode(hex) else {
            return nil
        }
        self.init(bytes)
    }

    /// The 32 bytes, first to last.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Digest.byteCount)
        append(to: &bytes)
        return bytes
    }

    /// Appends the 32 bytes to `buffer`.
    package func append(to buffer: inout [UInt8]) {
        let stored = (
            words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
        )
        unsafe withUnsafeBytes(of: stored) { unsafe buffer.append(contentsOf: $0) }
    }

    /// 64 lower-case hexadecimal digits.
    package var hex: String { Hex.encode(bytes) }

    /// The first eight bytes as a big-endian number: a good key for compact tables.
    package var prefix: UInt64 { words.0 }

    package static func == (one: Digest, other: Digest) -> Bool {
        one.words == other.words
    }

    package static func < (one: Digest, other: Digest) -> Bool {
        one.words < other.words
    }

    package func hash(into hasher: inout Hasher) {
        // Digests are uniformly distributed already; one word is enough for a table.
        hasher.combine(words.0)
    }
}

extension Digest {
    /// 32 zero bytes: stands where a digest cannot be known yet.
    package static let zero: Digest = {
        guard let zero = Digest([UInt8](repeating: 0, count: byteCount)) else {
            preconditionFailure("32 bytes make a digest")
        }
        return zero
    }()
}
