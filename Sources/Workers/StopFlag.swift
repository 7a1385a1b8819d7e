package import Model
import Synchronization

/// Asks work to stop between two objects. Once set it stays set.
package final class StopFlag: Sendable {
    private let isSet = Atomic(false)

    /// Not set.
    package init() {}

    /// Asks for the stop. Safe in a signal handler.
    package func set() {
        isSet.store(true, ordering: .relaxed)
    }

    /// Whether a stop was asked for.
    package var isStopping: Bool { isSet.load(ordering: .relaxed) }

    /// Goes on, or throws ``Stopped``.
    package func check() throws(Stopped) {
        if isStopping {
            throw Stopped()
        }
    }
}

/// The work was asked to stop before it was done.
package struct Stopped: ToldError, Equatable {
    /// Nothing to say but that it happened.
    package init() {}

    package var description: String { "stopped before it was done, as asked" }
    package var hint: String { "run it again; what is already stored is used again" }
    package var exitCode: ExitCode { .notProven }
}
