package import Model

/// A keyless verification of one store, as the catalog keeps it.
package struct VerificationRow: Hashable, Sendable {
    /// The store's name in the configuration.
    package var store: String
    /// When it began, by the clock of whoever verified; whole seconds.
    package var started: Timestamp
    /// When it ended.
    package var finished: Timestamp
    /// The verdict on the claim.
    package var verdict: Verdict
    /// What was claimed, as JSON.
    package var claim: String
    /// How many objects were read to the end.
    package var objects: UInt64
    /// How many bytes these were.
    package var bytes: UInt64
    /// What was found, as a JSON array, with tokens for paths and tables.
    package var findings: String
    /// The sets that were judged, those that the store lacked altogether among them.
    package let sets: Set<SetID>
    /// The newest manifest of each in that store.
    package let heads: [SetID: Head]
    /// Where the signed record lies; nil if there is none.
    package var recordKey: String?

    /// States a verification. Whoever has a head is among the sets, named or not.
    package init(
        store: String,
        started: Timestamp,
        finished: Timestamp,
        verdict: Verdict,
        claim: String,
        objects: UInt64,
        bytes: UInt64,
        findings: String,
        sets: Set<SetID>,
        heads: [SetID: Head],
        recordKey: String?
    ) {
        self.store = store
        self.started = started
        self.finished = finished
        self.verdict = verdict
        self.claim = claim
        self.objects = objects
        self.bytes = bytes
        self.findings = findings
        self.sets = sets.union(heads.keys)
        self.heads = heads
        self.recordKey = recordKey
    }
}
