import Clinical
import Workers

/// A file's bytes on their way from who reads it to who judges it, part by part.
final class PieceStream: Sendable {
    private enum Piece: Sendable {
        case part(HoleFiller.Part)
        case end(isTaken: Bool)
    }

    /// The part that the judging thread stands in.
    private final class Cursor {
        var part = HoleFiller.Part.zeros(0)
        /// Where in the file the part begins and ends.
        var start: UInt64 = 0
        var end: UInt64 = 0
    }

    /// Each has 2 MiB at most.
    private static let piecesMax = 3

    private let queue = BoundedQueue<Piece>(limit: piecesMax)
    private let outcome = Monitor<Bool?>(nil)

    /// Waits for room and hands on a part.
    func push(_ part: HoleFiller.Part) {
        _ = queue.push(.part(part))
    }

    /// The file is over.
    func end(isTaken: Bool) {
        _ = queue.push(.end(isTaken: isTaken))
        queue.close()
    }

    /// The bytes, for a reader; once.
    func content(size: UInt64) -> ContentReader {
        let cursor = Cursor()
        return ContentReader(size: size) { buffer, offset in
            var filled = 0
            while filled < buffer.count, self.advance(cursor, to: offset + UInt64(filled)) {
                let place = offset + UInt64(filled)
                let count = Int(min(UInt64(buffer.count - filled), cursor.end - place))
                let range = filled..<filled + count
                switch cursor.part {
                case .bytes(let bytes):
                    let start = Int(place - cursor.start)
                    buffer.replaceSubrange(range, with: bytes[start..<start + count])
                case .zeros:
                    buffer.replaceSubrange(range, with: repeatElement(0, count: count))
                }
                filled += count
            }
            return filled
        }
    }

    /// Waits for the file's end, whatever was read of it.
    ///
    /// - Returns: whether the file was taken into the snapshot.
    func finish() -> Bool {
        while let piece = queue.pop() {
            note(piece)
        }
        return outcome.withLock { $0 ?? false }
    }

    /// Stands in the part that holds an offset of the file; false if it ends before.
    private func advance(_ cursor: Cursor, to offset: UInt64) -> Bool {
        while offset >= cursor.end {
            guard let piece = queue.pop() else {
                return false
            }
            note(piece)
            guard case .part(let part) = piece else {
                return false
            }
            cursor.part = part
            cursor.start = cursor.end
            switch part {
            case .bytes(let bytes): cursor.end += UInt64(bytes.count)
            case .zeros(let count): cursor.end += count
            }
        }
        return true
    }

    private func note(_ piece: Piece) {
        if case .end(let isTaken) = piece {
            outcome.withLock { $0 = isTaken }
        }
    }
}
