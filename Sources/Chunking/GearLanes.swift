/// A gear hash over one string of bytes, looked at in one place or in four at once.
///
/// A step of the hash waits for the one before, two cycles of a processor a byte, and leaves most
/// of it idle. But the hash depends on the last 64 bytes alone, so that four stretches can be
/// hashed side by side, in half the time.
@safe struct GearLanes {
    /// How many bytes a hash depends on: each is shifted out of 64 bits after so many more.
    private static let window = 64
    private static let laneBytes = 8 << 10

    private let bytes: UnsafeRawBufferPointer
    private let table: UnsafeBufferPointer<UInt64>
    /// A hash below it cuts.
    private let limit: UInt64

    /// Takes what is to be looked at.
    ///
    /// - Parameters:
    ///   - bytes: from the start of a piece.
    ///   - table: 256 words.
    ///   - mask: the bits that are all zero where a cut is; none below a bit that is one.
    init(
        _ bytes: UnsafeRawBufferPointer,
        _ table: UnsafeBufferPointer<UInt64>,
        _ mask: UInt64
    ) {
        unsafe self.bytes = unsafe bytes
        unsafe self.table = unsafe table
        limit = 1 << UInt64(mask.trailingZeroBitCount)
    }

    /// The first place in `start ..< end` after which there is a cut.
    ///
    /// The hash begins 64 bytes before, so that a cut depends on content alone and not on where a
    /// scan began.
    func firstCut(from start: Int, to end: Int) -> Int? {
        var hash = hash(before: start)
        var position = start
        while position < end {
            hash = step(hash, position)
            position += 1
            if hash < limit {
                return position
            }
        }
        return nil
    }

    /// How far from `start`, at most to `end`, there is surely no cut: a multiple of four lanes on.
    func withoutCut(from start: Int, to end: Int) -> Int {
        let length = GearLanes.laneBytes
        var start = start
        while end - start >= 4 * length {
            var hash0 = hash(before: start)
            var hash1 = hash(before: start + length)
            var hash2 = hash(before: start + 2 * length)
            var hash3 = hash(before: start + 3 * length)
            for position in start..<start + length {
                hash0 = step(hash0, position)
                hash1 = step(hash1, position &+ length)
                hash2 = step(hash2, position &+ 2 &* length)
                hash3 = step(hash3, position &+ 3 &* length)
                // One comparison for four, for there is a cut in a million.
                if min(min(hash0, hash1), min(hash2, hash3)) < limit {
                    return start
                }
            }
            start += 4 * length
        }
        return start
    }

    private func hash(before start: Int) -> UInt64 {
        (max(0, start - GearLanes.window)..<start).reduce(0) { step($0, $1) }
    }

    private func step(_ hash: UInt64, _ position: Int) -> UInt64 {
        unsafe (hash &<< 1) &+ table[Int(bytes[position])]
    }
}
