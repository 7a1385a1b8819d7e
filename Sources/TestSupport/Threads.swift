import FileSystem
import HostState
import Workers

/// Runs `body` on `count` threads at once and waits for all.
package func inThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) {
    Workers.run(count) { _ in body() }
}

/// Makes folders with their parents.
package enum FolderTreeMaker {
    /// Makes `path`; an existing folder is fine.
    package static func make(_ path: String) throws {
        try FolderTree.make(path, mode: 0o755)
    }
}
