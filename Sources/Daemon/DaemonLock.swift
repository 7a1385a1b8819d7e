import FileSystem
import HostState
import Jobs
import Model

/// Keeps two daemons off one state.
enum DaemonLock {
    /// Runs `body` while no other daemon uses the state.
    ///
    /// - Throws: ``DaemonError/alreadyRunning(_:)``; what `body` throws.
    static func hold<R>(_ state: String, _ body: () throws -> R) throws -> R {
        try FolderTree.make(state, mode: 0o700)
        let busy = DaemonError.alreadyRunning(state)
        return try FileLock.hold("\(state)/torided.lock", orThrow: busy, body)
    }
}

/// Why the daemon does not run.
enum DaemonError: ToldError, Equatable {
    /// Another one has the state.
    case alreadyRunning(String)
    /// The configuration schedules nothing.
    case nothingScheduled
    /// A wrong command line.
    case usage(String)

    var description: String {
        switch self {
        case .alreadyRunning(let state): "another torided uses \(state)"
        case .nothingScheduled: "no set, store or drill has a schedule, so nothing would ever run"
        case .usage(let word): "`\(word)` is not understood"
        }
    }

    var hint: String {
        switch self {
        case .alreadyRunning: "stop that one, or give this one a state of its own"
        case .nothingScheduled: "write `schedule: \"0 2 * * *\"` into a set"
        case .usage: "see `torided --help`"
        }
    }

    var exitCode: ExitCode {
        switch self {
        case .alreadyRunning: .couldNotLook
        case .nothingScheduled, .usage: .usage
        }
    }
}
