import FileSystem
import Glibc
import HostState
package import Processes

/// Mounts a small file system in memory at `path` while `body` runs. Needs root.
package func withMemoryFileSystem<R>(
    at path: String,
    bytes: Int,
    _ body: () throws -> R
) throws -> R {
    try FolderTree.make(path, mode: 0o755)
    guard unsafe mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
        throw HostStateError.unwritable("mount: errno \(errno)", hint: "run the tests as root")
    }
    defer { _ = unsafe umount2(path, Int32(MNT_DETACH)) }
    return try body()
}

/// Runs a program as the user nobody. Needs root.
package func asNobody(_ words: [String]) throws -> ProcessOutput {
    try Command(
        "setpriv",
        ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all"] + words
    ).run(timeout: .seconds(60))
}
