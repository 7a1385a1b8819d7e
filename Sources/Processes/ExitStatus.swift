/// How a child process ended.
package enum ExitStatus: Hashable, Sendable, CustomStringConvertible {
    /// It ended by itself with this code, 0 ... 255.
    case exited(Int32)
    /// A signal ended it.
    case signalled(Int32)

    /// Reads what waitpid(2) gave.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited(waitStatus >> 8 & 0xff) : .signalled(signal)
    }

    /// Whether it ended by itself with code 0: all that a process can say of its own success.
    package var isSuccess: Bool { self == .exited(0) }

    /// `exit code 1`, `signal 9`.
    package var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "signal \(signal)"
        }
    }
}
