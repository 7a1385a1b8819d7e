import Model

/// What a deep verification finds, within bounds: of each code so many findings are kept, and of
/// the others how many there are and what they break.
final class DeepFindings {
    /// Most findings of one code that are told one by one.
    static let keptMax = 1_000

    private struct More {
        var count = 0
        var breaks: Set<SnapshotRef> = []
    }

    private var kept: [Finding] = []
    private var counts: [FindingCode: Int] = [:]
    private var more: [FindingCode: More] = [:]
    /// The newest epoch of each set of which something was shown to be false.
    private(set) var falseEpochs: [SetID: UInt64] = [:]

    /// States a finding.
    ///
    /// - Returns: its number, for ``add(_:toBreaksOf:)``; nil if there are too many of its code.
    @discardableResult
    func add(
        _ code: FindingCode,
        _ subject: Subject,
        _ evidence: [String: String] = [:],
        breaks: [SnapshotRef]
    ) -> Int? {
        counts[code, default: 0] += 1
        guard counts[code, default: 0] <= Self.keptMax else {
            more[code, default: More()].count += 1
            more[code, default: More()].breaks.formUnion(breaks)
            return nil
        }
        kept.append(Finding(code, subject, evidence: evidence, breaks: breaks))
        return kept.count - 1
    }

    /// Adds a snapshot to those that a finding breaks.
    func add(_ ref: SnapshotRef, toBreaksOf number: Int) {
        let old = kept[number]
        guard !old.breaks.contains(ref) else {
            return
        }
        kept[number] = Finding(
            old.code,
            old.subject,
            evidence: old.evidence,
            breaks: old.breaks + [ref],
            detail: old.detail
        )
    }

    /// Notes that what lies under a true hash is false, so that nothing of its epoch is believed.
    func distrust(_ manifest: SetEpoch) {
        falseEpochs[manifest.set] = max(falseEpochs[manifest.set] ?? 0, manifest.epoch)
    }

    /// All that was found, in the order of finding; then how much more of each code there is.
    var all: [Finding] {
        kept
            + more.sorted { $0.key.rawValue < $1.key.rawValue }.map { code, more in
                Finding(
                    code,
                    .named("more"),
                    evidence: ["more": "\(more.count)"],
                    breaks: more.breaks.sorted()
                )
            }
    }
}

/// A set and the epoch of its secret.
struct SetEpoch: Hashable {
    let set: SetID
    let epoch: UInt64
}
