import FileSystem
package import Model

/// Why a snapshot could not be opened or restored.
package enum RecoveryError: ToldError, Equatable {
    /// No key object of the snapshot holds a key that it needs.
    case keyMissing(KeyID)
    /// A key object holds a key of another set or repository.
    case foreignKey(String)
    /// A key object holds a key that the snapshot does not name, or has already.
    case keyUncalledFor(String)
    /// Several snapshots have the number that was asked for.
    case ambiguous(String, [ObjectName])
    /// There is no such snapshot.
    case noSuchSnapshot(String, hint: String)
    /// The place to restore to holds something already.
    case targetNotEmpty(String)
    /// A restore was stopped there: of the same, or of something else, if that can be told.
    case targetUnfinished(String, of: String?, isSame: Bool)
    /// A restore is under way there.
    case targetBusy(String)
    /// Writing the restored files failed.
    case target(String, hint: String)
    /// A path that was asked for is not in the snapshot.
    case noSuchPath(String)

    package var description: String {
        switch self {
        case .keyMissing(let key): "the snapshot lacks the key \(key.digest.hex.prefix(16))"
        case .foreignKey(let key): "\(key) holds a key of another set"
        case .keyUncalledFor(let key):
            "\(key) holds a key that the snapshot does not name, or has already"
        case .ambiguous(let name, let rivals):
            "\(name) is \(rivals.count) snapshots of one number: "
                + rivals.map(\.hex).joined(separator: ", ")
        case .noSuchSnapshot(let name, _): "there is no snapshot \(name)"
        case .targetNotEmpty(let path): "\(path) is not empty"
        case .targetUnfinished(let path, let title, let isSame):
            "\(path) holds what a restore of "
                + (isSame ? "the same" : title ?? "another snapshot") + " left that was stopped"
        case .targetBusy(let path): "a restore into \(path) is under way"
        case .target(let reason, _): "restoring stopped: \(reason)"
        case .noSuchPath(let path): "\(path) is not in the snapshot"
        }
    }

    package var hint: String {
        switch self {
        case .keyMissing, .foreignKey, .keyUncalledFor:
            "run `toride verify`; the repository is damaged"
        case .ambiguous:
            "its history is forked: find out who made which, and give the id of the one you trust"
        case .noSuchSnapshot(_, let hint): hint
        case .targetNotEmpty: "name a folder that is empty or does not exist yet"
        case .targetUnfinished(_, let title, let isSame):
            isSame
                ? "go on with it by --resume, or name an empty folder"
                : "go on with it by the words that it was begun with"
                    + (title.map { ", of \($0)," } ?? "") + " and --resume, or name an empty folder"
        case .targetBusy: "wait for it, or name an empty folder"
        case .target(_, let hint): hint
        case .noSuchPath: "look with `toride ls`; paths have no leading slash there"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .keyMissing, .foreignKey, .keyUncalledFor, .ambiguous: .failed
        case .noSuchSnapshot, .targetNotEmpty, .targetUnfinished, .targetBusy, .noSuchPath:
            .usage
        case .target: .couldNotLook
        }
    }
}

extension RecoveryError {
    /// The target as a whole can take no more.
    static func target(_ error: FileSystemError) -> RecoveryError {
        .target(error.description, hint: error.hint)
    }
}
