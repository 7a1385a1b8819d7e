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
