import Glibc
package import Model

/// A child process that could not be run, or was ended by us.
package enum ProcessError: ToldError, Equatable {
    /// No file of this name in ``Command/path``, or it may not be executed.
    case notFound(String)
    /// The system refused to start it.
    case notStarted(String, code: Int32)
    /// A pipe to or from it failed.
    case pipeFailed(String, code: Int32)
    /// It did not end, or gave no byte, for so long; it was ended.
    case timedOut(String, after: Duration)
    /// It wrote more than we take; it was ended.
    case outputTooLong(String, bytesMax: Int)
    /// It closed its input before it had all.
    case inputRefused(String)
    /// It ended otherwise than with code 0 where success was demanded; its last messages, which
    /// may quote data and are not shown.
    case failed(String, ExitStatus, errorTail: String)
    /// No sandbox could be made; what bubblewrap said.
    case notIsolated(String)
    /// We were asked to stop; it was ended.
    case stopped(String)

    package var description: String {
        switch self {
        case .notFound(let name): "\(name): no such program"
        case .notStarted(let name, let code): "\(name): could not be started: \(text(of: code))"
        case .pipeFailed(let name, let code): "\(name): pipe: \(text(of: code))"
        case .timedOut(let name, let time): "\(name): no end after \(time); it was ended"
        case .outputTooLong(let name, let max): "\(name): wrote more than \(ByteCount(max))"
        case .inputRefused(let name): "\(name): closed its input too early"
        case .failed(let name, let status, _): "\(name): \(status)"
        case .notIsolated(let said): "bwrap: no sandbox could be made: \(said)"
        case .stopped(let name): "\(name): ended, as asked"
        }
    }

    package var hint: String {
        switch self {
        case .notFound: "install the package that holds it; `toride doctor` names it"
        case .notStarted(_, EAGAIN), .notStarted(_, ENOMEM), .pipeFailed:
            "the machine is short of processes, files or memory; look at its limits"
        case .notStarted: "check that the program may be executed by this user"
        case .timedOut: "look what it waits for, or allow it more time"
        case .outputTooLong, .inputRefused, .failed:
            "run the program by hand and look at its messages"
        case .notIsolated:
            "install bubblewrap, allow unprivileged user namespaces, and let the scratch directory "
                + "lie where the sandbox's user may enter"
        case .stopped: "run it again"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .stopped: .notProven
        default: .couldNotLook
        }
    }

    private func text(of code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
