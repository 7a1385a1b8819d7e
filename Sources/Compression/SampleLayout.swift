/// How the bytes of samples of 16 bits are laid out before they are compressed: docs/FORMAT.md §8.
///
/// A compressor that looks at bytes finds little in such samples as they are, for noisy low bytes
/// stand between the high ones. Planes are what HDF5's shuffle filter makes; differences of
/// neighbours are the predictor of TIFF 6.0 §14.
package enum SampleLayout: UInt8, CaseIterable, Sendable {
    /// Byte after byte.
    case asTheyAre = 0
    /// The low bytes of all words, then the high ones; a last byte that is left over.
    case planes = 1
    /// Planes of what each word has more than the one before it, small numbers for small
    /// differences of either sign.
    case differences = 2
    /// The first byte, then the differences of what follows: words begin at odd places.
    case differencesFromOne = 3

    /// Lays `bytes` out in `target`, which is as long and another memory.
    package func layOut(
        _ bytes: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawBufferPointer
    ) {
        unsafe put(
            bytes,
            to: target,
            planes: { unsafe $0.split(to: $1) },
            differences: { unsafe $0.splitDifferences(to: $1) }
        )
    }

    /// Makes of what ``layOut(_:to:)`` made the bytes that it was made of; `target` is as long and
    /// another memory. Any bytes at all can be undone.
    package func undo(
        _ laidOut: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawBufferPointer
    ) {
        unsafe put(
            laidOut,
            to: target,
            planes: { unsafe $0.join(to: $1) },
            differences: { unsafe $0.joinDifferences(to: $1) }
        )
    }

    /// Does to the words of `bytes` what this layout asks for, wherever they begin.
    private func put(
        _ bytes: UnsafeRawBufferPointer,
        to target: UnsafeMutableRawBufferPointer,
        planes: (Words, UnsafeMutableRawBufferPointer) -> Void,
        differences: (Words, UnsafeMutableRawBufferPointer) -> Void
    ) {
        precondition(bytes.count == target.count, "\(bytes.count) bytes to \(target.count)")
        switch self {
        case .asTheyAre: unsafe target.copyMemory(from: bytes)
        case .planes: unsafe planes(Words(bytes), target)
        case .differences: unsafe differences(Words(bytes), target)
        case .differencesFromOne:
            guard bytes.count > 0 else {
                return
            }
            unsafe target[0] = bytes[0]
            unsafe differences(
                Words(.init(rebasing: bytes[1...])),
                .init(rebasing: target[1...])
            )
        }
    }

    /// The layout of differences whose words begin where those of `bytes` do: the one in which they
    /// are smaller.
    package static func likelierDifferences(of bytes: UnsafeRawBufferPointer) -> SampleLayout {
        guard bytes.count > 1 else {
            return .differences
        }
        let even = unsafe Words(bytes).sumOfDifferences()
        let odd = unsafe Words(.init(rebasing: bytes[1...])).sumOfDifferences()
        return odd < even ? .differencesFromOne : .differences
    }
}

/// A string of bytes as words of 16 bits, little-endian, or as the two planes of such words.
@safe private struct Words {
    private let bytes: UnsafeRawBufferPointer
    private let count: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.bytes = unsafe bytes
        count = bytes.count / 2
    }

    func split(to target: UnsafeMutableRawBufferPointer) {
        unsafe put(to: target) { word(at: $0) }
    }

    func splitDifferences(to target: UnsafeMutableRawBufferPointer) {
        unsafe put(to: target) { difference(at: $0) }
    }

    func sumOfDifferences() -> UInt64 {
        var sum: UInt64 = 0
        for index in 1..<max(1, count) {
            sum &+= UInt64(difference(at: index))
        }
        return sum
    }

    func join(to target: UnsafeMutableRawBufferPointer) {
        for index in 0..<count {
            unsafe target.storeBytes(
                of: joined(at: index).littleEndian,
                toByteOffset: index &* 2,
                as: UInt16.self
            )
        }
        unsafe putRest(to: target)
    }

    func joinDifferences(to target: UnsafeMutableRawBufferPointer) {
        var sum: UInt16 = 0
        for index in 0..<count {
            let folded = joined(at: index)
            sum &+= (folded &>> 1) ^ (0 &- (folded & 1))
            unsafe target.storeBytes(
                of: sum.littleEndian,
                toByteOffset: index &* 2,
                as: UInt16.self
            )
        }
        unsafe putRest(to: target)
    }

    /// Puts each word's low byte into one plane and its high byte into the other.
    private func put(to target: UnsafeMutableRawBufferPointer, _ word: (Int) -> UInt16) {
        for index in 0..<count {
            let word = word(index)
            unsafe target.storeBytes(
                of: UInt8(truncatingIfNeeded: word),
                toByteOffset: index,
                as: UInt8.self
            )
            unsafe target.storeBytes(
                of: UInt8(truncatingIfNeeded: word &>> 8),
                toByteOffset: count &+ index,
                as: UInt8.self
            )
        }
        unsafe putRest(to: target)
    }

    private func putRest(to target: UnsafeMutableRawBufferPointer) {
        if target.count > 2 * count {
            unsafe target[2 * count] = bytes[2 * count]
        }
    }

    private func word(at index: Int) -> UInt16 {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self)
        return UInt16(littleEndian: word)
    }

    /// What a word has more than the one before, with its sign in the lowest bit.
    private func difference(at index: Int) -> UInt16 {
        let more = word(at: index) &- (index == 0 ? 0 : word(at: index &- 1))
        return (more &<< 1) ^ UInt16(bitPattern: Int16(bitPattern: more) &>> 15)
    }

    /// The word whose bytes lie at one place of both planes.
    private func joined(at index: Int) -> UInt16 {
        unsafe UInt16(bytes[index]) | UInt16(bytes[count &+ index]) &<< 8
    }
}
