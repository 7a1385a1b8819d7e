import FileSystem
import Format
import Glibc
import HostState
package import Model
import Primitives
import Repository

/// The host's copy of the newest file list: by it a run sees which files did not change.
///
/// magic (8) ‖ the run's start (8, seconds) ‖ blocks: length (4) ‖ SHA-256 of those 16 bytes and
/// the block (32) ‖ so many bytes of whole records, as in the sealed list. What a bad disk changed
/// must not go into the next snapshot, so a block that is not what its digest says ends the list.
/// Read once, in order, beside the walk.
package struct PreviousList: ~Copyable {
    private static let magic = Array("TORIDEF".utf8) + [3]
    private static let headByteCount = 4 + Digest.byteCount
    /// A block is closed once it has so many bytes.
    static let blockBytes = 256 << 10

    private let file: FileHandle?
    private var block: [UInt8] = []
    private var position = 0
    private var current: PreviousRecord?
    private var isOver: Bool
    /// When the run that wrote it began. Files that changed later than two seconds before that
    /// were perhaps read while they changed.
    package let started: Timestamp

    /// The header of a list.
    static func header(started: Timestamp) -> [UInt8] {
        var bytes = magic
        bytes.append(fixed: UInt64(bitPattern: started.seconds))
        return bytes
    }

    /// What stands before a block of a list with that header.
    static func head(of block: [UInt8], header: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(fixed: UInt32(block.count))
        let digest = SHA256()
        digest.update(header)
        digest.update(block)
        digest.finish().append(to: &bytes)
        return bytes
    }

    /// Opens the list at `path`; without a usable one, every file counts as new.
    init(path: String) {
        var header = [UInt8](repeating: 0, count: 16)
        if let file = try? FileHandle.open(path, O_RDONLY),
            (try? file.readBlock(&header)) == 16, Array(header[..<8]) == Self.magic
        {
            let seconds = header[8...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            started = Timestamp(seconds: Int64(bitPattern: seconds))
            self.file = consume file
            isOver = false
            return
        }
        started = Timestamp(seconds: 0)
        file = nil
        isOver = true
    }

    /// Whether there is a record to come.
    var hasRecords: Bool { !isOver }

    /// The record of `path`, if the list has one. Paths must be asked for in rising order.
    package mutating func record(at path: [UInt8]) -> PreviousRecord? {
        while let before = current ?? next() {
            if before.record.path == path {
                current = nil
                return before
            }
            guard RecordPath.precedes(before.record.path, path) else {
                current = before
                return nil
            }
            current = nil
        }
        return nil
    }

    /// Whether the list has anything in the folder `path`, or deeper in it, that is no directory
    /// and not the canary. Asked on entering the folder; directories are passed over for good.
    mutating func holdsFiles(beneath path: [UInt8]) -> Bool {
        while let before = current ?? next() {
            current = before
            let record = before.record
            let isBeneath = RecordPath.isBeneath(record.path, path)
            if isBeneath, record.kind != .directory, !CanaryDocument.isPath(record.path) {
                return true
            }
            guard isBeneath || !RecordPath.precedes(path, record.path) else {
                return false
            }
            current = nil
        }
        return false
    }

    private mutating func next() -> PreviousRecord? {
        if position == block.count, !isOver {
            isOver = !load()
        }
        guard !isOver else {
            return nil
        }
        var reader = ByteReader(block[position...], of: "the host's file list")
        guard let record = try? FileRecord(reading: &reader) else {
            isOver = true
            return nil
        }
        let end = block.count - reader.remaining
        defer { position = end }
        return PreviousRecord(record: record, encoded: block[position..<end])
    }

    /// Reads the next block. A list that ends within one (its writer was killed), or cannot be
    /// read, is over there: the files that follow count as new, which costs time and nothing else.
    ///
    /// - Returns: false at the end.
    private mutating func load() -> Bool {
        var head = [UInt8](repeating: 0, count: Self.headByteCount)
        guard (try? file?.readBlock(&head)) == head.count else {
            return false
        }
        let count = head[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard 1...(Self.blockBytes + Limits.fileRecordBytesMax) ~= count else {
            return false
        }
        // Another array each time: records that wait for their place in the new list lie in it.
        var bytes = [UInt8](repeating: 0, count: count)
        guard (try? file?.readBlock(&bytes)) == count,
            Self.head(of: bytes, header: Self.header(started: started)) == head
        else {
            return false
        }
        (block, position) = (bytes, 0)
        return true
    }
}
