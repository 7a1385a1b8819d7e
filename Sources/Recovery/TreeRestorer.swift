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
///
/// What one file cannot have here (a name, an owner, an attribute, a chunk) is a finding, and the
/// rest is restored. A target that is full or failing ends the restore.
package final class TreeRestorer {
    /// What is asked.
    package struct Request: Sendable {
        /// Where to: a folder that is empty or missing.
        package var target: String
        /// Which paths, with all beneath them; empty for everything.
        package var includes: [[UInt8]]
        /// Whether setuid bits, devices and `trusted.` and `security.` attributes are made.
        package var isPrivileged: Bool

        /// Asks for a restore into `target`; without more, of everything and without privileges.
        package init(target: String, includes: [[UInt8]] = [], isPrivileged: Bool = false) {
            self.target = target
            self.includes = includes
            self.isPrivileged = isPrivileged
        }
    }

    /// Counts for progress and summaries.
    package struct Counts: Hashable, Sendable {
        /// Records that were restored, of every kind.
        package var files: UInt64 = 0
        /// Bytes of content that were written.
        package var bytes: UInt64 = 0
    }

    /// A folder that is still being filled.
    private struct Folder {
        /// Its record, whose path is its name alone: paths can be long and folders many.
        let record: FileRecord
        let pathCount: Int
    }

    let snapshot: OpenedSnapshot
    let request: Request
    let reader: ChunkReader
    let stop: StopFlag
    private(set) var target = FolderChain?.none
    private var folders: [Folder] = []
    /// Of the innermost folder.
    private var path: [UInt8] = []
    /// A folder that could not be made, with all that is in it.
    private var left: [UInt8]?
    /// How far it is.
    package internal(set) var counts = Counts()
    /// What could not be made as it was.
    package internal(set) var findings: [Finding] = []

    /// Prepares to restore.
    package init(
        _ snapshot: OpenedSnapshot,
        _ request: Request,
        stop: StopFlag = StopFlag()
    ) throws {
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
        let chain = FolderChain(try prepareTarget())
        target = chain
        var found = Set<[UInt8]>()
        try snapshot.forEachRecord { record in
            try stop.check()
            guard let include = wanted(record.path) else {
                return true
            }
            found.insert(include)
            try leave(until: record.path, chain)
            try restore(record, chain)
            counts.files += 1
            if counts.files.isMultiple(of: 64) {
                progress(counts)
            }
            return true
        }
        try leave(until: [], chain)
        // Some file systems tell only now that they could not keep what they took.
        try writing { () throws(FileSystemError) in
            try chain.innermost().handle.synchronizeFileSystem()
        }
        progress(counts)
        if let missing = request.includes.first(where: { !found.contains($0) }) {
            throw RecoveryError.noSuchPath(String(decoding: missing, as: UTF8.self))
        }
    }

    // MARK: - Which records

    /// Which include a path belongs to; nil if it is not wanted. A folder above an include is
    /// wanted too, for the include lies in it.
    func wanted(_ path: [UInt8]) -> [UInt8]? {
        if request.includes.isEmpty {
            return []
        }
        return request.includes.first { include in
            path == include || RecordPath.isBeneath(path, include)
        } ?? (request.includes.contains { RecordPath.isBeneath($0, path) } ? [] : nil)
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
    private func leave(until path: [UInt8], _ chain: FolderChain) throws {
        while let folder = folders.last, !RecordPath.isBeneath(path, self.path) {
            folders.removeLast()
            let whole = self.path
            self.path.removeSubrange((folders.last?.pathCount ?? 0)...)
            chain.leave()
            try writing { () throws(FileSystemError) in
                try applyMetadata(
                    folder.record,
                    at: whole,
                    in: try chain.innermost().handle
                )
            }
        }
    }

    private func restore(_ record: FileRecord, _ chain: FolderChain) throws {
        if let left, RecordPath.isBeneath(record.path, left) {
            findings.append(
                Finding(.restoreFailed, .path(record.path), evidence: ["reason": "folder"])
            )
            return
        }
        let name = RecordPath.name(of: record.path)
        guard path == RecordPath.folder(of: record.path) else {
            throw FormatError.invalid("a file list names a file before its folder")
        }
        do {
            if case .directory = record.kind {
                try enter(record, name, chain)
            } else {
                try make(record, name, in: try chain.innermost().handle)
            }
        } catch let error as FileSystemError {
            guard !error.endsRestore else {
                throw failed(error)
            }
            let reason = "\(error.operation) \(error.code)"
            findings.append(
                Finding(.restoreFailed, .path(record.path), evidence: ["reason": reason])
            )
            if case .directory = record.kind {
                left = record.path
            }
        }
    }

    private func enter(_ record: FileRecord, _ name: [UInt8], _ chain: FolderChain) throws {
        try chain.innermost().handle.makeDirectory(name: name)
        try chain.enter(name)
        path = record.path
        var record = record
        record.path = name
        folders.append(Folder(record: record, pathCount: path.count))
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

extension FileSystemError {
    /// Whether the target as a whole can take no more; else it is this one file that it refuses.
    var endsRestore: Bool {
        [ENOSPC, EDQUOT, EIO, EROFS, ENOMEM, EMFILE, ENFILE, ESTALE, ENODEV, ENOTCONN].contains(
            code
        )
    }
}
