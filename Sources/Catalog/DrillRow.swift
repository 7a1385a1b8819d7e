package import Model

/// A restore drill, aborted ones too, as the catalog keeps it.
package struct DrillRow: Hashable, Sendable {
    /// Names the drill; what `drill show` is given, or the beginning of it.
    package var id: String
    /// The plan's name in the configuration.
    package var plan: String
    /// The name of the set or of the group of sets that was restored.
    package var subject: String
    /// What was restored, rising.
    package var snapshots: [SnapshotRef]
    /// When it began, by the drill host's clock; whole seconds.
    package var started: Timestamp
    /// Nil if it never came to its end.
    package var finished: Timestamp?
    /// How deep it got, 0 to 4; nil if it proved nothing.
    package var level: Int?
    /// The verdict on the claim; `not-proven` until it ends.
    package var verdict: Verdict
    /// What was claimed, as JSON.
    package var claim: String
    /// The times of its steps, as JSON.
    package var steps: String
    /// Where the signed record lies; nil if there is none.
    package var recordKey: String?

    /// States a drill.
    package init(
        id: String,
        plan: String,
        subject: String,
        snapshots: [SnapshotRef],
        started: Timestamp,
        finished: Timestamp?,
        level: Int?,
        verdict: Verdict,
        claim: String,
        steps: String,
        recordKey: String?
    ) {
        self.id = id
        self.plan = plan
        self.subject = subject
        self.snapshots = snapshots.sorted()
        self.started = started
        self.finished = finished
        self.level = level
        self.verdict = verdict
        self.claim = claim
        self.steps = steps
        self.recordKey = recordKey
    }
}
