import FileSystem
package import HostState
import Model

/// Keeps two runs of one set apart.
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
        let path = "\(state.folder(of: set))/lock"
        return try FileLock.hold(path, orThrow: SiteError.busy(set), body)
    }
}
