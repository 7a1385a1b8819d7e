/// Something that is wrong with the data, or that its keeper must know: a value, never a throw.
package struct Finding: Hashable, Sendable {
    /// The stable code: what scripts, records and FINDINGS.md know it by.
    package let code: FindingCode
    /// What it is about.
    package let subject: Subject
    /// Facts that lead to it, by name. Free of patient data: sizes, digests, sequence numbers.
    package let evidence: [String: String]
    /// The snapshots that it breaks, as far as is known.
    package let breaks: [SnapshotRef]
    /// What an error or a server said of it. It may name a file or quote a row, so it is for the
    /// operator's own terminal: logs lack it, and records and programs get a token.
    package let detail: String?

    /// States a finding.
    package init(
        _ code: FindingCode,
        _ subject: Subject,
        evidence: [String: String] = [:],
        breaks: [SnapshotRef] = [],
        detail: String? = nil
    ) {
        self.code = code
        self.subject = subject
        self.evidence = evidence
        self.breaks = breaks
        self.detail = detail
    }

    /// Whether the data is bad, or only its keeper must know.
    package var severity: Severity { code.severity }
}

/// How much a finding weighs.
package enum Severity: String, Hashable, Sendable {
    /// The data is bad: the verdict is `failed`.
    case failure
    /// Something could not be proven: the verdict is `not-proven` at best.
    case doubt
    /// Worth telling; changes no verdict.
    case notice
}

/// What a finding is about. Holds no secret and no patient data except ``path(_:)`` and
/// ``table(_:)``, which records show as tokens only.
package enum Subject: Hashable, Sendable {
    /// The whole repository, or its descriptor.
    case repository
    /// A stored object, by its key in the store.
    case object(String)
    /// One snapshot.
    case snapshot(SnapshotRef)
    /// A backup set, by its id.
    case set(SetID)
    /// A path of the source or of a restored tree: bytes, not text.
    case path([UInt8])
    /// A table of a database.
    case table(String)
    /// A named thing: a check, a control, a configuration key, a catalog row.
    case named(String)
}

/// A snapshot, named as anyone without keys can name it.
package struct SnapshotRef: Hashable, Comparable, Sendable {
    /// The set's public id.
    package let set: SetID
    /// The snapshot's number in its set, from 1.
    package let sequence: UInt64

    /// Names a snapshot.
    package init(set: SetID, sequence: UInt64) {
        self.set = set
        self.sequence = sequence
    }

    package static func < (one: SnapshotRef, other: SnapshotRef) -> Bool {
        (one.set, one.sequence) < (other.set, other.sequence)
    }
}
