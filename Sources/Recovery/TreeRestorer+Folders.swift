import FileSystem
import Format
import Glibc

/// Folders: entered, made or found, and left.
extension TreeRestorer {
    func enter(_ record: FileRecord, _ name: [UInt8], _ chain: FolderChain) throws {
        let parent = try chain.innermost()
        var remains: Set<[UInt8]> = []
        if isRemaining(name) {
            remains = try reenter(name, in: parent, chain)
        } else {
            try parent.handle.makeDirectory(name: name)
            try chain.enter(name)
        }
        path = record.path
        var record = record
        record.path = name
        folders.append(
            RestoredFolder(
                record: record,
                pathCount: path.count,
                number: files,
                remains: remains
            )
        )
    }

    /// Whether a restore that was stopped has left a name in the innermost folder.
    func isRemaining(_ name: [UInt8]) -> Bool {
        (folders.last?.remains ?? topRemains).contains(name)
    }

    /// Enters a folder that a restore that was stopped made, and perhaps finished: it is ours again
    /// until it is finished again, so that nobody else exchanges names in it and new files inherit
    /// no ACL.
    ///
    /// - Returns: the names in it.
    private func reenter(
        _ name: [UInt8],
        in parent: FolderChain.Open,
        _ chain: FolderChain
    ) throws(FileSystemError) -> Set<[UInt8]> {
        let status = try parent.handle.status(name: name)
        guard status.kind == .directory else {
            throw FileSystemError("open", parent.handle.fullPath(name), code: ENOTDIR)
        }
        if geteuid() == 0, status.uid != 0 || status.gid != 0 {
            do throws(FileSystemError) {
                try parent.handle.setOwner(name: name, uid: 0, gid: 0)
            } catch {
                // A target that refuses that was not given away by us either.
                guard !error.endsRestore else {
                    throw error
                }
            }
        }
        try parent.handle.setMode(name: name, 0o700)
        let open = try parent.folder(name)
        try makers.undress(open.handle, at: RecordPath.joined(path, name), files)
        let names = try open.handle.names(isFresh: true)
        chain.enter(name, by: open, try open.handle.status())
        return Set(names)
    }

    /// Leaves the folders that `path` is not in. What they are like is set after the last write
    /// into them.
    func leave(until path: [UInt8], _ chain: FolderChain) throws {
        while let folder = folders.last, !RecordPath.isBeneath(path, self.path) {
            folders.removeLast()
            let whole = self.path
            self.path.removeSubrange((folders.last?.pathCount ?? 0)...)
            do throws(FileSystemError) {
                let open = try chain.innermost()
                chain.leave()
                guard folder.leave(open) else {
                    continue
                }
                try makers.dress(open.handle, as: folder.record, at: whole, folder.number)
            } catch {
                throw RecoveryError.target(error)
            }
        }
    }
}
