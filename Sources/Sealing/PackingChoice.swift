import Compression
import Model

/// How a chunk is packed: docs/decisions/0010.
struct PackingChoice: Hashable {
    /// How its bytes are laid out before they are compressed.
    let layout: SampleLayout
    /// Of Zstandard.
    let level: Int

    private static let sampleBytes = 16 << 10
    /// Of it tells at which places words begin.
    private static let evenBytes = 2 << 10

    /// Chooses for one chunk; nil to leave it as it is.
    ///
    /// A sample from the middle tells what the chunk is like. Figures of layouts are in
    /// docs/decisions/0010, of levels in docs/BENCHMARKS.md.
    ///
    /// - Parameters:
    ///   - plaintext: of the chunk.
    ///   - compression: what the site or the set asks for.
    ///   - zstandard: of this thread.
    ///   - scratch: memory for two samples, with anything in it.
    init?(
        for plaintext: UnsafeRawBufferPointer,
        _ compression: CompressionPolicy,
        _ zstandard: borrowing Zstandard,
        scratch: UnsafeMutableRawBufferPointer
    ) {
        guard compression != .none else {
            return nil
        }
        let count = min(plaintext.count, PackingChoice.sampleBytes)
        // Words that begin at even places of the chunk begin there in the sample, too.
        let start = (plaintext.count - count) / 2 & ~1
        let sample = unsafe UnsafeRawBufferPointer(rebasing: plaintext[start..<start + count])
        let own = unsafe PackingChoice.best(for: sample, zstandard, scratch: scratch)
        layout = own.layout
        if case .level(let level) = compression {
            self.level = level
        } else {
            level = own.level
        }
    }

    /// What pays best for a sample.
    ///
    /// What level 1 leaves a quarter of, or less, has little left to save, and what it cannot
    /// shrink at all nobody can. In between words of 16 bits are looked for: a layout that saves a
    /// twentieth is taken. What is left as it is gets level 3 where that pays: of bytes of which
    /// level 1 leaves more than 0.7, level 3 takes three times as long to save 1 %.
    private static func best(
        for sample: UnsafeRawBufferPointer,
        _ zstandard: borrowing Zstandard,
        scratch: UnsafeMutableRawBufferPointer
    ) -> (layout: SampleLayout, level: Int) {
        let packed = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch[..<sample.count])
        guard let asTheyAre = unsafe zstandard.compress(sample, level: 1, to: packed),
            asTheyAre * 4 >= sample.count
        else {
            return (.asTheyAre, 1)
        }
        func size(_ layout: SampleLayout) -> Int {
            let laidOut = unsafe UnsafeMutableRawBufferPointer(
                rebasing: scratch[sample.count..<2 * sample.count]
            )
            unsafe layout.layOut(sample, to: laidOut)
            let size = unsafe zstandard.compress(.init(laidOut), level: 1, to: packed)
            return size ?? sample.count
        }
        let planes = size(.planes)
        // Where bytes do not come in pairs, planes cost a tenth and more, and differences, too.
        if planes * 10 < asTheyAre * 11 {
            let few = unsafe UnsafeRawBufferPointer(rebasing: sample.prefix(evenBytes))
            let kind = unsafe SampleLayout.likelierDifferences(of: few)
            let differences = size(kind)
            if min(planes, differences) * 20 < asTheyAre * 19 {
                // The smooth plane of an image has long repetitions, which level 3 finds.
                return planes < differences ? (.planes, 3) : (kind, 1)
            }
        }
        return (.asTheyAre, asTheyAre * 10 < sample.count * 7 ? 3 : 1)
    }
}
