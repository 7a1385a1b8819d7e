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
    /// As the root spells it: FORMAT.md §15.
    package let kind = "files"
    let roots: Roots
    let excludes: [Glob]
    let staysOnFileSystem: Bool
    let forcesRead: Bool
    private let mounts: MountMemory?
    private let scouts: Int
    /// For how long what was seen in a folder counts without looking whether it changed.
    let believesFor: Duration
    let stop: StopFlag

    /// Takes what to back up.
    ///
    /// - Parameters:
    ///   - paths: absolute.
    ///   - excludes: patterns that leave files out; they are asked beneath the paths only.
    ///   - oneFileSystem: whether directories on other file systems are recorded but not entered.
    ///   - forceRead: whether every file is read, whatever its times say.
    ///   - mounts: what was mounted at earlier backups; nil where nothing is to be expected.
    ///   - scouts: how many threads look at folders ahead of the walk.
    ///   - believesFor: for how long what was seen in a folder counts before it is asked whether
    ///     it changed.
    ///   - stop: asked at every file.
    /// - Throws: ``BackupError/sourcePath(_:reason:)`` for a path that is not absolute.
    package init(
        paths: [String],
        excludes: [String] = [],
        oneFileSystem: Bool = false,
        forceRead: Bool = false,
        mounts: MountMemory? = nil,
        scouts: Int = Workers.suitable,
        believesFor: Duration = .milliseconds(10),
        stop: StopFlag = StopFlag()
    ) throws {
        roots = try Roots(paths)
        self.excludes = excludes.map { Glob($0) }
        staysOnFileSystem = oneFileSystem
        forcesRead = forceRead
        self.mounts = mounts
        self.scouts = scouts
        self.believesFor = believesFor
        self.stop = stop
    }

    /// Walks the configured paths from `/`, following no symbolic link.
    ///
    /// - Returns: nil, for files have no consistent view.
    /// - Throws: ``BackupError/sourcePath(_:reason:)`` for a path that is missing or behind a link;
    ///   ``Stopped``; ``FileSystemError`` if the memory of mounts cannot be kept.
    package func read(
        into writer: SnapshotWriter,
        previous: inout PreviousList
    ) throws -> Timestamp? {
        try roots.check()
        let top = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
        let expected = try mounts?.expected() ?? []
        let reads = ReadAhead(
            since: previous.hasRecords && !forcesRead ? previous.started : nil
        )
        let scout = FolderScout(self, count: scouts, reading: reads)
        let walk = TreeWalk(self, FolderChain(top), scout, writer, expecting: expected)
        try Workers.run(scouts) { _ in
            scout.work()
        } lead: {
            defer { scout.close() }
            try walk.run(&previous)
        }
        try mounts?.learn(walk.mounts)
        return nil
    }
}

extension TreeSource {
    /// Whether what lies within a configured path is backed up.
    func takes(_ path: [UInt8]) -> Bool {
        excludes.isEmpty || roots.contains(path) || !excludes.contains { $0.matches(path) }
    }

    /// Whether a walk enters a folder within a configured path, which may lie on another file
    /// system than the folder that it is in.
    func enters(_ path: [UInt8], isElsewhere: Bool) -> Bool {
        takes(path) && (!isElsewhere || !staysOnFileSystem || roots.contains(path))
    }
}

/// The configured paths of a tree.
struct Roots: Sendable {
    private let paths: [[UInt8]]

    init(_ texts: [String]) throws {
        paths = try texts.map { text in
            let parts = text.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
            let path = Array(parts.joined(separator: [UInt8(ascii: "/")]))
            guard text.hasPrefix("/"), RecordPath.isSafe(path) else {
                throw BackupError.sourcePath(text, reason: "is not an absolute path to something")
            }
            return path
        }
    }

    /// Whether `path` is one of them.
    func contains(_ path: [UInt8]) -> Bool { paths.contains(path) }

    /// The names in the folder `path` that lead to them, rising.
    func names(in path: [UInt8]) -> [[UInt8]] {
        let prefix = path.isEmpty ? [] : path + [UInt8(ascii: "/")]
        let names = paths.filter { $0.starts(with: prefix) }.map { root in
            Array(root.dropFirst(prefix.count).prefix { $0 != UInt8(ascii: "/") })
        }
        return Set(names).sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// A configured path that is missing, or is reached through a symbolic link, ends the backup:
    /// an unmounted share must not look like an empty one.
    func check() throws {
        guard unsafe access("/proc/self/fd", F_OK) == 0 else {
            // Without it no attribute can be read: every file would look as if it had gone.
            throw BackupError.sourcePath("/proc", reason: "is not mounted")
        }
        for path in paths {
            try check(path)
        }
    }

    private func check(_ path: [UInt8]) throws {
        let text = "/" + String(decoding: path, as: UTF8.self)
        do throws(FileSystemError) {
            let top = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
            let status = try top.status(beneath: path)
            guard status.kind != .symlink else {
                throw FileSystemError("open", text, code: ELOOP)
            }
        } catch {
            let reason =
                error.code == ELOOP
                ? "is or lies behind a symbolic link; name its target"
                : error.isMissing ? "is not there" : "cannot be reached (\(error.description))"
            throw BackupError.sourcePath(text, reason: reason)
        }
    }
}
