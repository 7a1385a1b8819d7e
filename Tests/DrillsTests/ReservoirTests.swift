import Model
import Primitives
import Testing

@testable import Drills

@Suite struct ReservoirTests {
    private func sample(of count: Int, size: Int, seed: UInt64) -> [Int] {
        var reservoir = Reservoir<Int>(seed: seed, size: size)
        for element in 0..<count {
            reservoir.offer(element)
        }
        return reservoir.sample
    }

    @Test func `a stream that has no more is taken whole, each element once`() {
        #expect(sample(of: 0, size: 3, seed: 1).isEmpty)
        #expect(sample(of: 3, size: 5, seed: 1).sorted() == [0, 1, 2])
        let some = sample(of: 1_000, size: 32, seed: 2)
        #expect(some.count == 32 && Set(some).count == 32)
        #expect(sample(of: 1_000, size: 32, seed: 2) == some)
    }

    /// 4,000 draws of 3 of 20: each element is expected in 600, with a deviation of 23.
    @Test func `each element has about the same chance, to be first too`() {
        var drawn = [Int](repeating: 0, count: 20)
        var first = drawn
        for seed in 0..<4_000 {
            // Seeds as they are given: the beginning of a hash, not numbers in a row.
            let hash = SHA256.hash([UInt8(seed & 0xff), UInt8(seed >> 8)]).prefix
            let some = sample(of: 20, size: 3, seed: hash)
            some.forEach { drawn[$0] += 1 }
            first[some[0]] += 1
        }
        #expect(drawn.allSatisfy { (480...720).contains($0) }, "\(drawn)")
        #expect(first.allSatisfy { (120...280).contains($0) }, "\(first)")
    }
}
