package import Model

/// What a copy sent, and what it could not.
package struct CopyReport: Sendable {
    /// Snapshots of which all that they need is there now.
    package internal(set) var snapshots = 0
    /// The newest such of each set.
    package internal(set) var heads: [SetID: Head] = [:]
    /// Objects that were sent.
    package internal(set) var objects = 0
    /// Their bytes.
    package internal(set) var bytes: UInt64 = 0
    /// Objects that were there before.
    package internal(set) var present = 0
    /// What is wrong with a source, or with the target.
    package internal(set) var findings: [Finding] = []
    /// Snapshots that are not whole there, for something that they need could not be brought.
    package internal(set) var incomplete: Set<SnapshotRef> = []

    /// Nothing yet.
    package init() {}

    /// The gravest of what was found; proven if nothing was.
    package var verdict: Verdict {
        Verdict(findings)
    }

    /// What is said of one set: what was found of its snapshots, and of no snapshot in particular.
    package func verdict(of set: SetID) -> Verdict {
        Verdict(
            findings.filter { finding in
                finding.breaks.isEmpty || finding.breaks.contains { $0.set == set }
            }
        )
    }

    /// Adds what is wrong with the target besides.
    package mutating func add(_ findings: [Finding]) {
        self.findings += findings
    }

    /// Adds what was carried.
    ///
    /// - Parameters:
    ///   - carried: what became of it.
    ///   - refs: the snapshots that need what lies under a key.
    mutating func add(_ carried: ObjectCarrier.Carried, breaking refs: (String) -> [SnapshotRef]) {
        objects += carried.objects
        bytes += carried.bytes
        present += carried.present
        findings += carried.findings.map { finding in
            guard case .object(let key) = finding.subject, finding.breaks.isEmpty else {
                return finding
            }
            return Finding(
                finding.code,
                finding.subject,
                evidence: finding.evidence,
                breaks: refs(key)
            )
        }
    }
}
