import FileSystem
import Format
import Glibc
package import Model
package import Workers

/// Files and directories of this machine, as they are: every kind, name, time and attribute.
///
/// A record's path is the absolute path without its leading slash; the directories above a
/// configured path are recorded too, so that a restore can make them as they were.
package struct TreeSource: BackupSource {
    package let kind = "files"
    private let roots: [[[UInt8]]]
    private let excludes: [Glob]
    private let staysOnFileSystem: Bool
    private let stop: StopFlag

    /// Takes what to back up.
    ///
    /// - Parameters:
    ///   - paths: absolute.
    ///   - excludes: patterns that leave files out.
    ///   - oneFileSystem: whether directories on other file systems are recorded but not entered.
    ///   - stop: asked at every file.
    /// - Throws: ``BackupError/sourcePath(_:reason:)`` for a path that is not absolute.
    package init(
        paths: [String], excludes: [String] = [], oneFileSystem: Bool = false,
        stop: StopFlag = StopFlag()
    ) throws {
        roots = try paths.map { path in
            let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
            guard path.hasPrefix("/"), RecordPath.isSafe(Array(parts.joined(separator: [47]))) else {
                throw BackupError.sourcePath(path, reason: "is not an absolute path to something")
            }
            return parts
        }
        self.excludes = excludes.map { Glob($0) }
        staysOnFileSystem = oneFileSystem
        self.stop = stop
    }

    package func read(
        into writer: SnapshotWriter, previous: inout PreviousList
    ) throws -> Timestamp? {
        for root in roots {
            try check(root)
        }
        let top = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
        let folder = Folder(path: [], device: try top.status().device, isInside: false)
        var walk = Walk()
        try visit(top, folder, &walk, writer, &previous)
        return nil
    }

    // MARK: - Walking

    private struct Folder {
        let path: [UInt8]
        let device: UInt64
        /// Whether it lies within a configured path, not only above one.
        let isInside: Bool
    }

    /// What the walk remembers across directories.
    private struct Walk {
        /// First paths of files with several names, by device and inode.
        var links: [FileKey: [UInt8]] = [:]
    }

    private struct FileKey: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private func visit(
        _ directory: borrowing FileHandle, _ folder: Folder, _ walk: inout Walk,
        _ writer: SnapshotWriter, _ previous: inout PreviousList
    ) throws {
        for name in try names(directory, folder, writer) {
            try stop.check()
            let path = folder.path.isEmpty ? name : folder.path + [UInt8(ascii: "/")] + name
            let isInside = folder.isInside || isRoot(path)
            guard isInside || leadsToRoot(path), !excludes.contains(where: { $0.matches(path) })
            else {
                continue
            }
            do {
                let status = try directory.status(name: name)
                let entry = Entry(name: name, path: path, status: status)
                try record(entry, directory, folder, isInside, &walk, writer, &previous)
            } catch let error as FileSystemError {
                // Of the source: the store and the host's state throw errors of their own.
                note(error, at: path, writer)
            }
        }
    }

    private struct Entry {
        let name: [UInt8]
        let path: [UInt8]
        let status: FileStatus
    }

    /// The names in a directory; one that cannot be listed is noted.
    private func names(
        _ directory: borrowing FileHandle, _ folder: Folder, _ writer: SnapshotWriter
    ) throws -> [[UInt8]] {
        guard folder.isInside else {
            // Above the configured paths only the names that lead to them matter.
            let depth = folder.path.isEmpty ? 0 : folder.path.split(separator: 47).count
            let names = roots.filter { root in
                root.count > depth && Array(root[..<depth].joined(separator: [47])) == folder.path
            }.map { $0[depth] }
            return Set(names).sorted { $0.lexicographicallyPrecedes($1) }
        }
        do throws(FileSystemError) {
            return try directory.names()
        } catch {
            note(error, at: folder.path, writer)
            return []
        }
    }

    private func record(
        _ entry: Entry, _ directory: borrowing FileHandle, _ folder: Folder, _ isInside: Bool,
        _ walk: inout Walk, _ writer: SnapshotWriter, _ previous: inout PreviousList
    ) throws {
        let status = entry.status
        if status.kind != .directory, status.links > 1 {
            let key = FileKey(device: status.device, inode: status.inode)
            if let first = walk.links[key] {
                return try writer.add(try fileRecord(entry, .hardLink(to: first), directory))
            }
            walk.links[key] = entry.path
        }
        switch status.kind {
        case .directory: try enter(entry, directory, folder, isInside, &walk, writer, &previous)
        case .regular: try file(entry, directory, writer, &previous)
        case .symlink, .fifo, .socket, .characterDevice, .blockDevice:
            try writer.add(try fileRecord(entry, try special(entry, directory), directory))
        }
    }

    private func special(
        _ entry: Entry, _ directory: borrowing FileHandle
    ) throws(FileSystemError) -> FileRecord.Kind {
        let (major, minor) = (entry.status.specialMajor, entry.status.specialMinor)
        switch entry.status.kind {
        case .symlink: return .symlink(target: try directory.linkTarget(name: entry.name))
        case .fifo: return .fifo
        case .socket: return .socket
        case .characterDevice: return .characterDevice(major: major, minor: minor)
        case .blockDevice: return .blockDevice(major: major, minor: minor)
        case .regular, .directory: preconditionFailure("\(entry.status.kind) is not special")
        }
    }

    private func enter(
        _ entry: Entry, _ directory: borrowing FileHandle, _ folder: Folder, _ isInside: Bool,
        _ walk: inout Walk, _ writer: SnapshotWriter, _ previous: inout PreviousList
    ) throws {
        // The directory's own record comes first, even if it then cannot be opened.
        let record = try fileRecord(entry, .directory, directory)
        try writer.add(record)
        let isElsewhere = entry.status.device != folder.device
        if staysOnFileSystem, isElsewhere, isInside, !isRoot(entry.path) {
            return
        }
        let inner = try directory.open(
            name: entry.name, O_RDONLY | O_DIRECTORY | O_NONBLOCK)
        let next = Folder(
            path: entry.path, device: entry.status.device, isInside: isInside)
        try visit(inner, next, &walk, writer, &previous)
    }

    // MARK: - Regular files

    private static let attemptsMax = 3

    private func file(
        _ entry: Entry, _ directory: borrowing FileHandle, _ writer: SnapshotWriter,
        _ previous: inout PreviousList
    ) throws {
        let blank = FileRecord.Content(size: 0, digest: .zero, extents: nil, pieces: [])
        let record = try fileRecord(entry, .regular(blank), directory)
        if let before = try previous.record(at: entry.path),
            case .regular(let content) = before.kind,
            isUnchanged(record, entry.status, before, content, since: previous.started)
        {
            var record = record
            record.kind = .regular(content)
            if try writer.addUnchanged(record, content: content) {
                return
            }
        }
        for attempt in 1...Self.attemptsMax {
            let isLast = attempt == Self.attemptsMax
            if try read(entry, record, directory, writer, takeAnyway: isLast) {
                return
            }
        }
    }

    /// A file touched within two seconds before its last reading may have changed after it without
    /// its times showing that, for file systems count time in steps.
    private func isUnchanged(
        _ record: FileRecord, _ status: FileStatus, _ before: FileRecord,
        _ content: FileRecord.Content, since started: Timestamp
    ) -> Bool {
        record.identity == before.identity && record.modified == before.modified
            && status.size == content.size
            && status.changed.since(started) < .seconds(-2)
            && status.modified.since(started) < .seconds(-2)
    }

    /// Reads a file once.
    ///
    /// - Returns: false if it changed meanwhile and is to be read again.
    private func read(
        _ entry: Entry, _ record: FileRecord, _ directory: borrowing FileHandle,
        _ writer: SnapshotWriter, takeAnyway: Bool
    ) throws -> Bool {
        let file = try directory.open(name: entry.name, O_RDONLY | O_NONBLOCK)
        let before = try file.status()
        guard before.kind == .regular else {
            throw FileSystemError("read", file.path, code: ENOENT)
        }
        let current = Entry(name: entry.name, path: entry.path, status: before)
        let fresh = try fileRecord(current, record.kind, directory)
        let isSparse = before.allocatedBytes < before.size
        guard before.size >= SnapshotWriter.smallBytesMax || isSparse else {
            return try readSmall(file, fresh, before, writer, takeAnyway: takeAnyway)
        }
        let runs = isSparse ? try file.dataRuns(size: before.size) : []
        let hasHoles = isSparse && runs.reduce(0) { $0 + $1.count } < Int(before.size)
        var reader = RunReader(runs: hasHoles ? runs : [0..<UInt64.max])
        let extents = hasHoles
            ? runs.map { FileRecord.Extent(offset: $0.lowerBound, length: UInt64($0.count)) } : nil
        return unsafe try writer.add(
            stream: fresh, extents: extents, size: hasHoles ? before.size : nil
        ) { buffer in
            try stop.check()
            return unsafe try reader.read(file, into: buffer)
        } accept: { bytes in
            let expected = extents?.reduce(0) { $0 + $1.length } ?? before.size
            let isSame = try isSame(before, try file.status()) && bytes == expected
            if !isSame, takeAnyway, extents == nil || bytes == expected {
                noteChanged(entry, writer)
                return true
            }
            if !isSame, takeAnyway {
                note(FileSystemError("read", file.path, code: ESTALE), at: entry.path, writer)
            }
            return isSame
        }
    }

    private func readSmall(
        _ file: borrowing FileHandle, _ record: FileRecord, _ before: FileStatus,
        _ writer: SnapshotWriter, takeAnyway: Bool
    ) throws -> Bool {
        var bytes = [UInt8](repeating: 0, count: Int(before.size) + 1)
        let count = try file.readBlock(&bytes)
        let isSame = try isSame(before, try file.status()) && count == Int(before.size)
        guard isSame || takeAnyway else {
            return false
        }
        if !isSame {
            writer.note(Finding(.fileChangedWhileRead, .path(record.path)))
        }
        try writer.add(small: record, bytes: bytes[..<count])
        return true
    }

    private func isSame(_ before: FileStatus, _ after: FileStatus) throws -> Bool {
        before.size == after.size && before.modified == after.modified
            && before.changed == after.changed
    }

    private func noteChanged(_ entry: Entry, _ writer: SnapshotWriter) {
        writer.note(Finding(.fileChangedWhileRead, .path(entry.path)))
    }

    // MARK: - Records

    private func fileRecord(
        _ entry: Entry, _ kind: FileRecord.Kind, _ directory: borrowing FileHandle
    ) throws(FileSystemError) -> FileRecord {
        let status = entry.status
        let attributes = try directory.attributes(name: entry.name).map {
            FileRecord.Attribute(name: $0.name, value: $0.value)
        }
        return FileRecord(
            path: entry.path, kind: kind, mode: status.mode, uid: status.uid, gid: status.gid,
            modified: status.modified,
            identity: FileRecord.Identity(
                device: status.device, inode: status.inode, changed: status.changed),
            attributes: attributes)
    }

    /// A file that went away while we came to it was not there; anything else is missing.
    private func note(_ error: FileSystemError, at path: [UInt8], _ writer: SnapshotWriter) {
        let code: FindingCode = error.isMissing ? .fileGone : .fileUnreadable
        writer.note(
            Finding(code, .path(path), evidence: ["error": "\(error.operation) \(error.code)"]))
    }

    // MARK: - Roots

    private func isRoot(_ path: [UInt8]) -> Bool {
        roots.contains { Array($0.joined(separator: [47])) == path }
    }

    private func leadsToRoot(_ path: [UInt8]) -> Bool {
        roots.contains { Array($0.joined(separator: [47])).starts(with: path + [47]) }
    }

    /// A configured path that is missing, or is reached through a symbolic link, ends the backup:
    /// an unmounted share must not look like an empty one.
    private func check(_ root: [[UInt8]]) throws {
        let path = Array(root.joined(separator: [47]))
        let text = "/" + String(decoding: path, as: UTF8.self)
        do throws(FileSystemError) {
            let top = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
            let status = try top.status(beneath: path)
            guard status.kind != .symlink else {
                throw FileSystemError("open", text, code: ELOOP)
            }
        } catch {
            let reason =
                error.code == ELOOP ? "is or lies behind a symbolic link; name its target"
                : error.isMissing ? "is not there" : "cannot be reached (\(error.description))"
            throw BackupError.sourcePath(text, reason: reason)
        }
    }
}

/// Reads the data of a file, run by run, as one stream.
private struct RunReader {
    private var runs: [Range<UInt64>]
    private var index = 0
    private var position: UInt64

    init(runs: [Range<UInt64>]) {
        self.runs = runs
        position = runs.first?.lowerBound ?? 0
    }

    mutating func read(
        _ file: borrowing FileHandle, into buffer: UnsafeMutableRawBufferPointer
    ) throws(FileSystemError) -> Int {
        var filled = 0
        while filled < buffer.count, index < runs.count {
            let wanted = min(
                UInt64(buffer.count - filled), runs[index].upperBound - position)
            let count = unsafe try file.read(
                into: UnsafeMutableRawBufferPointer(
                    rebasing: buffer[filled..<filled + Int(wanted)]), at: Int64(position))
            filled += count
            position += UInt64(count)
            if position == runs[index].upperBound {
                index += 1
                position = index < runs.count ? runs[index].lowerBound : 0
            } else if count < Int(wanted) {
                break
            }
        }
        return filled
    }
}
