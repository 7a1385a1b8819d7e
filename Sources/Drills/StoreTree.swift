import Clinical
import FileSystem
import Format
import Glibc
import Repository
import Workers

/// The regular files beneath one folder of a restored tree, in the order of a file list.
///
/// The tree is hostile: no symbolic link is followed. Canaries are ours and no clinical files.
struct StoreTree {
    private final class Folder {
        let path: [UInt8]
        let handle: FileHandle
        var names: ArraySlice<[UInt8]>

        init(path: [UInt8], handle: consuming FileHandle, names: [[UInt8]]) {
            self.path = path
            self.handle = handle
            self.names = names[...]
        }
    }

    /// As deep as a path can be long, by halves.
    private static let depthMax = 2_048

    private let target: String
    private let root: [UInt8]
    private let linked: Set<[UInt8]>
    private let stop: StopFlag

    /// Takes a folder.
    ///
    /// - Parameters:
    ///   - root: its path in the snapshot.
    ///   - target: where the snapshot was restored to.
    ///   - linked: further names of files, in the snapshot, which are left out.
    ///   - stop: asked at every file.
    init(
        _ root: [UInt8],
        restoredTo target: String,
        linked: Set<[UInt8]> = [],
        stop: StopFlag
    ) {
        self.root = root
        self.linked = linked
        self.target = target
        self.stop = stop
    }

    /// Visits every file.
    ///
    /// - Parameter body: gets the path beneath the root, what the file is, and the folder that
    ///   holds it with its name there.
    /// - Throws: ``Stopped``; ``FileSystemError`` for a folder that cannot be listed; what `body`
    ///   throws.
    func forEachFile(
        _ body: ([UInt8], FileStatus, borrowing FileHandle, [UInt8]) throws -> Void
    ) throws {
        let top = try FileHandle.open(target, O_RDONLY | O_DIRECTORY)
        var folders = [try folder([], try top.open(beneath: root, O_RDONLY | O_DIRECTORY))]
        while let current = folders.last {
            guard let name = current.names.popFirst() else {
                folders.removeLast()
                continue
            }
            try stop.check()
            let path = RecordPath.joined(current.path, name)
            let status = try current.handle.status(name: name)
            switch status.kind {
            case .directory where folders.count < Self.depthMax:
                let handle = try current.handle.open(name: name, O_RDONLY | O_DIRECTORY)
                folders.append(try folder(path, handle))
            case .directory:
                throw FileSystemError("open", current.handle.fullPath(name), code: ELOOP)
            case .regular:
                let place = RecordPath.joined(root, path)
                if !linked.contains(place), !CanaryDocument.isPath(place) {
                    try body(path, status, current.handle, name)
                }
            default: break
            }
        }
    }

    /// Reads every file as its judge does.
    ///
    /// - Parameters:
    ///   - reader: of the store's format.
    ///   - body: gets the path beneath the root, the file's size, and what it says; nil if it could
    ///     not be read.
    /// - Throws: as ``forEachFile(_:)`` does.
    func forEachFacts(
        _ reader: any FormatReader,
        _ body: ([UInt8], UInt64, FileFacts?) throws -> Void
    ) throws {
        try forEachFile { path, status, folder, name in
            var facts: FileFacts?
            do {
                let file = try folder.open(name: name, O_RDONLY | O_NONBLOCK)
                let content = ContentReader(size: status.size) { buffer, offset in
                    try file.readBlock(&buffer, at: Int64(clamping: offset))
                }
                facts = try reader.facts(of: path, content)
            } catch is FileSystemError {
                facts = nil
            }
            try body(path, status.size, facts)
        }
    }

    private func folder(
        _ path: [UInt8],
        _ handle: consuming FileHandle
    ) throws(FileSystemError) -> Folder {
        let names = try handle.names().sorted { $0.lexicographicallyPrecedes($1) }
        return Folder(path: path, handle: handle, names: names)
    }
}
