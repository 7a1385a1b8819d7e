import FileSystem
package import Format
import Glibc
import HostState
package import Model
import Primitives
import Repository

/// The host's copy of the newest file list: by it a run sees which files did not change.
///
/// magic (8) ‖ the run's start (8, seconds) ‖ records as in the sealed list, each followed by eight
/// bytes of its SHA-256: what a bad disk changed must not go into the next snapshot. Read once, in
/// order, beside the walk.
package struct PreviousList: ~Copyable {
    private static let magic = Array("TORIDEF".utf8) + [2]

    private let file: FileHandle?
    private var buffer: [UInt8] = []
    private var position = 0
    private var current: FileRecord?
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

    /// What follows a record.
    static func checksum(_ record: ArraySlice<UInt8>) -> UInt64 {
        unsafe record.withUnsafeBytes { unsafe SHA256.hash($0) }.prefix
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

    /// The record of `path`, if the list has one. Paths must be asked for in rising order.
    package mutating func record(at path: [UInt8]) -> FileRecord? {
        while true {
            if current == nil {
                current = next()
            }
            guard let record = current else {
                return nil
            }
            if record.path == path {
                current = nil
                return record
            }
            guard RecordPath.precedes(record.path, path) else {
                return nil
            }
            current = nil
        }
    }

    /// Whether the list has anything in the folder `path`, or deeper in it, that is no directory
    /// and not the canary. Asked on entering the folder; directories are passed over for good.
    mutating func holdsFiles(beneath path: [UInt8]) -> Bool {
        while let record = current ?? next() {
            current = record
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

    private mutating func next() -> FileRecord? {
        while !isOver {
            var reader = ByteReader(buffer[position...], of: "the host's file list")
            if let record = try? FileRecord(reading: &reader) {
                let end = buffer.endIndex - reader.remaining
                if let sum: UInt64 = try? reader.fixed() {
                    guard sum == Self.checksum(buffer[position..<end]) else {
                        isOver = true
                        return nil
                    }
                    position = end + 8
                    return record
                }
            }
            refill()
        }
        return nil
    }

    /// Reads on. A list that ends within a record (its writer was killed), or cannot be read, is
    /// over there: the files that follow count as new, which costs time and nothing else.
    private mutating func refill() {
        buffer.removeSubrange(..<position)
        position = 0
        var block = [UInt8](repeating: 0, count: max(1 << 20, buffer.count))
        let count = (try? file?.readBlock(&block)) ?? 0
        buffer.append(contentsOf: block[..<count])
        if count == 0 || buffer.count > 2 * Limits.fileRecordBytesMax {
            isOver = true
        }
    }
}
