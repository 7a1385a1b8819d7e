import GRDB
package import Model

/// Why the catalog could not be read or written.
package enum CatalogError: ToldError, Equatable {
    /// The file is not a sound catalog that this version knows: damaged, cut short, something
    /// else, or written by a newer version. It is left as it is.
    case damaged(path: String, reason: String)
    /// The file could not be opened, read or written: permissions, a full disk, a lock.
    case unusable(path: String, reason: String, hint: String)
    /// What was to be recorded breaks a rule of the catalog. Nothing of it was recorded.
    case refused(reason: String)
    /// A shortened id names more than one thing.
    case ambiguous(prefix: String)

    package var description: String {
        switch self {
        case .damaged(let path, let reason): "the catalog \(path) is damaged: \(reason)"
        case .unusable(let path, let reason, _): "the catalog \(path): \(reason)"
        case .refused(let reason): "the catalog refused a record: \(reason)"
        case .ambiguous(let prefix): "more than one id begins with \(prefix)"
        }
    }

    package var hint: String {
        switch self {
        case .damaged: "run `toride catalog rebuild`"
        case .unusable(_, _, let hint): hint
        case .refused: "run `toride catalog check`; if it finds nothing, report this fault"
        case .ambiguous: "write more of the id"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .damaged, .unusable: .couldNotLook
        case .refused: .internalFault
        case .ambiguous: .usage
        }
    }
}

/// A column that holds what its table's rules do not allow.
struct BadValue: Error {
    /// Which.
    let column: String
}

extension CatalogError {
    /// States what SQLite, or the reading of a row, threw while it was at the file at `path`.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as CatalogError: self = error
        case let error as BadValue:
            self = .damaged(path: path, reason: "\(error.column) holds a value of a wrong shape")
        case let error as DatabaseError: self = CatalogError(sqlite: error, path: path)
        default: self = .unusable(path: path, reason: "\(error)", hint: "look at the path")
        }
    }

    /// Tells damage (the bytes were read and are wrong) from a file that could not be used.
    private init(sqlite error: DatabaseError, path: String) {
        let reason = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_SCHEMA, .SQLITE_ERROR,
            .SQLITE_MISMATCH:
            self = .damaged(path: path, reason: reason)
        case .SQLITE_CONSTRAINT:
            self = .refused(reason: reason)
        case .SQLITE_FULL:
            self = .unusable(
                path: path,
                reason: reason,
                hint: "free space on its disk and run it again"
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = .unusable(
                path: path,
                reason: reason,
                hint: "wait until the other program has finished"
            )
        case .SQLITE_IOERR:
            self = .unusable(
                path: path,
                reason: reason,
                hint: "free space on its disk; if that is not full it may fail: see the kernel log"
            )
        default:
            self = .unusable(
                path: path,
                reason: reason,
                hint: "check that the path exists, has space and the permissions to be written"
            )
        }
    }
}
