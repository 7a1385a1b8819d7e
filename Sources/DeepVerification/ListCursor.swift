import Format
import Model

/// Goes through a file list for single paths, rising, and opens only the pieces that hold them.
final class ListCursor {
    private let pieces: [SnapshotRoot.ListChunk]
    private let read: (ChunkID) throws -> [UInt8]
    /// The piece that comes after the one at hand.
    private var next = 0
    private var reader = ByteReader([], of: "a file list")
    private var current: FileRecord?

    /// Begins before the first record.
    ///
    /// - Parameters:
    ///   - pieces: of a list that was found to be in order.
    ///   - read: opens one.
    init(
        _ pieces: [SnapshotRoot.ListChunk],
        read: @escaping (ChunkID) throws -> [UInt8]
    ) {
        self.pieces = pieces
        self.read = read
    }

    /// The content that the list has for a path. Paths are asked for in rising order.
    ///
    /// - Returns: nil if there is no such file, or it is none with content.
    /// - Throws: what reading throws, and ``FormatError``.
    func content(at path: [UInt8]) throws -> FileRecord.Content? {
        guard case .regular(let content) = try record(at: path)?.kind else {
            return nil
        }
        return content
    }

    /// The record that the list has for a path, likewise.
    func record(at path: [UInt8]) throws -> FileRecord? {
        skipPieces(before: path)
        while let record = try current ?? advance() {
            current = record
            if record.path == path {
                return record
            }
            guard RecordPath.precedes(record.path, path) else {
                return nil
            }
            current = nil
        }
        return nil
    }

    /// Leaves out the pieces that end before `path`: those whose successor begins at it or before.
    private func skipPieces(before path: [UInt8]) {
        var start = next
        while start < pieces.count, !RecordPath.precedes(path, pieces[start].first) {
            start += 1
        }
        // The last that begins at `path` or before may hold it.
        if start > next {
            next = start - 1
            reader = ByteReader([], of: "a file list")
            current = nil
        }
    }

    private func advance() throws -> FileRecord? {
        while reader.remaining == 0 {
            guard next < pieces.count else {
                return nil
            }
            reader = ByteReader(try read(pieces[next].chunk), of: "a file list")
            next += 1
        }
        return try FileRecord(reading: &reader)
    }
}
