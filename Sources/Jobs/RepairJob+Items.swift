import Copying
import Format
import Model
import ObjectStore
import Repository
import Verification

extension RepairJob {
    /// Codes of findings about the bytes of one object.
    private static let codes: Set<FindingCode> = [
        .objectMissing, .objectDamaged, .objectMisnamed, .objectUnreadable, .manifestDamaged,
        .recordDamaged, .descriptorMissing, .descriptorDamaged,
    ]

    /// What of a store can be put right by other bytes.
    ///
    /// - Parameters:
    ///   - found: what a verification of it found.
    ///   - part: what was asked of it.
    ///   - sources: the other stores.
    /// - Returns: each object once.
    func items(
        _ found: VerificationReport,
        _ part: VerifyPlan.Part,
        _ sources: [any ObjectStore]
    ) -> [RepairPlan.Item] {
        var items: [RepairPlan.Item] = []
        var keys: Set<String> = []
        let descriptor = found.believed.last?.manifest.descriptor
        let whole = Set(found.whole.map(\.key))
        let findings = found.findings + lostManifests(found, part, sources)
        for finding in findings where Self.codes.contains(finding.code) {
            guard case .object(let key) = finding.subject, !whole.contains(key) else {
                continue
            }
            // The hash of the descriptor stands in every manifest.
            let name =
                StoredKind(key: key) == .descriptor
                ? descriptor.map { ObjectName($0) } : StoredKind(key: key).name
            if let name, keys.insert(key).inserted {
                items.append(RepairPlan.Item(key: key, name: name, finding: finding))
            }
        }
        return items
    }

    /// Manifests that other stores have, up to the newest that this host remembers here: of one
    /// that is gone a verification sees only the gap.
    private func lostManifests(
        _ found: VerificationReport,
        _ part: VerifyPlan.Part,
        _ sources: [any ObjectStore]
    ) -> [Finding] {
        // Beside one that is there another of the same number would be a fork.
        var present: Set<SnapshotRef> = []
        for object in found.listed {
            if case .manifest(let set, let sequence, _) = StoredKind(key: object.key) {
                present.insert(SnapshotRef(set: set, sequence: sequence))
            }
        }
        var lost: [Finding] = []
        for source in sources {
            // What cannot be looked at has nothing to give.
            guard let history = try? History(of: source, trusting: part.request.signers) else {
                continue
            }
            for (set, heads) in part.request.heads {
                let lacking = (history.manifests[set] ?? []).filter { stored in
                    stored.isTrusted && !present.contains(stored.manifest.ref)
                        && isRemembered(stored, heads)
                }
                lost += lacking.map { stored in
                    Finding(
                        .objectMissing,
                        .object(stored.storeKey),
                        breaks: [stored.manifest.ref]
                    )
                }
            }
        }
        return lost.sorted { $0.breaks.lexicographicallyPrecedes($1.breaks) }
    }

    /// Whether a manifest lies below a head that is remembered, or is it.
    private func isRemembered(_ stored: StoredManifest, _ heads: [Head]) -> Bool {
        heads.contains { head in
            head == stored.head || stored.manifest.sequence < head.sequence
        }
    }
}
