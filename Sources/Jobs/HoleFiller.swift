import Format

/// Puts the holes of a file back between the pieces of its data, as a reader of it sees them.
struct HoleFiller {
    /// A part of a file.
    enum Part: Sendable {
        /// Data.
        case bytes([UInt8])
        /// So many zeros.
        case zeros(UInt64)
    }

    /// The extents that data are still to come of; nil for a file without holes.
    private var extents: ArraySlice<FileRecord.Extent>?
    private let size: UInt64
    /// Where in the file the next byte of data lies.
    private var position: UInt64 = 0

    init(extents: [FileRecord.Extent]?, size: UInt64) {
        self.extents = extents?[...]
        self.size = size
    }

    /// Hands on a piece of the data, and the holes before and in it.
    mutating func fill(_ piece: [UInt8], _ emit: (Part) -> Void) {
        guard extents != nil else {
            position += UInt64(piece.count)
            return emit(.bytes(piece))
        }
        var rest = piece[...]
        while !rest.isEmpty, let extent = extents?.first {
            if position < extent.offset {
                emit(.zeros(extent.offset - position))
                position = extent.offset
            }
            let room = extent.offset + extent.length - position
            let part = rest.prefix(Int(clamping: room))
            emit(.bytes(Array(part)))
            position += UInt64(part.count)
            rest = rest.dropFirst(part.count)
            if position == extent.offset + extent.length {
                extents?.removeFirst()
            }
        }
    }

    /// Hands on the hole at the end.
    func finish(_ emit: (Part) -> Void) {
        if extents != nil, position < size {
            emit(.zeros(size - position))
        }
    }
}
