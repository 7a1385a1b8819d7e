import Glibc

/// A lock of the kernel's on a file. It goes with the process: one that is killed leaves nothing
/// behind that must be deleted.
package final class FileLock: Sendable {
    private let file: FileHandle

    /// Takes the lock on the file at `path`, which is made where it is missing; nil if someone
    /// else has it.
    package convenience init?(_ path: String) throws(FileSystemError) {
        try self.init(taking: try FileHandle.open(path, O_RDWR | O_CREAT))
    }

    /// Takes the lock on an open file; nil if someone else has it.
    package init?(taking file: consuming FileHandle) throws(FileSystemError) {
        let descriptor = file.descriptor
        let done = retrying { flock(descriptor, LOCK_EX | LOCK_NB) } == 0
        let (code, path) = (errno, file.path)
        self.file = file
        guard done || code == EWOULDBLOCK else {
            throw FileSystemError("lock", path, code: code)
        }
        if !done {
            return nil
        }
    }

    /// Takes the lock on the file at `path`, which is made where it is missing, and waits until
    /// nobody else has it.
    package init(waitingFor path: String) throws(FileSystemError) {
        file = try FileHandle.open(path, O_RDWR | O_CREAT)
        while flock(file.descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                throw .last("lock", path)
            }
        }
    }

    deinit {
        flock(file.descriptor, LOCK_UN)
    }

    /// Runs `body` with the lock.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - busy: what is thrown if someone else has it.
    ///   - body: runs while nobody else has it.
    /// - Returns: what `body` returns.
    /// - Throws: `busy`; what `body` throws; ``FileSystemError``.
    package static func hold<R>(
        _ path: String,
        orThrow busy: @autoclosure () -> any Error,
        _ body: () throws -> R
    ) throws -> R {
        guard let lock = try FileLock(path) else {
            throw busy()
        }
        return try withExtendedLifetime(lock) { try body() }
    }
}
