import FileSystem
import Format
import Glibc
package import Model
package import Workers

/// Makes the files of a snapshot anew, beneath one folder and nowhere else.
///
/// What is restored is hostile until proven: every path is resolved beneath the target without
/// following a symbolic link; setuid bits, devices and attributes of the system's namespaces are
/// made only when asked for.
package final class TreeRestorer {
    /// What is asked.
    package struct Request: Sendable {
        /// Where to: a folder that is empty or missing.
        package var target: String
        /// Which paths, with all beneath them; empty for everything.
        package var includes: [[UInt8]]
        /// Whether setuid bits, devices and `trusted.` and `security.` attributes are made.
        package var isPrivileged: Bool

        package init(target: String, includes: [[UInt8]] = [], isPrivileged: Bool = false) {
            self.target = target
            self.includes = includes
            self.isPrivileged = isPrivileged
        }
    }

    /// Counts for progress and summaries.
    package struct Counts: Hashable, Sendable {
        package var files: UInt64 = 0
        package var bytes: UInt64 = 0
    }

    private final class Frame {
        let record: FileRecord?
        let path: [UInt8]
        let handle: FileHandle

        init(record: FileRecord?, path: [UInt8], handle: consuming FileHandle) {
            self.record = record
            self.path = path
            self.handle = handle
        }
    }

    private let snapshot: OpenedSnapshot
    private let request: Request
    private let reader: ChunkReader
    private let stop: StopFlag
    private let isRoot = geteuid() == 0
    private var frames: [Frame] = []
    package private(set) var counts = Counts()
    package private(set) var findings: [Finding] = []

    /// Prepares to restore.
    package init(_ snapshot: OpenedSnapshot, _ request: Request, stop: StopFlag = StopFlag()) throws {
        self.snapshot = snapshot
        self.request = request
        self.stop = stop
        reader = try snapshot.reader()
    }

    /// Restores.
    ///
    /// - Parameter progress: told of files and bytes now and then.
    /// - Throws: ``RecoveryError`` if the target cannot be written; what is there by then stays.
    package func run(progress: (Counts) -> Void = { _ in }) throws {
        frames = [Frame(record: nil, path: [], handle: try prepareTarget())]
        var found = Set<[UInt8]>()
        try snapshot.forEachRecord { record in
            try stop.check()
            guard let include = wanted(record.path) else {
                return true
            }
            found.insert(include)
            try leave(until: record.path)
            try restore(record)
            counts.files += 1
            if counts.files.isMultiple(of: 64) {
                progress(counts)
            }
            return true
        }
        try leave(until: [])
        progress(counts)
        if let missing = request.includes.first(where: { !found.contains($0) }) {
            throw RecoveryError.noSuchPath(String(decoding: missing, as: UTF8.self))
        }
    }

    // MARK: - Which records

    /// Which include a path belongs to; nil if it is not wanted. A folder above an include is
    /// wanted too, for the include lies in it.
    private func wanted(_ path: [UInt8]) -> [UInt8]? {
        if request.includes.isEmpty {
            return []
        }
        return request.includes.first { include in
            path == include || path.starts(with: include + [47])
        } ?? (request.includes.contains { $0.starts(with: path + [47]) } ? [] : nil)
    }

    private func prepareTarget() throws -> FileHandle {
        if unsafe mkdir(request.target, 0o700) != 0, errno != EEXIST {
            throw failed(.last("mkdir", request.target))
        }
        do throws(FileSystemError) {
            let target = try FileHandle.open(request.target, O_RDONLY | O_DIRECTORY)
            if try target.names().isEmpty {
                return target
            }
        } catch {
            throw failed(error)
        }
        throw RecoveryError.targetNotEmpty(request.target)
    }

    // MARK: - Folders

    /// Closes the folders that `path` is not in, and gives them their owner, mode and times, which
    /// later writes into them would have changed.
    private func leave(until path: [UInt8]) throws {
        while frames.count > 1, let frame = frames.last {
            if path.starts(with: frame.path + [47]) {
                return
            }
            frames.removeLast()
            if let record = frame.record, let parent = frames.last {
                try writing { () throws(FileSystemError) in
                    try applyMetadata(record, in: parent.handle)
                }
            }
        }
    }

    private func restore(_ record: FileRecord) throws {
        guard let parent = frames.last,
            parent.path == Array(record.path.dropLast(name(of: record.path).count + 1))
        else {
            throw FormatError.invalid("a file list names a file before its folder")
        }
        switch record.kind {
        case .directory:
            try writing { () throws(FileSystemError) in
                try parent.handle.makeDirectory(name: name(of: record.path))
                let handle = try parent.handle.open(
                    name: name(of: record.path), O_RDONLY | O_DIRECTORY)
                frames.append(Frame(record: record, path: record.path, handle: handle))
            }
        case .regular(let content):
            try regular(record, content, in: parent.handle)
        case .hardLink(let first):
            try hardLink(record, to: first, in: parent.handle)
        case .symlink(let target):
            try writing { () throws(FileSystemError) in
                try parent.handle.makeSymlink(name: name(of: record.path), target: target)
                try applyMetadata(record, in: parent.handle)
            }
        case .fifo, .socket, .characterDevice, .blockDevice:
            try special(record, in: parent.handle)
        }
    }

    // MARK: - Files

    private func regular(
        _ record: FileRecord, _ content: FileRecord.Content, in parent: borrowing FileHandle
    ) throws {
        let name = name(of: record.path)
        do {
            try write(content, to: name, in: parent)
        } catch let fault as ChunkFault {
            // Half a file must not look like a file.
            try writing { () throws(FileSystemError) in try parent.remove(name: name) }
            findings.append(fault.finding(at: record.path))
            return
        }
        try writing { () throws(FileSystemError) in try applyMetadata(record, in: parent) }
    }

    private func write(
        _ content: FileRecord.Content, to name: [UInt8], in parent: borrowing FileHandle
    ) throws {
        let file = try opened(name, in: parent)
        var extents = (content.extents ?? [
            FileRecord.Extent(offset: 0, length: content.size)
        ])[...]
        var extent = extents.popFirst()
        var used: UInt64 = 0
        for piece in content.pieces {
            var bytes = try reader.bytes(of: piece)
            while let current = extent, !bytes.isEmpty {
                let count = Int(min(UInt64(bytes.count), current.length - used))
                try write(bytes.prefix(count), to: file, at: Int64(current.offset + used))
                bytes = bytes.dropFirst(count)
                used += UInt64(count)
                if used == current.length {
                    extent = extents.popFirst()
                    used = 0
                }
            }
            counts.bytes += UInt64(piece.length)
        }
        if content.extents != nil {
            try setSize(file, content.size)
        }
    }

    private func opened(
        _ name: [UInt8], in parent: borrowing FileHandle
    ) throws -> FileHandle {
        do throws(FileSystemError) {
            return try parent.open(name: name, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        } catch {
            throw failed(error)
        }
    }

    private func write(
        _ bytes: ArraySlice<UInt8>, to file: borrowing FileHandle, at offset: Int64
    ) throws {
        var failure: FileSystemError?
        unsafe bytes.withUnsafeBytes { bytes in
            do throws(FileSystemError) {
                unsafe try file.write(bytes, at: offset)
            } catch {
                failure = error
            }
        }
        if let failure {
            throw failed(failure)
        }
    }

    private func setSize(_ file: borrowing FileHandle, _ size: UInt64) throws {
        do throws(FileSystemError) {
            try file.setSize(size)
        } catch {
            throw failed(error)
        }
    }

    private func hardLink(
        _ record: FileRecord, to first: [UInt8], in parent: borrowing FileHandle
    ) throws {
        let name = name(of: record.path)
        let folder = Array(first.dropLast(self.name(of: first).count + 1))
        guard wanted(first) != nil else {
            // The first name is not restored; this one becomes a file of its own.
            guard var original = try snapshot.record(at: first) else {
                throw FormatError.invalid("a hard link has no first name")
            }
            original.path = record.path
            return try restore(original)
        }
        do throws(FileSystemError) {
            let root = frames[0].handle.descriptor
            let top = try FileHandle.open("/proc/self/fd/\(root)", O_RDONLY | O_DIRECTORY)
            let directory = folder.isEmpty
                ? top : try top.open(beneath: folder, O_RDONLY | O_DIRECTORY)
            try parent.makeLink(name: name, to: self.name(of: first), in: directory)
        } catch {
            guard error.isMissing else {
                throw failed(error)
            }
            // The first name could not be restored, which is told already.
            findings.append(Finding(.restoredFileMissing, .path(record.path)))
        }
    }

    private func special(_ record: FileRecord, in parent: borrowing FileHandle) throws {
        let kind: FileStatus.Kind
        var device: (major: UInt32, minor: UInt32) = (0, 0)
        switch record.kind {
        case .fifo: kind = .fifo
        case .socket: kind = .socket
        case .characterDevice(let major, let minor):
            kind = .characterDevice
            device = (major, minor)
        case .blockDevice(let major, let minor):
            kind = .blockDevice
            device = (major, minor)
        case .regular, .directory, .symlink, .hardLink:
            preconditionFailure("not special")
        }
        if kind == .characterDevice || kind == .blockDevice, !request.isPrivileged {
            findings.append(
                Finding(.partSkipped, .path(record.path), evidence: ["reason": "device"]))
            return
        }
        try writing { () throws(FileSystemError) in
            try parent.makeSpecial(
                name: name(of: record.path), kind: kind, major: device.major, minor: device.minor)
            try applyMetadata(record, in: parent)
        }
    }

    // MARK: - Metadata

    /// Owner before mode, for a change of owner drops setuid; attributes before mode, for a
    /// read-only file refuses them; the time last.
    private func applyMetadata(
        _ record: FileRecord, in parent: borrowing FileHandle
    ) throws(FileSystemError) {
        let name = name(of: record.path)
        if isRoot {
            try parent.setOwner(name: name, uid: record.uid, gid: record.gid)
        } else if record.uid != geteuid() {
            skip(record, "owner")
        }
        for attribute in record.attributes {
            if isPrivilegedName(attribute.name), !request.isPrivileged {
                skip(record, String(decoding: attribute.name, as: UTF8.self))
                continue
            }
            try parent.setAttribute(
                ExtendedAttribute(name: attribute.name, value: attribute.value), name: name)
        }
        if case .symlink = record.kind {
            // Links have no mode of their own on Linux.
        } else {
            let dangerous: UInt16 = 0o6000
            let isFolder = if case .directory = record.kind { true } else { false }
            let strips = record.mode & dangerous != 0 && !request.isPrivileged && !isFolder
            if strips {
                skip(record, "setuid")
            }
            try parent.setMode(name: name, strips ? record.mode & ~dangerous : record.mode)
        }
        try parent.setModified(name: name, record.modified)
    }

    private func isPrivilegedName(_ name: [UInt8]) -> Bool {
        name.starts(with: Array("trusted.".utf8)) || name.starts(with: Array("security.".utf8))
    }

    private func skip(_ record: FileRecord, _ what: String) {
        findings.append(Finding(.partSkipped, .path(record.path), evidence: ["reason": what]))
    }

    private func name(of path: [UInt8]) -> [UInt8] {
        Array(path.suffix(from: path.lastIndex(of: 47).map { $0 + 1 } ?? 0))
    }

    // MARK: - Errors

    private func writing(_ body: () throws(FileSystemError) -> Void) throws {
        do throws(FileSystemError) {
            try body()
        } catch {
            throw failed(error)
        }
    }

    private func failed(_ error: FileSystemError) -> RecoveryError {
        .target(error.description, hint: error.hint)
    }
}
