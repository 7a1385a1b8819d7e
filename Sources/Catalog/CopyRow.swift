package import Model

/// What a copy run brought of one set to one store.
package struct CopyRow: Hashable, Sendable {
    /// The set.
    package var set: SetID
    /// Where it was brought: the store's name and place.
    package var store: String
    /// When the run began, by the host's clock; whole seconds.
    package var started: Timestamp
    /// When it ended; whole seconds.
    package var finished: Timestamp
    /// `proven` if all of the set is there, whole and locked as the policy says.
    package var verdict: Verdict
    /// The newest snapshot of which all is there; nil if there is none.
    package var head: Head?

    /// States what was brought.
    package init(
        set: SetID,
        store: String,
        started: Timestamp,
        finished: Timestamp,
        verdict: Verdict,
        head: Head?
    ) {
        self.set = set
        self.store = store
        self.started = started
        self.finished = finished
        self.verdict = verdict
        self.head = head
    }
}
