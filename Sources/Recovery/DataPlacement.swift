package import Format

/// Where the bytes of a file's data lie: a file with holes has its data in extents.
package struct DataPlacement: Sendable {
    private let extents: [FileRecord.Extent]
    /// Of each extent, how many bytes of data come before it.
    private let starts: [UInt64]

    /// Of the file that has this content.
    package init(_ content: FileRecord.Content) {
        extents = content.extents ?? [FileRecord.Extent(offset: 0, length: content.size)]
        var data: UInt64 = 0
        starts = extents.map { extent in
            defer { data += extent.length }
            return data
        }
    }

    /// Places in the file for `count` bytes of data, of which `position` come before; together they
    /// are as long as the data reach.
    package func runs(at position: UInt64, count: Int) -> [Range<UInt64>] {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= position {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var runs: [Range<UInt64>] = []
        var (index, position, left) = (max(0, low - 1), position, UInt64(count))
        while left > 0, index < extents.count {
            let used = position - starts[index]
            let room = min(left, extents[index].length - min(used, extents[index].length))
            if room > 0 {
                let start = extents[index].offset + used
                runs.append(start..<start + room)
            }
            (index, position, left) = (index + 1, position + room, left - room)
        }
        return runs
    }

    /// The parts of `run`, which are places in the file, that no data cover.
    package func gaps(in run: Range<UInt64>) -> [Range<UInt64>] {
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
