import Configuration
import FileSystem
import Glibc
import HostState
import Jobs
import Model

/// The folder that plaintext is written into: empty when a run begins, gone when it ends, and one
/// run's alone.
final class Scratch {
    /// Where it is.
    let path: String
    /// Whether it lies in memory, so that removing it leaves nothing on a disk.
    let isMemory: Bool
    /// A killed run has none any more, and so leaves its folder to the next one.
    private let lock: FileLock

    /// Makes the folder; what an earlier run left there is removed first.
    ///
    /// - Parameters:
    ///   - parent: is made where it is missing.
    ///   - name: the folder's.
    ///   - isPrivate: whether nobody but this user may enter; a drill's server runs as another.
    /// - Throws: ``ScratchError/busy(_:)`` while another run uses it; ``FileSystemError``.
    init(_ parent: String, name: String, isPrivate: Bool = false) throws {
        try FolderTree.make(parent, mode: 0o711)
        path = "\(parent)/\(name)"
        guard let lock = try FileLock("\(path).lock") else {
            throw ScratchError.busy(path)
        }
        self.lock = lock
        // What stays is told by mkdir(2).
        _ = FolderTree.remove(path)
        guard unsafe mkdir(path, isPrivate ? 0o700 : 0o711) == 0 else {
            throw FileSystemError.last("mkdir", path)
        }
        isMemory = try FileHandle.open(path, O_RDONLY | O_DIRECTORY).isInMemory()
    }

    /// Removes everything.
    ///
    /// - Returns: whether nothing is left. What is left is removed, or told, when the next run
    ///   starts.
    @discardableResult
    func wipe() -> Bool {
        FolderTree.remove(path)
    }

    deinit {
        wipe()
    }
}

extension Site {
    /// Where plaintext may lie while something is restored.
    var scratchFolder: String { configuration.drill.scratch ?? "\(state.path)/drill" }
}

/// Why there is no folder for plaintext.
enum ScratchError: ToldError, Equatable {
    /// Another run uses it.
    case busy(String)

    var description: String {
        switch self {
        case .busy(let path): "\(path): another run is using it"
        }
    }

    var hint: String { "wait until it has ended" }
    var exitCode: ExitCode { .couldNotLook }
}
