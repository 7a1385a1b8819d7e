/// SplitMix64: the seeded generator of property tests; a failure prints its seed.
///
/// Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA 2014).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Begins the sequence of `seed`: the same on every machine.
    package init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Bytes that do not compress.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            let word = next()
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return Array(bytes.prefix(count))
    }

    /// Content that becomes one chunk, up to the largest. Where it is judged, one byte is repeated,
    /// which cuts under one key in 260,000 (FORMAT.md §17); before that nothing is cut.
    package mutating func uncut(_ count: Int) -> [UInt8] {
        let start = bytes(min(count, 131_072 - 64))
        let byte = UInt8(truncatingIfNeeded: next())
        return start + [UInt8](repeating: byte, count: count - start.count)
    }
}
