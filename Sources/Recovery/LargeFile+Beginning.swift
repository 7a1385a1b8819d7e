import FileSystem
import Format
import Glibc

/// Making the file, or finding what is left of it.
extension LargeFile {
    /// Makes the file that `task` asks for under another name, or goes on with what a restore that
    /// was stopped left of it.
    ///
    /// - Parameters:
    ///   - task: what it is to be.
    ///   - partName: its name as long as it is not whole.
    ///   - hasRemains: whether a restore that was stopped may have left something.
    /// - Returns: the file, nothing of which is judged yet.
    /// - Throws: ``FileSystemError`` if the target refuses it; nothing of it is left then.
    static func begin(
        _ task: FileTask,
        as partName: [UInt8],
        overRemains hasRemains: Bool
    ) throws(FileSystemError) -> LargeFile {
        if hasRemains, let file = try remains(of: task, as: partName) {
            return LargeFile(task, file, as: partName, hasRemains: true)
        }
        // A name that is refused is refused before hours of writing.
        guard try task.parent.handle.statusIfThere(name: task.name) == nil else {
            throw FileSystemError("open", task.parent.handle.fullPath(task.name), code: EEXIST)
        }
        let file = try task.parent.handle.open(name: partName, O_RDWR | O_CREAT | O_EXCL)
        let large = LargeFile(task, file, as: partName, hasRemains: false)
        do throws(FileSystemError) {
            try large.makeRoom()
        } catch {
            try large.remove()
            throw error
        }
        return large
    }

    /// A file with holes gets its size, any other its room on the disk.
    private func makeRoom() throws(FileSystemError) {
        if task.content.extents != nil {
            try file.setSize(task.content.size)
        } else {
            try file.allocate(task.content.size)
        }
    }

    /// What is left of the file, which is judged piece by piece: whole or not, it has the name of a
    /// part again. What cannot be used is removed: a file with holes, for nobody would look at what
    /// lies in them; one with more names, for others would see it change; whatever is no file.
    private static func remains(
        of task: FileTask,
        as partName: [UInt8]
    ) throws(FileSystemError) -> FileHandle? {
        let folder = task.parent
        // A name that was not there before is another file's, as `A` may stand for `a`.
        for name in task.isRemaining ? [task.name, partName] : [partName] {
            guard let status = try folder.handle.statusIfThere(name: name) else {
                continue
            }
            guard status.kind == .regular, status.links == 1, task.content.extents == nil else {
                try folder.handle.remove(name: name)
                continue
            }
            if name == task.name {
                _ = try rename(name, to: partName, in: folder)
            }
        }
        // Of a file that has both names the one that was whole is the one that is of no use now.
        if task.isRemaining, try folder.handle.statusIfThere(name: task.name) != nil {
            try folder.handle.remove(name: task.name)
        }
        do throws(FileSystemError) {
            if geteuid() != 0, try folder.handle.statusIfThere(name: partName) != nil {
                // Finished, it may be one that its owner must not read or change.
                try folder.handle.setMode(name: partName, 0o600)
            }
            let file = try folder.handle.open(name: partName, O_RDWR | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular, status.links == 1 else {
                throw FileSystemError("open", file.path, code: EINVAL)
            }
            if status.size > task.content.size {
                try file.setSize(task.content.size)
            }
            // From the disk: what could not be written there is still as it should be in memory.
            file.forgetCache()
            try file.allocate(task.content.size)
            return file
        } catch {
            guard !error.isMissing else {
                return nil
            }
            guard !error.endsRestore else {
                throw error
            }
            try folder.handle.remove(name: partName)
            return nil
        }
    }
}
