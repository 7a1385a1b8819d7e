import Compression
import TestSupport
import Testing

/// docs/FORMAT.md §8, docs/decisions/0010.
@Suite struct SampleLayoutTests {
    private func lay(_ bytes: [UInt8], _ layout: SampleLayout, undo: Bool = false) -> [UInt8] {
        var target = [UInt8](repeating: 0xee, count: bytes.count)
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe target.withUnsafeMutableBytes { target in
                if undo {
                    unsafe layout.undo(bytes, to: target)
                } else {
                    unsafe layout.layOut(bytes, to: target)
                }
            }
        }
        return target
    }

    private func likelier(_ bytes: [UInt8]) -> SampleLayout {
        unsafe bytes.withUnsafeBytes { unsafe SampleLayout.likelierDifferences(of: $0) }
    }

    @Test func `the example of the format's page`() {
        let bytes: [UInt8] = [1, 0, 3, 0, 2, 0, 0xff]
        #expect(lay(bytes, .asTheyAre) == bytes)
        #expect(lay(bytes, .planes) == [1, 3, 2, 0, 0, 0, 0xff])
        #expect(lay(bytes, .differences) == [2, 4, 1, 0, 0, 0, 0xff])
        // 1 | 0x0300, 0x0200, 0xff00: 0x0600 folded; -0x0100; -0x0300.
        #expect(lay(bytes, .differencesFromOne) == [1, 0, 0xff, 0xff, 0x06, 0x01, 0x05])
    }

    @Test(arguments: SampleLayout.allCases)
    func `any bytes come back, of every length and parity`(layout: SampleLayout) {
        var random = SeededGenerator(seed: 3)
        for count in Array(0..<70) + [1_023, 65_536, 65_537] {
            let bytes = random.bytes(count)
            #expect(lay(lay(bytes, layout), layout, undo: true) == bytes, "\(count)")
            // What was not made by laying out can be undone too, and laid out again.
            #expect(lay(lay(bytes, layout, undo: true), layout) == bytes, "\(count)")
        }
    }

    @Test func `every difference of two words comes back`() {
        let words = (0...UInt16.max).flatMap { (word: UInt16) -> [UInt16] in [0, word] }
        let bytes = words.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        #expect(lay(lay(bytes, .differences), .differences, undo: true) == bytes)
    }

    @Test func `a slow ramp tells where its words begin`() {
        let ramp = (0..<500).flatMap { word in
            [UInt8(truncatingIfNeeded: word * 7), UInt8(word * 7 >> 8)]
        }
        #expect(likelier(ramp) == .differences)
        #expect(likelier([9] + ramp) == .differencesFromOne)
        #expect(likelier([]) == .differences)
        #expect(likelier([1]) == .differences)
    }
}
