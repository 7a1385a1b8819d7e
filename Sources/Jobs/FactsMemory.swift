import Clinical
import FileSystem
import Format
import Glibc
import HostState
import Model
import Primitives

/// What the clinical files of the newest snapshot said, as the host keeps it beside their list.
///
/// magic (8) ‖ the run's start (8, seconds) ‖ what they were read by (32) ‖ of each file, in path
/// order, a length (4) and its facts ‖ SHA-256 of all that (32).
/// Belongs to the file list of the same run, and to the same stores, time zone and edition of the
/// rules; any other, or one that a disk changed, is as none: then the files are read again.
struct FactsMemory: ~Copyable {
    /// Where the memory of a set lies.
    struct Place: Sendable {
        /// The newest snapshot's.
        let path: String
        /// A digest of all that facts of a file depend on beside its path and bytes.
        let reading: Digest

        init(folder: String, reading: Digest) {
            path = "\(folder)/facts"
            self.reading = reading
        }

        /// That of a run which is not over.
        var newPath: String { "\(path).new" }

        /// Puts that of the run which is over in the place of the old.
        func replace() throws {
            try SmallFile.replace(erasing: path, by: newPath)
        }
    }

    /// What one file said.
    struct Remembered {
        let path: [UInt8]
        let size: UInt64
        let facts: FileFacts
    }

    private static let magic = Array("TORIDEC".utf8) + [1]
    private static let headByteCount = 48
    private static let bytesMax = 4 << 30
    private static let recordBytesMax = 512 << 20
    private static let stepBytes = 1 << 20

    private let file: FileHandle?
    /// Where in the file the block ends, and where the facts do.
    private var position: UInt64 = 0
    private var end: UInt64 = 0
    private var block: [UInt8] = []
    private var blockStart = 0
    private var reader = FactsReader()
    private var current: Remembered?

    static func head(_ place: Place, started: Timestamp) -> [UInt8] {
        var head = magic
        head.append(fixed: UInt64(bitPattern: started.seconds))
        place.reading.append(to: &head)
        return head
    }

    /// Opens the memory that belongs to the file list of the run that began at `started`.
    init(_ place: Place, of started: Timestamp) {
        // An unreadable memory is as none: it costs time, and nothing else.
        let file = try? FileHandle.open(place.path, O_RDONLY)
        guard let file, let body = try? Self.check(file, Self.head(place, started: started))
        else {
            self.file = nil
            return
        }
        position = UInt64(Self.headByteCount)
        end = position + body
        self.file = consume file
    }

    /// What the file at `path` said, if it is remembered; stays until a later path is asked for.
    /// Paths must not fall.
    mutating func facts(of path: [UInt8]) -> Remembered? {
        while let found = current ?? next() {
            current = found
            if found.path == path {
                return found
            }
            guard RecordPath.precedes(found.path, path) else {
                return nil
            }
            current = nil
        }
        return nil
    }

    private mutating func next() -> Remembered? {
        guard let head = take(4) else {
            return nil
        }
        let count = head.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard count <= Self.recordBytesMax, let body = take(count) else {
            return nil
        }
        var bytes = ByteReader(body, of: "remembered facts")
        // Its digest was right: what cannot be read now is of another version.
        guard let (path, size, facts) = try? reader.next(&bytes) else {
            end = 0
            block = []
            blockStart = 0
            return nil
        }
        return Remembered(path: path, size: size, facts: facts)
    }

    /// The next bytes of the file; nil if there are no more.
    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        while block.count - blockStart < count {
            let wanted = Int(min(UInt64(max(Self.stepBytes, count)), end - min(end, position)))
            var more = [UInt8](repeating: 0, count: wanted)
            guard wanted > 0, (try? file?.readBlock(&more, at: Int64(position))) == wanted else {
                return nil
            }
            position += UInt64(wanted)
            block.removeSubrange(..<blockStart)
            blockStart = 0
            block += more
        }
        defer { blockStart += count }
        return block[blockStart..<blockStart + count]
    }

    /// Reads it all once, and stands at the first facts after.
    ///
    /// - Returns: how many bytes of facts there are; nil if it is not whole or another's.
    private static func check(
        _ file: borrowing FileHandle,
        _ head: [UInt8]
    ) throws -> UInt64? {
        let size = try file.status().size
        let trailer = UInt64(Digest.byteCount)
        guard size >= UInt64(headByteCount) + trailer, size <= UInt64(bytesMax) else {
            return nil
        }
        let digest = SHA256()
        var buffer = [UInt8](repeating: 0, count: stepBytes)
        var position: UInt64 = 0
        while position < size - trailer {
            let wanted = Int(min(UInt64(stepBytes), size - trailer - position))
            let count = try file.readBlock(&buffer, bytesMax: wanted, at: Int64(position))
            guard count == wanted else {
                return nil
            }
            if position == 0, Array(buffer[..<headByteCount]) != head {
                return nil
            }
            digest.update(buffer[..<count])
            position += UInt64(count)
        }
        var kept = [UInt8](repeating: 0, count: Digest.byteCount)
        guard try file.readBlock(&kept, at: Int64(position)) == kept.count,
            digest.finish() == Digest(kept)
        else {
            return nil
        }
        return size - trailer - UInt64(headByteCount)
    }
}
