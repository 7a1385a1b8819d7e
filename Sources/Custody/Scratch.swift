import FileSystem
import Glibc
import HostState
import Model

/// The folder that a drill writes plaintext into: empty when it begins, gone when it ends.
final class Scratch {
    /// Where it is.
    let path: String
    /// Whether it lies in memory, so that removing it leaves nothing on a disk.
    let isMemory: Bool

    /// Makes the folder; what an earlier drill left there is removed first.
    init(_ parent: String, name: String) throws {
        try FolderTree.make(parent, mode: 0o711)
        path = "\(parent)/\(name)"
        Scratch.remove(path)
        guard unsafe mkdir(path, 0o711) == 0 else {
            throw FileSystemError.last("mkdir", path)
        }
        isMemory = try FileHandle.open(path, O_RDONLY | O_DIRECTORY).isInMemory()
    }

    /// Removes everything. What cannot be removed would be found by the next drill's start.
    func wipe() {
        Scratch.remove(path)
    }

    deinit {
        Scratch.remove(path)
    }

    private static func remove(_ path: String) {
        guard let folder = try? FileHandle.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else {
            return
        }
        empty(folder)
        _ = unsafe rmdir(path)
    }

    private static func empty(_ folder: borrowing FileHandle) {
        for name in (try? folder.names()) ?? [] {
            if let inner = try? folder.open(name: name, O_RDONLY | O_DIRECTORY) {
                empty(inner)
                _ = try? folder.remove(name: name, directory: true)
            } else {
                _ = try? folder.remove(name: name)
            }
        }
    }
}
