/// Bech32 (BIP-173) of keys of known length under a known prefix, without its length limit, as age
/// uses it ("Conventions used in this document").
///
/// Works on spans and keeps nothing, so that a secret key can go from locked memory to locked
/// memory. The case is that of the prefix: `age` is lower, `AGE-SECRET-KEY-` is upper; BIP-173
/// forbids a mixture.
package enum Bech32 {
    /// Characters of a checksum.
    private static let checksumCount = 6
    /// The separator between prefix and data.
    private static let separator = UInt8(ascii: "1")
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// Characters of `dataByteCount` bytes under `prefix`: prefix, `1`, data, checksum.
    package static func encodedByteCount(prefix: String, dataByteCount: Int) -> Int {
        prefix.utf8.count + 1 + groupCount(of: dataByteCount) + checksumCount
    }

    /// Groups of five bits in `byteCount` bytes; the last is filled with zero bits.
    private static func groupCount(of byteCount: Int) -> Int {
        (byteCount * 8 + 4) / 5
    }

    private static func group(_ index: Int, of data: Span<UInt8>) -> UInt8 {
        let (byte, bit) = (index * 5).quotientAndRemainder(dividingBy: 8)
        let next = byte + 1 < data.count ? UInt16(data[byte + 1]) : 0
        let pair = UInt16(data[byte]) << 8 | next
        return UInt8(truncatingIfNeeded: pair >> UInt16(11 - bit)) & 31
    }

    /// Writes `data` as ASCII characters into `output`.
    ///
    /// - Parameters:
    ///   - data: the key's bytes.
    ///   - prefix: the human-readable part; all of it in one case.
    ///   - output: exactly ``encodedByteCount(prefix:dataByteCount:)`` bytes.
    package static func encode(
        _ data: Span<UInt8>,
        prefix: String,
        into output: inout MutableSpan<UInt8>
    ) {
        let needed = encodedByteCount(prefix: prefix, dataByteCount: data.count)
        precondition(output.count == needed, "\(output.count) bytes for \(needed) characters")
        let isUpper = isUpper(prefix)
        var checksum = Checksum(prefix: prefix)
        var position = 0
        for character in Array(prefix.utf8) + [separator] {
            output[position] = character
            position += 1
        }
        for index in 0..<groupCount(of: data.count) {
            let value = group(index, of: data)
            checksum.take(value)
            output[position] = character(of: value, isUpper: isUpper)
            position += 1
        }
        for value in checksum.finish() {
            output[position] = character(of: value, isUpper: isUpper)
            position += 1
        }
    }

    /// Reads what ``encode(_:prefix:into:)`` writes, and nothing else.
    ///
    /// - Parameters:
    ///   - text: ASCII characters.
    ///   - prefix: the human-readable part that is expected.
    ///   - output: as many bytes as the key has; holds something undefined if this throws.
    /// - Throws: ``AgeFormatError/key(prefix:_:)``.
    package static func decode(
        _ text: Span<UInt8>,
        prefix: String,
        into output: inout MutableSpan<UInt8>
    ) throws(AgeFormatError) {
        let start = try dataStart(in: text, prefix: prefix)
        guard text.count == encodedByteCount(prefix: prefix, dataByteCount: output.count) else {
            throw .key(prefix: prefix, .byteCount)
        }
        let isUpper = isUpper(prefix)
        var checksum = Checksum(prefix: prefix)
        var pending: UInt32 = 0
        var pendingBits: UInt32 = 0
        var position = 0
        for index in start..<text.count {
            guard let value = value(of: text[index], isUpper: isUpper) else {
                throw .key(prefix: prefix, .character)
            }
            checksum.take(value)
            guard index < text.count - checksumCount else {
                continue
            }
            pending = (pending << 5 | UInt32(value)) & 0xfff
            pendingBits += 5
            if pendingBits >= 8 {
                pendingBits -= 8
                output[position] = UInt8(truncatingIfNeeded: pending >> pendingBits)
                position += 1
            }
        }
        guard checksum.isGood else {
            throw .key(prefix: prefix, .checksum)
        }
        guard pending & (1 << pendingBits - 1) == 0 else {
            throw .key(prefix: prefix, .padding)
        }
    }

    /// Where the data begins in `text`, which must begin with `prefix` and the separator.
    private static func dataStart(
        in text: Span<UInt8>,
        prefix: String
    ) throws(AgeFormatError) -> Int {
        var position = 0
        for expected in Array(prefix.utf8) + [separator] {
            guard position < text.count, text[position] == expected else {
                throw .key(prefix: prefix, .otherKind)
            }
            position += 1
        }
        return position
    }

    private static func isUpper(_ prefix: String) -> Bool {
        prefix.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }

    private static func character(of value: UInt8, isUpper: Bool) -> UInt8 {
        let character = alphabet[Int(value)]
        let isLetter = character >= UInt8(ascii: "a")
        return isUpper && isLetter ? character & 0xdf : character
    }

    private static func value(of character: UInt8, isUpper: Bool) -> UInt8? {
        let isLetter = character >= UInt8(ascii: "A")
        let isUpperLetter = isLetter && character & 0x20 == 0
        guard !isLetter || isUpperLetter == isUpper else {
            return nil
        }
        let lower = isLetter ? character | 0x20 : character
        return alphabet.firstIndex(of: lower).map { UInt8($0) }
    }
}

/// The checksum of BIP-173, "Checksum": a BCH code over GF(32), fed value by value.
private struct Checksum {
    private var state: UInt32 = 1

    /// Starts with the prefix, whose lower case counts ("Uppercase/lowercase").
    init(prefix: String) {
        let lower = Array(prefix.lowercased().utf8)
        for character in lower {
            take(character >> 5)
        }
        take(0)
        for character in lower {
            take(character & 31)
        }
    }

    /// Whether the last six values taken were the right checksum.
    var isGood: Bool { state == 1 }

    mutating func take(_ value: UInt8) {
        let generator: [UInt32] = [
            0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3,
        ]
        let top = state >> 25
        state = (state & 0x1ff_ffff) << 5 ^ UInt32(value)
        for bit in 0..<5 where top >> UInt32(bit) & 1 == 1 {
            state ^= generator[bit]
        }
    }

    /// The six values that make the checksum good.
    mutating func finish() -> [UInt8] {
        for _ in 0..<6 {
            take(0)
        }
        let sum = state ^ 1
        return (0..<6).map { UInt8(truncatingIfNeeded: sum >> UInt32(5 * (5 - $0))) & 31 }
    }
}
