/// What a check concluded from the evidence it was given.
package enum Judgement: Hashable, Sendable {
    /// The evidence shows that the rule holds.
    case holds
    /// The evidence shows that it does not; at least one finding.
    case fails([Finding])
    /// The evidence was not enough. Never shown green.
    case couldNotTell([Finding])

    /// Judges by the weight of `findings`: any failure fails, else any doubt leaves it open.
    package init(_ findings: [Finding]) {
        if findings.contains(where: { $0.severity == .failure }) {
            self = .fails(findings)
        } else if findings.contains(where: { $0.severity == .doubt }) {
            self = .couldNotTell(findings)
        } else {
            self = .holds
        }
    }
}

/// What Toride says at the end of anything that proves: fail closed, three words and no fourth.
package enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// Shown, by evidence, to be so.
    case proven
    /// Shown, by evidence, not to be so.
    case failed
    /// Not shown: skipped, partial, unreadable, too old, could not tell.
    case notProven = "not-proven"

    /// The verdict that `findings` leave, if everything else was proven.
    package init(_ findings: some Sequence<Finding>) {
        var worst: Verdict = .proven
        for finding in findings {
            worst = worst.weaker(Verdict(severity: finding.severity))
        }
        self = worst
    }

    /// The weaker of the two: `failed` before `not-proven` before `proven`.
    package func weaker(_ other: Verdict) -> Verdict {
        rank <= other.rank ? self : other
    }

    private init(severity: Severity) {
        switch severity {
        case .failure: self = .failed
        case .doubt: self = .notProven
        case .notice: self = .proven
        }
    }

    private var rank: Int {
        switch self {
        case .failed: 0
        case .notProven: 1
        case .proven: 2
        }
    }
}
