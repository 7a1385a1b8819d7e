/// Where content is cut: content-defined, keyed per set, so that an insertion moves few cuts and a
/// stranger cannot predict them.
///
/// A gear hash over the last 64 bytes with two masks, as in FastCDC (Xia et al., "FastCDC: a Fast
/// and Efficient Content-Defined Chunking Approach", USENIX ATC 2016, §3.3): harder to cut before
/// the normal size, easier after it. The table is the key.
package struct Chunker: Sendable {
    /// Bounds of a cut piece, in bytes.
    package struct Sizes: Hashable, Sendable {
        /// No piece but the last is shorter.
        package let min: Int
        /// Up to here cuts are rare, after it frequent; a power of two.
        package let normal: Int
        /// Where a piece is cut whatever the content.
        package let max: Int

        /// Takes bounds: min < normal < max, normal a power of two of at least 1 KiB.
        package init(min: Int, normal: Int, max: Int) {
            precondition(
                0 < min && min < normal && normal < max && normal >= 1_024
                    && normal.nonzeroBitCount == 1,
                "sizes \(min), \(normal), \(max)"
            )
            self.min = min
            self.normal = normal
            self.max = max
        }

        /// What content and file lists are cut to: 128 KiB ... 2 MiB, about 620 KiB (FORMAT.md §17;
        /// docs/decisions/0011 has what others gave).
        package static let standard = Sizes(min: 128 << 10, normal: 512 << 10, max: 2 << 20)
    }

    private let table: [UInt64]
    /// Bounds of the pieces that it cuts.
    package let sizes: Sizes
    private let strictMask: UInt64
    private let easyMask: UInt64

    /// Makes a chunker.
    ///
    /// - Parameters:
    ///   - key: 2,048 pseudo-random bytes: 256 little-endian words.
    ///   - sizes: bounds of a piece.
    package init(key: [UInt8], sizes: Sizes = .standard) {
        precondition(key.count == 2_048, "a chunker key has 2,048 bytes, got \(key.count)")
        table = (0..<256).map { word in
            (0..<8).reduce(0) { $0 | UInt64(key[word * 8 + $1]) << UInt64($1 * 8) }
        }
        self.sizes = sizes
        let bits = sizes.normal.trailingZeroBitCount
        // The high bits of the hash depend on all of the last 64 bytes.
        strictMask = ~0 << UInt64(64 - (bits + 1))
        easyMask = ~0 << UInt64(64 - (bits - 1))
    }

    /// How many bytes the first piece of `bytes` has.
    ///
    /// - Parameters:
    ///   - bytes: what is to be cut, from the start of a piece.
    ///   - isLast: whether the content ends with `bytes`.
    /// - Returns: the length of the first piece; nil if `bytes` ends before a cut and is not last.
    package func firstCut(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> Int? {
        let end = Swift.min(bytes.count, sizes.max)
        if bytes.count <= sizes.min {
            return isLast && bytes.count > 0 ? bytes.count : nil
        }
        if let cut = unsafe scan(
            bytes,
            from: sizes.min,
            to: Swift.min(end, sizes.normal),
            strictMask
        ) {
            return cut
        }
        if sizes.normal < end, let cut = unsafe scan(bytes, from: sizes.normal, to: end, easyMask) {
            return cut
        }
        return bytes.count >= sizes.max || isLast ? end : nil
    }

    /// The first place in `start ..< end` after which the hash says to cut.
    private func scan(
        _ bytes: UnsafeRawBufferPointer,
        from start: Int,
        to end: Int,
        _ mask: UInt64
    ) -> Int? {
        unsafe table.withUnsafeBufferPointer { table in
            let lanes = unsafe GearLanes(bytes, table, mask)
            let quiet = lanes.withoutCut(from: start, to: end)
            return lanes.firstCut(from: quiet, to: end)
        }
    }
}
