package import Model

/// One attempt of the daemon at a job: what catching up after a downtime goes by.
package struct RunRow: Hashable, Sendable {
    /// The set's, the store's or the drill plan's name in the configuration. Not an id: a first
    /// backup may fail before its set has one.
    package var name: String
    /// What was attempted.
    package var kind: JobKind
    /// The moment of the schedule that it answers; nil if somebody asked for it.
    package var due: Timestamp?
    /// When it began; whole seconds.
    package var started: Timestamp
    /// When and how it ended; nil while it runs, and for ever if the daemon died.
    package var end: End?

    /// How an attempt ended.
    package struct End: Hashable, Sendable {
        /// When; whole seconds.
        package var finished: Timestamp
        /// With what, as a program's exit would tell it.
        package var outcome: ExitCode

        /// Whether it answers what was asked, with whatever verdict; else nobody could look.
        package var isAnswer: Bool {
            switch outcome {
            case .done, .failed, .notProven: true
            case .usage, .couldNotLook, .internalFault: false
            }
        }

        /// States an end.
        package init(finished: Timestamp, outcome: ExitCode) {
            self.finished = finished
            self.outcome = outcome
        }
    }

    /// States an attempt.
    package init(
        name: String,
        kind: JobKind,
        due: Timestamp?,
        started: Timestamp,
        end: End? = nil
    ) {
        self.name = name
        self.kind = kind
        self.due = due
        self.started = started
        self.end = end
    }
}
