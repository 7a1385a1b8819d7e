import FileSystem
import Glibc
package import HostState
import Model

/// Keeps two runs of one set apart. The lock is the kernel's: it goes with the process, so a killed
/// run leaves nothing behind that must be deleted.
package enum SetLock {
    /// Runs `body` while no other run of the set does.
    ///
    /// - Throws: ``SiteError/busy(_:)`` if another run has the lock; what `body` throws.
    package static func hold<R>(
        _ set: String,
        in state: HostState,
        _ body: () throws -> R
    ) throws -> R {
        try FolderTree.make(state.folder(of: set), mode: 0o700)
        let file = try FileHandle.open("\(state.folder(of: set))/lock", O_RDWR | O_CREAT)
        guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw SiteError.busy(set)
        }
        // Unlocking by hand also keeps the file open until here.
        defer { flock(file.descriptor, LOCK_UN) }
        return try body()
    }
}
