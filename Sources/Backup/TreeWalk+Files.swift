import FileSystem
import Format
import Glibc
import Model
import Primitives
import Workers

/// Regular files: whether one changed since the last run, and how it is read.
extension TreeWalk {
    private static let attemptsMax = 3
    private static let contentAgeMax = Duration.seconds(1)
    private static let blank = FileRecord.Content(
        size: 0,
        digest: .zero,
        extents: nil,
        pieces: []
    )

    /// Takes a regular file.
    ///
    /// - Parameters:
    ///   - entry: what was seen of it.
    ///   - folder: in which it lies.
    ///   - isLast: whether it is taken even if it is another by now: some file systems never agree
    ///     with themselves.
    /// - Returns: what the file was that is in the list now; nil if none is, which is noted.
    /// - Throws: ``FileSystemError``, with ESTALE if it is another by now; what the store throws.
    func file(
        _ entry: Entry,
        _ folder: borrowing FileHandle,
        isLast: Bool
    ) throws -> FileStatus? {
        if let kept = entry.kept, try writer.addUnchanged(kept) {
            return entry.status
        }
        if let before = entry.before, case .regular(let content) = before.record.kind,
            let sameness = entry.sameness, sameness.holds(entry.status, before.record, content),
            try writer.addUnchanged(
                try fileRecord(entry, .regular(content), folder),
                content: content
            )
        {
            return entry.status
        }
        if let content = entry.content, try isCurrent(content, entry, folder) {
            let attributes = try entry.attributes { () throws(FileSystemError) in
                content.attributes
            }
            try add(
                small: entry.record(.regular(Self.blank), attributes),
                content.bytes[...],
                entry
            )
            return entry.status
        }
        for attempt in 1...Self.attemptsMax {
            let isFinal = attempt == Self.attemptsMax
            if let status = try read(entry, folder, isLast: isLast, takeAnyway: isFinal) {
                return status
            }
        }
        return nil
    }

    /// Whether what a scout has read may still be taken: a moment later it is looked at again.
    private func isCurrent(
        _ content: FolderScout.Content,
        _ entry: Entry,
        _ folder: borrowing FileHandle
    ) throws(FileSystemError) -> Bool {
        guard FileHandle.uptime() - content.readAt > Self.contentAgeMax else {
            return true
        }
        let fresh = try folder.status(name: entry.name)
        return fresh.isUnchanged(since: entry.status) && fresh.links == 1
    }

    /// Reads a file once.
    ///
    /// - Returns: what it was when it was opened; nil if it changed meanwhile and is to be read
    ///   again.
    private func read(
        _ entry: Entry,
        _ folder: borrowing FileHandle,
        isLast: Bool,
        takeAnyway: Bool
    ) throws -> FileStatus? {
        let file = try folder.open(name: entry.name, O_RDONLY | O_NONBLOCK)
        let before = try file.status()
        // Another file than was seen: that one may have another name now, under which it would be
        // missed. A log that is rotated is.
        guard before.kind == .regular, isLast || before.isSameFile(as: entry.status) else {
            throw FileSystemError("read", file.path, code: ESTALE)
        }
        let current = entry.again(before)
        let attributes = try current.attributes { () throws(FileSystemError) in
            try file.attributes()
        }
        let fresh = current.record(.regular(Self.blank), attributes)
        // Fewer blocks than bytes: a file with holes, or one that the file system compresses.
        let runs =
            before.allocatedBytes < before.size
            ? try file.dataRuns(size: before.size, runsMax: Limits.extentsMax) : nil
        let hasHoles = runs.map { $0 != [0..<before.size] } ?? false
        let isTaken =
            if let runs, hasHoles {
                try readRuns(runs, of: file, fresh, before, takeAnyway: takeAnyway)
            } else if before.size < SnapshotWriter.smallBytesMax {
                try readSmall(file, fresh, current, takeAnyway: takeAnyway)
            } else {
                try readWhole(file, fresh, before, takeAnyway: takeAnyway)
            }
        return isTaken ? before : nil
    }

    private func readSmall(
        _ file: borrowing FileHandle,
        _ record: FileRecord,
        _ entry: Entry,
        takeAnyway: Bool
    ) throws -> Bool {
        let size = Int(entry.status.size)
        var bytes = [UInt8](repeating: 0, count: size + 1)
        let count = try file.readBlock(&bytes)
        let isSame = try file.status().isUnchanged(since: entry.status) && count == size
        guard isSame || takeAnyway else {
            return false
        }
        if !isSame {
            writer.note(Finding(.fileChangedWhileRead, .path(record.path)))
        }
        try add(small: record, bytes[..<count], entry)
        return true
    }

    /// Adds a small file. Of one that was touched but not changed nothing is stored, least of all a
    /// new bundle.
    private func add(
        small record: FileRecord,
        _ bytes: ArraySlice<UInt8>,
        _ entry: Entry
    ) throws {
        if let before = entry.before, case .regular(let content) = before.record.kind,
            content.size == bytes.count, content.extents == nil,
            unsafe bytes.withUnsafeBytes({ unsafe SHA256.hash($0) }) == content.digest,
            try writer.addUnchanged(record, content: content, read: bytes)
        {
            return
        }
        try writer.add(small: record, bytes: bytes)
    }

    private func readWhole(
        _ file: borrowing FileHandle,
        _ record: FileRecord,
        _ before: FileStatus,
        takeAnyway: Bool
    ) throws -> Bool {
        unsafe try writer.add(stream: record, expecting: before.size) { buffer in
            try source.stop.check()
            return unsafe try file.read(into: buffer)
        } accept: { bytes in
            let isSame = try file.status().isUnchanged(since: before) && bytes == before.size
            if !isSame, takeAnyway {
                writer.note(Finding(.fileChangedWhileRead, .path(record.path)))
            }
            return isSame || takeAnyway
        }
    }

    /// Reads the data between the holes. What is read must fill the runs that were found.
    private func readRuns(
        _ runs: [Range<UInt64>],
        of file: borrowing FileHandle,
        _ record: FileRecord,
        _ before: FileStatus,
        takeAnyway: Bool
    ) throws -> Bool {
        var reader = RunReader(runs: runs)
        let extents = runs.map {
            FileRecord.Extent(offset: $0.lowerBound, length: UInt64($0.count))
        }
        let expected = extents.reduce(0) { $0 + $1.length }
        return unsafe try writer.add(stream: record, extents: extents, size: before.size) {
            buffer in
            try source.stop.check()
            return unsafe try reader.read(file, into: buffer)
        } accept: { bytes in
            let isSame = try file.status().isUnchanged(since: before) && bytes == expected
            if !isSame, takeAnyway {
                let code: FindingCode =
                    bytes == expected ? .fileChangedWhileRead : .fileUnreadable
                writer.note(Finding(code, .path(record.path)))
            }
            return isSame || takeAnyway && bytes == expected
        }
    }

    // MARK: - Records

    /// The record of a name, with its attributes.
    func fileRecord(
        _ entry: Entry,
        _ kind: FileRecord.Kind,
        _ folder: borrowing FileHandle
    ) throws(FileSystemError) -> FileRecord {
        let attributes = try entry.attributes { () throws(FileSystemError) in
            try folder.attributes(name: entry.name)
        }
        return entry.record(kind, attributes)
    }
}

/// Reads the data of a file, run by run, as one stream.
private struct RunReader {
    private var runs: ArraySlice<Range<UInt64>>
    private var position: UInt64

    init(runs: [Range<UInt64>]) {
        self.runs = runs[...]
        position = runs.first?.lowerBound ?? 0
    }

    mutating func read(
        _ file: borrowing FileHandle,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(FileSystemError) -> Int {
        var filled = 0
        while filled < buffer.count, let run = runs.first {
            let wanted = Int(min(UInt64(buffer.count - filled), run.upperBound - position))
            let count = unsafe try file.read(
                into: UnsafeMutableRawBufferPointer(
                    rebasing: buffer[filled..<filled + wanted]
                ),
                at: Int64(position)
            )
            filled += count
            position += UInt64(count)
            if position == run.upperBound {
                runs.removeFirst()
                position = runs.first?.lowerBound ?? 0
            } else if count < wanted {
                break
            }
        }
        return filled
    }
}
