import Glibc
package import Model

/// A system call on a file that failed.
package struct FileSystemError: ToldError, Equatable {
    /// What was tried, as `open`.
    package let operation: String
    /// On which path; bytes that are not UTF-8 appear as U+FFFD.
    package let path: String
    /// The errno.
    package let code: Int32

    /// States a failure.
    package init(_ operation: String, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// States the failure that errno tells of.
    package static func last(_ operation: String, _ path: String) -> FileSystemError {
        FileSystemError(operation, path, code: errno)
    }

    package var description: String {
        "\(path): \(operation): \(reason)"
    }

    /// What the errno means, without the path.
    package var reason: String { unsafe String(cString: strerror(code)) }

    package var hint: String {
        switch code {
        case ENOSPC, EDQUOT: "free space on the disk (or raise the quota) and run it again"
        case EACCES, EPERM: "run as a user who may do this, or change the permissions"
        case EROFS: "the file system is mounted read-only; look for I/O errors in the kernel log"
        case EEXIST: "choose another name; what is there is not written over"
        case ENOENT: "check that the path exists and is mounted"
        case EIO: "the disk gave an error; look into the kernel log and replace it"
        default: "look at the path and the kernel log"
        }
    }

    package var exitCode: ExitCode { .couldNotLook }

    /// Whether the file was simply not there.
    package var isMissing: Bool { code == ENOENT || code == ENOTDIR }
}
