import FileSystem
import Format
import Glibc
import Model
import Repository
import Workers

/// One walk over a tree, in path order and however deep: a stack of folders, no recursion.
final class TreeWalk {
    /// A folder on the way, and how far it is listed.
    struct Level: Sendable {
        /// The length of its path, which ``path`` begins with.
        let pathCount: Int
        /// Whether it lies within a configured path, not only above one.
        let isInside: Bool
        /// What it was just before it was listed, and when that was.
        let listed: FileStatus
        let listedAt: Timestamp
        /// How many names had been met when a configured path that held files was entered.
        var metBefore: UInt64?
        var names: [[UInt8]]
        /// What the first of the names were then; nil where that could not be told.
        var statuses: [FileStatus?] = []
        /// What scouts have read of them, and about how much memory that takes.
        var contents: [FolderScout.Content?] = []
        var contentBytes = 0
        /// When it was last asked whether it changed, since the machine started; what it was then
        /// (``listed`` at first), and how long not to ask again.
        var checkedAt: Duration
        var seen: FileStatus
        var pause: Duration = .zero
        var next = 0
        /// Folders in it that a scout may have seen already; the last is the next in the walk.
        var scouted: [FolderScout.Folder] = []
        /// What a scout made to tell of this one, if that tells of nothing beneath it; kept to be
        /// let go with all else.
        var told: FolderScout.Folder?
        /// How often it was listed again because a name had gone.
        var relistings = 0
        /// The folder itself once it is left: whoever drops this closes it.
        var open: FolderChain.Open?
    }

    /// Which file, and as it was: an inode that was freed and used again is another file.
    private struct FileKey: Hashable {
        let device: UInt64
        let inode: UInt64
        let changed: Timestamp

        init(_ status: FileStatus) {
            device = status.device
            inode = status.inode
            changed = status.changed
        }
    }

    /// The first path of a file with several names, and how many of them are to come.
    private struct FirstName {
        let path: [UInt8]
        var left: UInt64
    }

    /// How many folders that were walked through are given back at once.
    private static let spentMax = 8
    private static let spentBytesMax = 256 << 10
    /// About what a name in a listing takes.
    private static let nameBytes = 64

    /// How often a name is looked at anew that is no more what it was when it was looked at.
    private static let looksMax = 3

    let source: TreeSource
    let writer: SnapshotWriter
    let chain: FolderChain
    let scout: FolderScout
    var levels: [Level] = []
    /// Of the innermost folder. One for all levels, for a path can be long and the levels many.
    var path: [UInt8] = []
    /// Folders that were walked through, and the memory of what was read of them.
    private var spent: [Level] = []
    private var spentBytes = 0
    private var links: [FileKey: FirstName] = [:]
    /// By device; a walk meets few.
    private var changeTimes: [UInt64: ChangeTime] = [:]
    /// The folders that were mount points at earlier backups.
    let expected: Set<[UInt8]>
    /// Those that are.
    var mounts: Set<[UInt8]> = []
    /// Names within configured paths that are no directories, the canary's apart.
    var met: UInt64 = 0

    init(
        _ source: TreeSource,
        _ chain: FolderChain,
        _ scout: FolderScout,
        _ writer: SnapshotWriter,
        expecting mounts: Set<[UInt8]>
    ) {
        self.source = source
        self.chain = chain
        self.scout = scout
        self.writer = writer
        expected = mounts
    }

    /// Walks from the top to the end.
    func run(_ previous: inout PreviousList) throws {
        let top = try chain.innermost().handle.status()
        levels = [
            Level(
                pathCount: 0,
                isInside: false,
                listed: top,
                listedAt: FileHandle.clock(),
                names: source.roots.names(in: []),
                checkedAt: FileHandle.uptime(),
                seen: top
            )
        ]
        while !levels.isEmpty {
            try source.stop.check()
            let top = levels.count - 1
            guard levels[top].next < levels[top].names.count else {
                if hasMoreNames() {
                    continue
                }
                var level = levels.removeLast()
                scout.forget(level.scouted)
                if level.metBefore == met {
                    writer.note(Finding(.sourceEmptied, .path(path)))
                }
                if let outer = levels.last {
                    level.open = chain.leave()
                    path.removeSubrange(outer.pathCount...)
                }
                giveBack(level)
                continue
            }
            let name = levels[top].names[levels[top].next]
            levels[top].next += 1
            try visit(name, isInside: levels[top].isInside, &previous)
        }
    }

    /// Leaves it to the scouts to close a folder and to free what was seen of it, most of which
    /// they made: the walk, which all wait for, would have to wait for their locks on it.
    private func giveBack(_ level: Level) {
        spent.append(level)
        spentBytes += level.contentBytes + level.names.count * Self.nameBytes
        if spent.count >= Self.spentMax || spentBytes >= Self.spentBytesMax {
            scout.drop(spent, bytes: spentBytes)
            spent.removeAll(keepingCapacity: true)
            spentBytes = 0
        }
    }

    private func visit(
        _ name: [UInt8],
        isInside: Bool,
        _ previous: inout PreviousList
    ) throws {
        let path = RecordPath.joined(path, name)
        let isRoot = source.roots.contains(path)
        guard !isInside || source.takes(path) else {
            return
        }
        guard name.count <= Limits.nameBytesMax, path.count <= Limits.pathBytesMax else {
            let evidence = ["limit": "\(Limits.pathBytesMax)"]
            return writer.note(Finding(.fileUnreadable, .path(path), evidence: evidence))
        }
        let folder: FolderChain.Open
        do throws(FileSystemError) {
            folder = try chain.innermost()
        } catch {
            // The folder was moved away under us: what is left of it cannot be had.
            levels[levels.count - 1].next = levels[levels.count - 1].names.count
            return note(error, at: self.path)
        }
        do {
            var entry = try look(name, path, folder.handle, &previous)
            for _ in 1..<Self.looksMax {
                do {
                    return try record(entry, folder, isInside: isInside || isRoot, &previous)
                } catch let error as FileSystemError where isWorthAnother(entry, error) {
                    // Nothing was recorded of it yet.
                    let fresh = try folder.handle.status(name: name)
                    if error.code == ESTALE || !fresh.isUnchanged(since: entry.status) {
                        relist(at: name, folder.handle, whichWas: entry.status)
                    } else {
                        recheck(at: name, folder.handle)
                    }
                    entry = entry.again(fresh)
                }
            }
            try record(entry, folder, isInside: isInside || isRoot, isLast: true, &previous)
        } catch let error as FileSystemError {
            // Of the source: the store and the host's state throw errors of their own.
            try missed(name, at: path, error, folder.handle)
        }
    }

    /// Whether a name that could not be recorded may be something else by now than was seen. What
    /// fails while it is read was there to be opened.
    private func isWorthAnother(_ entry: Entry, _ error: FileSystemError) -> Bool {
        error.code == ESTALE || entry.isAhead && error.operation != "read"
    }

    private func look(
        _ name: [UInt8],
        _ path: [UInt8],
        _ folder: borrowing FileHandle,
        _ previous: inout PreviousList
    ) throws(FileSystemError) -> Entry {
        recheckIfDue(at: name, folder)
        let (status, isAhead) = try status(name, folder)
        let before = previous.record(at: path)
        var sameness: Sameness?
        // What is mounted here is of another file system than the folder can be asked for.
        if before != nil, !source.forcesRead,
            status.device == levels[levels.count - 1].listed.device
        {
            sameness = Sameness(
                changeTime: try changeTime(status.device, folder),
                started: previous.started
            )
        }
        return Entry(
            name: name,
            path: path,
            status: status,
            isAhead: isAhead,
            before: before,
            sameness: sameness,
            content: isAhead ? content() : nil
        )
    }

    /// What a scout has read of the name that is looked at.
    private func content() -> FolderScout.Content? {
        let top = levels.count - 1
        let index = levels[top].next - 1
        return index < levels[top].contents.count ? levels[top].contents[index] : nil
    }

    /// What a name is: as it was when its folder was listed, if that is known, or as it is now.
    private func status(
        _ name: [UInt8],
        _ folder: borrowing FileHandle
    ) throws(FileSystemError) -> (FileStatus, isAhead: Bool) {
        let top = levels.count - 1
        let index = levels[top].next - 1
        if index < levels[top].statuses.count, let status = levels[top].statuses[index] {
            return (status, true)
        }
        return (try folder.status(name: name), false)
    }

    /// What the times tell of files that lie on the same device as their folder.
    private func changeTime(
        _ device: UInt64,
        _ folder: borrowing FileHandle
    ) throws(FileSystemError) -> ChangeTime {
        if let known = changeTimes[device] {
            return known
        }
        let changeTime = try folder.changeTime()
        changeTimes[device] = changeTime
        return changeTime
    }

    /// Records a name.
    ///
    /// - Throws: ``FileSystemError``, and then nothing is recorded of it; with ESTALE if it is
    ///   something else by now than `entry` says, unless this is the last look at it.
    private func record(
        _ entry: Entry,
        _ open: FolderChain.Open,
        isInside: Bool,
        isLast: Bool = false,
        _ previous: inout PreviousList
    ) throws {
        let status = entry.status
        guard status.kind != .directory else {
            return try enter(entry, open, isInside: isInside, isLast: isLast, &previous)
        }
        if entry.isAhead, status.links > 1 {
            // Names of one file are told by its times, which must be those of this moment.
            let fresh = entry.again(try open.handle.status(name: entry.name))
            guard fresh.status.isSameFile(as: status) else {
                throw FileSystemError("stat", open.handle.path, code: ESTALE)
            }
            return try record(fresh, open, isInside: isInside, isLast: isLast, &previous)
        }
        let key = FileKey(status)
        if status.links > 1, let first = links[key] {
            try writer.add(try fileRecord(entry, .hardLink(to: first.path), open.handle))
            links[key]?.left -= 1
            if first.left == 1 {
                links[key] = nil
            }
            return countMet(entry)
        }
        // Only a name that is in the list can be linked to, and only what was read: it may be
        // another file than the one that was seen.
        let taken = try take(entry, open.handle, isLast: isLast)
        countMet(entry)
        if let taken, taken.links > 1 {
            let key = FileKey(taken)
            if links[key] == nil {
                links[key] = FirstName(path: entry.path, left: taken.links - 1)
            }
        }
    }

    private func countMet(_ entry: Entry) {
        met += CanaryDocument.isPath(entry.path) ? 0 : 1
    }

    private func take(
        _ entry: Entry,
        _ folder: borrowing FileHandle,
        isLast: Bool
    ) throws -> FileStatus? {
        if entry.status.kind == .regular {
            return try file(entry, folder, isLast: isLast)
        }
        try add(entry, try fileRecord(entry, try special(entry, folder), folder))
        return entry.status
    }

    /// Adds a name without content: as the newest snapshot has it, or anew.
    func add(_ entry: Entry, _ record: @autoclosure () throws -> FileRecord) throws {
        if let kept = entry.kept {
            try writer.add(kept: kept)
        } else {
            try writer.add(try record())
        }
    }

    private func special(
        _ entry: Entry,
        _ folder: borrowing FileHandle
    ) throws(FileSystemError) -> FileRecord.Kind {
        let (major, minor) = (entry.status.specialMajor, entry.status.specialMinor)
        switch entry.status.kind {
        case .symlink: return .symlink(target: try folder.linkTarget(name: entry.name))
        case .fifo: return .fifo
        case .socket: return .socket
        case .characterDevice: return .characterDevice(major: major, minor: minor)
        case .blockDevice: return .blockDevice(major: major, minor: minor)
        case .regular, .directory: preconditionFailure("\(entry.status.kind) is not special")
        }
    }
}
