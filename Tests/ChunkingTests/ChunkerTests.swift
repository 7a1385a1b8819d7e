import Chunking
import TestSupport
import Testing

@Suite struct ChunkerTests {
    private static let sizes = Chunker.Sizes(min: 2_000, normal: 8_192, max: 40_000)

    private func chunker(seed: UInt64 = 1) -> Chunker {
        var random = SeededGenerator(seed: seed)
        return Chunker(key: random.bytes(2_048), sizes: Self.sizes)
    }

    /// Cuts all of `bytes`, showing the chunker at most `window` bytes at a time.
    private func cut(_ bytes: [UInt8], _ chunker: Chunker, window: Int = .max) -> [Int] {
        var cuts: [Int] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start.addingReportingOverflow(window).partialValue)
            let visible = window == .max ? bytes.count : end
            let piece = unsafe bytes.withUnsafeBytes { all in
                unsafe chunker.firstCut(
                    UnsafeRawBufferPointer(rebasing: all[start..<visible]),
                    isLast: visible == bytes.count
                )
            }
            guard let piece else {
                Issue.record("no cut from \(start)")
                return cuts
            }
            start += piece
            cuts.append(start)
        }
        return cuts
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `pieces keep to their bounds and cover everything`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = random.bytes(2_000_000)
        let cuts = cut(bytes, chunker())
        let lengths = zip([0] + cuts, cuts).map { $1 - $0 }
        #expect(lengths.reduce(0, +) == bytes.count)
        #expect(lengths.dropLast().allSatisfy { $0 > Self.sizes.min && $0 <= Self.sizes.max })
        let mean = bytes.count / lengths.count
        #expect((6_000...12_000).contains(mean), "mean \(mean)")
    }

    @Test func `cuts do not depend on how much is shown at a time`() {
        var random = SeededGenerator(seed: 4)
        let bytes = random.bytes(1_000_000)
        let whole = cut(bytes, chunker())
        for window in [Self.sizes.max, Self.sizes.max + 1, 60_001, 400_000] {
            #expect(cut(bytes, chunker(), window: window) == whole, "\(window)")
        }
    }

    /// Where the definition of docs/FORMAT.md §17 cuts, byte after byte.
    private func reference(_ bytes: ArraySlice<UInt8>, _ table: [UInt64], _ sizes: Chunker.Sizes)
        -> Int
    {
        var hash: UInt64 = 0
        let bits = sizes.normal.trailingZeroBitCount
        for (index, byte) in bytes.prefix(sizes.max).enumerated() {
            hash = hash << 1 &+ table[Int(byte)]
            let zeros = index + 1 <= sizes.normal ? bits + 1 : bits - 1
            if index + 1 > sizes.min, hash.leadingZeroBitCount >= zeros {
                return index + 1
            }
        }
        return min(bytes.count, sizes.max)
    }

    /// Long stretches without a cut are looked at in four places at once; here cuts fall into each
    /// of the four, and behind them.
    @Test(arguments: UInt64(20)..<24)
    func `cuts are where the definition has them`(seed: UInt64) {
        let sizes = Chunker.Sizes(min: 5_000, normal: 65_536, max: 300_000)
        var random = SeededGenerator(seed: seed)
        let key = random.bytes(2_048)
        let table = (0..<256).map { word in
            key[word * 8..<word * 8 + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        let bytes = random.bytes(6_000_000)
        let cuts = cut(bytes, Chunker(key: key, sizes: sizes))
        var start = 0
        for cut in cuts {
            let right = start + reference(bytes[start...], table, sizes)
            guard cut == right else {
                Issue.record("cut at \(cut), not at \(right)")
                return
            }
            start = cut
        }
        #expect(cuts.count > 40)
    }

    @Test func `too few bytes give no cut unless they are the last`() {
        var random = SeededGenerator(seed: 5)
        let bytes = random.bytes(Self.sizes.min)
        let chunker = chunker()
        unsafe bytes.withUnsafeBytes { bytes in
            #expect(unsafe chunker.firstCut(bytes, isLast: false) == nil)
            #expect(unsafe chunker.firstCut(bytes, isLast: true) == Self.sizes.min)
            let none = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<0])
            #expect(unsafe chunker.firstCut(none, isLast: true) == nil)
        }
    }

    @Test(arguments: [UInt64(6), 7, 8, 9])
    func `an insertion moves few cuts`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let before = random.bytes(2_000_000)
        var after = before
        let place = Int(random.next() % 2_000_000)
        let added = random.bytes(137)
        after.insert(contentsOf: added, at: place)
        let old = cut(before, chunker())
        let new = Set(cut(after, chunker()).map { $0 > place ? $0 - added.count : $0 })
        let moved = old.filter { !new.contains($0) }
        #expect(moved.count <= 8, "\(moved.count) of \(old.count) cuts moved")
    }

    @Test func `another key cuts elsewhere`() {
        var random = SeededGenerator(seed: 10)
        let bytes = random.bytes(2_000_000)
        let one = cut(bytes, chunker(seed: 1))
        let other = Set(cut(bytes, chunker(seed: 2)))
        #expect(one.dropLast().filter { other.contains($0) }.count < 5)
    }

    @Test func `zeros are cut at the maximum`() {
        let cuts = cut([UInt8](repeating: 0, count: 200_000), chunker())
        #expect(cuts == [40_000, 80_000, 120_000, 160_000, 200_000])
    }
}
