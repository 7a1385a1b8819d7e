import Format

/// The runs of data in a file, taken piece by piece.
struct DataRuns {
    private var extents: ArraySlice<FileRecord.Extent>
    private var used: UInt64 = 0

    init(_ extents: [FileRecord.Extent]) {
        self.extents = extents[...]
    }

    /// Where the next `length` bytes of data lie.
    mutating func take(_ length: UInt64) -> [Range<UInt64>] {
        var runs: [Range<UInt64>] = []
        var left = length
        while left > 0, let extent = extents.first {
            let count = min(left, extent.length - used)
            let start = extent.offset + used
            runs.append(start..<start + count)
            left -= count
            used += count
            if used == extent.length {
                extents = extents.dropFirst()
                used = 0
            }
        }
        return runs
    }

    /// The parts of `run` that no extent covers.
    static func gaps(
        in run: Range<UInt64>,
        between extents: [FileRecord.Extent]
    ) -> [Range<UInt64>] {
        var gaps: [Range<UInt64>] = []
        var position = run.lowerBound
        for extent in extents where extent.offset + extent.length > run.lowerBound {
            guard extent.offset < run.upperBound else {
                break
            }
            if extent.offset > position {
                gaps.append(position..<extent.offset)
            }
            position = max(position, extent.offset + extent.length)
        }
        if position < run.upperBound {
            gaps.append(position..<run.upperBound)
        }
        return gaps
    }
}
