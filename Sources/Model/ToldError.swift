/// An error that an operator can act on: what went wrong with which object, and what to do next.
///
/// Throwing means "we could not look" (STYLE.md, "Three kinds of wrong"); bad data is a
/// ``Finding``.
package protocol ToldError: Error, CustomStringConvertible {
    /// What happened, to which object. One line, no patient data beyond the operator's own paths.
    var description: String { get }
    /// What to do next. One line.
    var hint: String { get }
    /// Which exit code it means.
    var exitCode: ExitCode { get }
}

/// How every Toride program ends. A contract with scripts; printed in each command's help.
package enum ExitCode: Int32, Hashable, Sendable, CaseIterable {
    /// Done; where a verdict is asked, `proven`.
    case done = 0
    /// The data is bad: `failed`.
    case failed = 1
    /// The command line or the configuration is wrong.
    case usage = 2
    /// `not-proven`, or incomplete.
    case notProven = 3
    /// Could not look: store, server or key out of reach, wrong identity.
    case couldNotLook = 4
    /// A fault of Toride's own.
    case internalFault = 5

    /// How a program ends that was asked for `verdict`.
    package init(_ verdict: Verdict) {
        switch verdict {
        case .proven: self = .done
        case .failed: self = .failed
        case .notProven: self = .notProven
        }
    }
}

extension Error {
    /// What a person is told of any error: what it says of itself where it is meant for people.
    package var words: String { (self as? any ToldError)?.description ?? "\(self)" }
}
