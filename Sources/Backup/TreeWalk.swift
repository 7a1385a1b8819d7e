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
        var next = 0
        /// How often it was listed again because a name had gone.
        var relistings = 0
    }

    /// A name in a folder and what it was when it was looked at.
    struct Entry {
        let name: [UInt8]
        let path: [UInt8]
        let status: FileStatus
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
        _ writer: SnapshotWriter,
        expecting mounts: Set<[UInt8]>
    ) {
        self.source = source
        self.chain = chain
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
        while let level = levels.last {
            try source.stop.check()
            guard level.next < level.names.count else {
                levels.removeLast()
                if level.metBefore == met {
                    writer.note(Finding(.sourceEmptied, .path(path)))
                }
                if let outer = levels.last {
                    chain.leave()
                    path.removeSubrange(outer.pathCount...)
                }
                continue
            }
            levels[levels.count - 1].next += 1
            try visit(level.names[level.next], isInside: level.isInside, &previous)
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
        let path = path.isEmpty ? name : path + [UInt8(ascii: "/")] + name
        let isRoot = source.roots.contains(path)
        if isInside, !isRoot, source.excludes.contains(where: { $0.matches(path) }) {
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
            let entry = Entry(name: name, path: path, status: try folder.handle.status(name: name))
            try record(entry, folder.handle, isInside: isInside || isRoot, &previous)
        } catch let error as FileSystemError {
            // Of the source: the store and the host's state throw errors of their own.
            try missed(name, at: path, error, folder.handle)
        }
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
            isTaken = try file(entry, folder, &previous)
        } else {
            try writer.add(try fileRecord(entry, try special(entry, folder), folder))
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
        try writer.add(try fileRecord(entry, .directory, folder))
        let isElsewhere = entry.status.device != levels.last?.device
        if source.staysOnFileSystem, isElsewhere, isInside, !source.roots.contains(entry.path) {
            return
        }
        if isElsewhere {
            mounts.insert(entry.path)
        } else if expected.contains(entry.path) {
            writer.note(Finding(.sourceUnmounted, .path(entry.path)))
        }
        try chain.enter(entry.name)
        path = entry.path
        var level = Level(
            pathCount: path.count,
            device: entry.status.device,
            isInside: isInside,
            changed: entry.status.changed,
            names: []
        )
        if source.roots.contains(entry.path), previous.holdsFiles(beneath: entry.path) {
            level.metBefore = met
        }
        defer { levels.append(level) }
        guard isInside else {
            // Above the configured paths only the names that lead to them matter.
            level.names = source.roots.names(in: entry.path)
            return
        }
        do throws(FileSystemError) {
            level.names = try chain.innermost().handle.names()
        } catch {
            note(error, at: entry.path)
        }
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
