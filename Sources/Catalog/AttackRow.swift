package import Model

/// What this host tried against one of its stores, and how that stood it.
package struct AttackRow: Hashable, Sendable {
    /// What was attacked: the store's name and place.
    package var store: String
    /// When it began, by the host's clock; whole seconds.
    package var started: Timestamp
    /// When it ended; whole seconds.
    package var finished: Timestamp
    /// `proven` if nothing was harmed, and everything was answered.
    package var verdict: Verdict
    /// What was tried, answered and seen, as a JSON array (FORMAT.md §13.1).
    package var attempts: String
    /// Where the signed record lies; nil if there is none.
    package var recordKey: String?

    /// States an attack.
    package init(
        store: String,
        started: Timestamp,
        finished: Timestamp,
        verdict: Verdict,
        attempts: String,
        recordKey: String?
    ) {
        self.store = store
        self.started = started
        self.finished = finished
        self.verdict = verdict
        self.attempts = attempts
        self.recordKey = recordKey
    }
}
