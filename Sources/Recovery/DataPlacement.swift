import Format

/// Where the bytes of a file's data go: a file with holes has its data in extents.
struct DataPlacement: Sendable {
    private let extents: [FileRecord.Extent]
    /// Of each extent, how many bytes of data come before it.
    private let starts: [UInt64]

    init(_ content: FileRecord.Content) {
        extents = content.extents ?? [FileRecord.Extent(offset: 0, length: content.size)]
        var data: UInt64 = 0
        starts = extents.map { extent in
            defer { data += extent.length }
            return data
        }
    }

    /// Places in the file for `count` bytes of data, of which `position` come before; together they
    /// are as long as the data reach.
    func runs(at position: UInt64, count: Int) -> [(offset: UInt64, count: Int)] {
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= position {
                low = middle + 1
            } else {
                high = middle
            }
        }
        var runs: [(offset: UInt64, count: Int)] = []
        var (index, position, left) = (max(0, low - 1), position, UInt64(count))
        while left > 0, index < extents.count {
            let used = position - starts[index]
            let room = min(left, extents[index].length - min(used, extents[index].length))
            if room > 0 {
                runs.append((extents[index].offset + used, Int(room)))
            }
            (index, position, left) = (index + 1, position + room, left - room)
        }
        return runs
    }
}
