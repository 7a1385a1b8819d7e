import TestSupport

/// Makes hostile bytes of sound ones.
struct Mutation {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// Changes `bytes` at one to four places; `others` give pieces for splices.
    mutating func of(_ bytes: [UInt8], among others: [[UInt8]]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(4) {
            change(&bytes, others[below(others.count)])
        }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ other: [UInt8]) {
        let place = below(bytes.count + 1)
        let end = min(bytes.count, place + 1 + below(16))
        switch below(8) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
        case 1: bytes.removeSubrange(place...)
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: random.bytes(1 + below(16)), at: place)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count + 1))
        case 5:
            let start = below(other.count + 1)
            bytes.replaceSubrange(place..., with: other[start...])
        default: writeExtreme(&bytes, at: place)
        }
    }

    /// What a length may not be believed to be, over whatever stands there.
    private mutating func writeExtreme(_ bytes: inout [UInt8], at place: Int) {
        let extremes: [UInt64] = [0, 1, 0x7f, 0xff, 0xffff, 1 << 31, (1 << 32) - 1, 1 << 63, .max]
        let value = extremes[below(extremes.count)]
        let width = [1, 2, 4, 8][below(4)]
        let number = (0..<width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        bytes.replaceSubrange(place..<min(bytes.count, place + width), with: number)
    }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
}
