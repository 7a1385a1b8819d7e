import FileSystem
import Glibc

/// Where a restore begins, or goes on.
extension TreeRestorer {
    /// Makes the target where it is missing, and marks it as not finished.
    ///
    /// - Returns: the target, and the names in it that a restore left that was stopped there.
    /// - Throws: ``RecoveryError`` if something else lies in it, or it cannot be written.
    func prepareTarget() throws -> (FolderChain, remains: Set<[UInt8]>) {
        if unsafe mkdir(request.target, 0o700) != 0, errno != EEXIST {
            throw RecoveryError.target(.last("mkdir", request.target))
        }
        let names: [[UInt8]]
        let chain: FolderChain
        do throws(FileSystemError) {
            chain = FolderChain(try FileHandle.open(request.target, O_RDONLY | O_DIRECTORY))
            names = try chain.top.handle.names()
        } catch {
            throw RecoveryError.target(error)
        }
        let isBegun = names.contains(unfinished.name)
        guard names.isEmpty || isBegun && request.isContinued else {
            guard let mark = names.first(where: UnfinishedRestore.isName) else {
                throw RecoveryError.targetNotEmpty(request.target)
            }
            throw RecoveryError.targetUnfinished(
                request.target,
                of: UnfinishedRestore.title(of: mark, in: chain.top.handle),
                isSame: isBegun
            )
        }
        do throws(FileSystemError) {
            try unfinished.begin(in: chain.top.handle, isBegun: isBegun)
            if isBegun {
                // What could not be written then must not pass for written now: it is still in
                // memory, as it should be on the disk.
                try chain.top.handle.synchronizeFileSystem()
            }
        } catch {
            throw error.code == EWOULDBLOCK
                ? .targetBusy(request.target) : RecoveryError.target(error)
        }
        return (chain, Set(names))
    }

    /// Everything is made: it is kept, and only then the target is no longer marked.
    func finishTarget(_ target: borrowing FileHandle) throws {
        do throws(FileSystemError) {
            // Some file systems tell only now that they could not keep what they took.
            try target.synchronizeFileSystem()
            try unfinished.end(in: target)
        } catch {
            throw RecoveryError.target(error)
        }
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
