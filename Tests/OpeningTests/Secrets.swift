import Primitives

/// A secret with known bytes, for tests only.
func secret(_ bytes: some Collection<UInt8>) throws -> SecretBytes {
    unsafe try SecretBytes(count: bytes.count) { unsafe $0.copyBytes(from: bytes) }
}

/// A secret that spells `text`, for tests only.
func secret(_ text: String) throws -> SecretBytes {
    try secret(Array(text.utf8))
}

/// Numbers that are the same in every run: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}
