import FileSystem
import Format
import Glibc
package import Model
import Repository
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
        /// Whether to go on with a restore of the same that was stopped in the target.
        package var isContinued: Bool

        /// Asks for a restore into `target`; without more, of everything and without privileges.
        package init(
            target: String,
            includes: [[UInt8]] = [],
            isPrivileged: Bool = false,
            isContinued: Bool = false
        ) {
            self.target = target
            self.includes = includes
            self.isPrivileged = isPrivileged
            self.isContinued = isContinued
        }
    }

    /// Counts for progress and summaries.
    package struct Counts: Hashable, Sendable {
        /// Records that were taken up, of every kind; the last few may still be under way.
        package var files: UInt64 = 0
        /// Bytes of content that are there: that were written, or found to be so already.
        package var bytes: UInt64 = 0
        /// Bytes of content that a restore that was stopped had written.
        package var bytesKept: UInt64 = 0
    }

    let snapshot: OpenedSnapshot
    let request: Request
    let stop: StopFlag
    let makers: FileMakers
    let unfinished: UnfinishedRestore
    private let includes: PathSelection
    private(set) var target = FolderChain?.none
    /// What a restore that was stopped has left at its top. Only names that were there before
    /// count: on a target that does not tell `A` from `a` one may stand for what was just made.
    private(set) var topRemains: Set<[UInt8]> = []
    var folders: [RestoredFolder] = []
    /// Of the innermost folder.
    var path: [UInt8] = []
    /// A folder that could not be made, with all that is in it.
    private var unmade: [UInt8]?
    private var batch = FileBatch()
    /// How many records were taken up; so the number of the one at hand.
    private(set) var files: UInt64 = 0
    private var progress: (Counts) -> Void = { _ in }

    /// Whether something was made, or may have been, and not all: it can be gone on with.
    package private(set) var isUnfinished = false
    /// How far it is.
    package var counts: Counts {
        Counts(files: files, bytes: makers.bytes, bytesKept: makers.bytesKept)
    }
    /// What could not be made as it was, in the order of the list.
    package var findings: [Finding] { makers.findings }

    /// Prepares to restore.
    package init(
        _ snapshot: OpenedSnapshot,
        _ request: Request,
        stop: StopFlag = StopFlag()
    ) {
        self.snapshot = snapshot
        self.request = request
        self.stop = stop
        includes = PathSelection(request.includes)
        unfinished = UnfinishedRestore(
            snapshot.title,
            of: snapshot.stored.name,
            includes: request.includes,
            isPrivileged: request.isPrivileged
        )
        makers = FileMakers(snapshot, MetadataWriter(isPrivileged: request.isPrivileged), stop)
    }

    /// Restores.
    ///
    /// - Parameter progress: told of files and bytes now and then.
    /// - Throws: ``RecoveryError`` if the target cannot be written; what is there by then stays.
    package func run(progress: (Counts) -> Void = { _ in }) throws {
        try withoutActuallyEscaping(progress) { progress in
            self.progress = progress
            defer {
                self.progress = { _ in }
                unfinished.release()
            }
            try restoreAll()
        }
    }

    private func restoreAll() throws {
        let (chain, remains) = try prepareTarget()
        target = chain
        isUnfinished = true
        topRemains = remains
        var found = Set<[UInt8]>()
        try makers.run {
            // Also what was gathered before an error.
            defer { _ = try? flush() }
            try snapshot.forEachRecord { record in
                try stop.check()
                guard let include = wanted(record.path) else {
                    return true
                }
                found.insert(include)
                try leave(until: record.path, chain)
                try restore(record, chain)
                files += 1
                if files.isMultiple(of: 64) {
                    progress(counts)
                }
                return true
            }
            try leave(until: [], chain)
            try flush()
        }
        try finishTarget(chain.top.handle)
        isUnfinished = false
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
        return includes.holder(of: path) ?? (includes.isAbove(path) ? [] : nil)
    }

    // MARK: - One record

    private func restore(_ record: FileRecord, _ chain: FolderChain) throws {
        if let unmade, RecordPath.isBeneath(record.path, unmade) {
            let evidence = ["reason": "folder"]
            let finding = Finding(.restoreFailed, .path(record.path), evidence: evidence)
            return makers.note(finding, files)
        }
        let name = RecordPath.name(of: record.path)
        guard path == RecordPath.folder(of: record.path) else {
            throw FormatError.invalid("a file list names a file before its folder")
        }
        do {
            if case .directory = record.kind {
                try enter(record, name, chain)
            } else {
                try make(record, name, in: try chain.innermost())
            }
        } catch let error as FileSystemError {
            guard !error.endsRestore else {
                throw RecoveryError.target(error)
            }
            makers.note(.failed(error, at: record.path), files)
            if case .directory = record.kind {
                unmade = record.path
            }
        }
    }

    // MARK: - Regular files

    /// Hands a file over to those who make it.
    ///
    /// - Throws: ``FileSystemError`` if the target refuses a large file; what ended the restore.
    func hand(
        _ record: FileRecord,
        _ content: FileRecord.Content,
        _ name: [UInt8],
        in parent: FolderChain.Open
    ) throws {
        let task = FileTask(
            folder: folders.last,
            parent: parent,
            name: name,
            record: record,
            content: content,
            number: files,
            isRemaining: isRemaining(name)
        )
        guard content.pieces.count > Limits.restorePartPieces else {
            if !batch.accepts(task) {
                try flush()
            }
            task.folder?.beginFile()
            return batch.append(task)
        }
        try flush()
        let partName = unfinished.partName(of: name)
        let large = try LargeFile.begin(
            task,
            as: partName,
            overRemains: task.isRemaining || isRemaining(partName)
        )
        if large.hasRemains {
            try makers.undress(large.file, at: record.path, files)
        }
        task.folder?.beginFile()
        var position: UInt64 = 0
        for pieces in LargeFile.parts(of: content) {
            try makers.submit(.part(large, pieces: pieces, position: position))
            position += content.pieces[pieces].reduce(0) { $0 + UInt64($1.length) }
            progress(counts)
        }
    }

    /// Hands over what was gathered.
    private func flush() throws {
        guard !batch.tasks.isEmpty else {
            return
        }
        let gathered = batch
        batch = FileBatch()
        try makers.submit(.files(gathered))
    }

    /// Waits until all files so far are made.
    func finishFiles() throws {
        try flush()
        try makers.finish()
    }
}
