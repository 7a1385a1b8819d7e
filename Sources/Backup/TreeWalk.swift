import FileSystem
import Format
import Glibc
import Model
import Repository
import Workers

/// One walk over a tree, in path order and however deep: a stack of folders, no recursion.
final class TreeWalk {
    /// A folder on the way, and how far it is listed.
    private struct Level {
        /// The length of its path, which ``path`` begins with.
        let pathCount: Int
        let device: UInt64
        /// Whether it lies within a configured path, not only above one.
        let isInside: Bool
        /// When it was last changed before it was listed.
        let changed: Timestamp
        /// How many names had been met when a configured path that held files was entered.
        var metBefore: UInt64?
        var names: [[UInt8]]
        /// What the first of the names were when the folder was listed.
        var statuses: [Result<FileStatus, FileSystemError>] = []
        var next = 0
        /// Folders in it that a scout may have seen already, in the order of their names.
        var scouted: ArraySlice<FolderScout.Folder> = []
        /// How often it was listed again because a name had gone.
        var relistings = 0
    }

    /// Which file, and as it was: an inode that was freed and used again is another file.
    private struct FileKey: Hashable {
        let device: UInt64
        let inode: UInt64
        let changed: Timestamp
    }

    /// The first path of a file with several names, and how many of them are to come.
    private struct FirstName {
        let path: [UInt8]
        var left: UInt64
    }

    private static let relistingsMax = 16

    let source: TreeSource
    let writer: SnapshotWriter
    private let chain: FolderChain
    private let scout: FolderScout
    private var levels: [Level] = []
    /// Of the innermost folder. One for all levels, for a path can be long and the levels many.
    private var path: [UInt8] = []
    private var links: [FileKey: FirstName] = [:]
    /// Which devices are of another machine; a walk meets few.
    private var remoteDevices: [UInt64: Bool] = [:]
    /// The folders that were mount points at earlier backups.
    private let expected: Set<[UInt8]>
    /// Those that are.
    private(set) var mounts: Set<[UInt8]> = []
    /// Names within configured paths that are no directories, the canary's apart.
    private var met: UInt64 = 0

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
                device: top.device,
                isInside: false,
                changed: top.changed,
                names: source.roots.names(in: [])
            )
        ]
        while !levels.isEmpty {
            try source.stop.check()
            let top = levels.count - 1
            guard levels[top].next < levels[top].names.count else {
                let level = levels.removeLast()
                scout.forget(level.scouted)
                if level.metBefore == met {
                    writer.note(Finding(.sourceEmptied, .path(path)))
                }
                if let outer = levels.last {
                    chain.leave()
                    path.removeSubrange(outer.pathCount...)
                }
                continue
            }
            let name = levels[top].names[levels[top].next]
            levels[top].next += 1
            try visit(name, isInside: levels[top].isInside, &previous)
        }
    }

    /// Whether what lies on a device, as a folder does, comes from another machine.
    func isRemote(
        _ device: UInt64,
        _ folder: borrowing FileHandle
    ) throws(FileSystemError) -> Bool {
        if let known = remoteDevices[device] {
            return known
        }
        let isRemote = try folder.isRemote()
        remoteDevices[device] = isRemote
        return isRemote
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
            let entry = try look(name, path, folder.handle, &previous)
            try record(entry, folder.handle, isInside: isInside || isRoot, &previous)
        } catch let error as FileSystemError {
            // Of the source: the store and the host's state throw errors of their own.
            try missed(name, at: path, error, folder.handle)
        }
    }

    private func look(
        _ name: [UInt8],
        _ path: [UInt8],
        _ folder: borrowing FileHandle,
        _ previous: inout PreviousList
    ) throws(FileSystemError) -> Entry {
        let status = try status(name, folder)
        let before = previous.record(at: path)
        var sameness: Sameness?
        if before != nil, !source.forcesRead {
            sameness = Sameness(
                isRemote: try isRemote(status.device, folder),
                started: previous.started
            )
        }
        return Entry(name: name, path: path, status: status, before: before, sameness: sameness)
    }

    /// What a name is, as it was when its folder was listed, or as it is now.
    private func status(
        _ name: [UInt8],
        _ folder: borrowing FileHandle
    ) throws(FileSystemError) -> FileStatus {
        let top = levels.count - 1
        let index = levels[top].next - 1
        return index < levels[top].statuses.count
            ? try levels[top].statuses[index].get() : try folder.status(name: name)
    }

    private func record(
        _ entry: Entry,
        _ folder: borrowing FileHandle,
        isInside: Bool,
        _ previous: inout PreviousList
    ) throws {
        let status = entry.status
        guard status.kind != .directory else {
            return try enter(entry, folder, isInside: isInside, &previous)
        }
        if !CanaryDocument.isPath(entry.path) {
            met += 1
        }
        let key = FileKey(device: status.device, inode: status.inode, changed: status.changed)
        if status.links > 1, let first = links[key] {
            try writer.add(try fileRecord(entry, .hardLink(to: first.path), folder))
            links[key]?.left -= 1
            if first.left == 1 {
                links[key] = nil
            }
            return
        }
        let isTaken: Bool
        if status.kind == .regular {
            isTaken = try file(entry, folder)
        } else {
            if let kept = entry.kept {
                try writer.add(kept: kept)
            } else {
                try writer.add(try fileRecord(entry, try special(entry, folder), folder))
            }
            isTaken = true
        }
        // Only a name that is in the list can be linked to.
        if status.links > 1, isTaken {
            links[key] = FirstName(path: entry.path, left: status.links - 1)
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

    private func enter(
        _ entry: Entry,
        _ folder: borrowing FileHandle,
        isInside: Bool,
        _ previous: inout PreviousList
    ) throws {
        // The directory's own record comes first, even if it then cannot be opened.
        if let kept = entry.kept {
            try writer.add(kept: kept)
        } else {
            try writer.add(try fileRecord(entry, .directory, folder))
        }
        let isElsewhere = entry.status.device != levels.last?.device
        let isRoot = source.roots.contains(entry.path)
        guard !isInside || isRoot || !isElsewhere || !source.staysOnFileSystem else {
            return
        }
        if isElsewhere {
            mounts.insert(entry.path)
        } else if expected.contains(entry.path) {
            writer.note(Finding(.sourceUnmounted, .path(entry.path)))
        }
        let seen = try open(entry)
        path = entry.path
        var level = Level(
            pathCount: path.count,
            device: entry.status.device,
            isInside: isInside,
            changed: entry.status.changed,
            names: []
        )
        if isRoot, previous.holdsFiles(beneath: entry.path) {
            level.metBefore = met
        }
        defer { levels.append(level) }
        guard isInside else {
            // Above the configured paths only the names that lead to them matter.
            level.names = source.roots.names(in: entry.path)
            return
        }
        do throws(FileSystemError) {
            let seen = if let seen { seen } else { try look(entry) }
            let listing = try seen.listing.get()
            (level.names, level.statuses) = (listing.names, listing.statuses)
            level.scouted = seen.folders[...]
        } catch {
            note(error, at: entry.path)
        }
    }

    /// Enters a folder.
    ///
    /// - Returns: what a scout saw of it, if it is one for the scouts.
    private func open(_ entry: Entry) throws(FileSystemError) -> FolderScout.Seen? {
        let index = levels.count - 1
        while let folder = levels[index].scouted.first,
            folder.place.name.lexicographicallyPrecedes(entry.name)
        {
            // Something else than a folder has its name now.
            scout.forget([levels[index].scouted.removeFirst()])
        }
        guard let folder = levels[index].scouted.first, folder.place.name == entry.name else {
            try chain.enter(entry.name)
            return nil
        }
        levels[index].scouted.removeFirst()
        let seen = try scout.take(folder).get()
        try chain.enter(entry.name, by: seen.open)
        return seen
    }

    /// Looks at the folder that was entered.
    private func look(_ entry: Entry) throws(FileSystemError) -> FolderScout.Seen {
        scout.see(
            try chain.innermost(),
            path: entry.path,
            device: entry.status.device,
            depth: chain.depth
        )
    }

    // MARK: - What was missed

    /// Notes what is wrong with a name. One that has gone meanwhile may have got another name: its
    /// folder is listed again.
    private func missed(
        _ name: [UInt8],
        at path: [UInt8],
        _ error: FileSystemError,
        _ folder: borrowing FileHandle
    ) throws {
        guard error.isMissing, (try? folder.status(name: name)) == nil else {
            return note(error, at: path)
        }
        writer.note(Finding(.fileGone, .path(path)))
        guard let level = levels.last, level.isInside else {
            return
        }
        levels[levels.count - 1].relistings += 1
        guard level.relistings < TreeWalk.relistingsMax, let fresh = try? folder.names() else {
            return writer.note(Finding(.fileChangedWhileRead, .path(self.path)))
        }
        let (behind, ahead) = (Set(level.names[..<level.next]), level.names[level.next...])
        let added = fresh.filter { name.lexicographicallyPrecedes($0) }
        levels[levels.count - 1].names = Set(ahead).union(added)
            .sorted { $0.lexicographicallyPrecedes($1) }
        levels[levels.count - 1].statuses = []
        levels[levels.count - 1].next = 0
        // A name before this one cannot be taken any more. If the file is new, it need not be; if
        // it is older than the listing, it was there, under the name that has gone.
        let isLost = fresh.contains { other in
            guard other.lexicographicallyPrecedes(name), !behind.contains(other),
                let status = try? folder.status(name: other)
            else {
                return false
            }
            return status.modified <= level.changed
        }
        if isLost {
            writer.note(Finding(.fileChangedWhileRead, .path(self.path)))
        }
    }

    /// Notes a file that could not be taken.
    func note(_ error: FileSystemError, at path: [UInt8]) {
        met += 1
        let evidence = ["error": "\(error.operation) \(error.code)"]
        writer.note(Finding(.fileUnreadable, .path(path), evidence: evidence))
    }
}
