import Format
package import Model

/// Judges whether the manifests of one set are a chain: numbered from 1 without a gap, each naming
/// the one before it, and as new as someone remembers.
///
/// Pure: the manifests and the memory are given.
package enum Chain {
    /// Judges one set.
    ///
    /// - Parameters:
    ///   - set: which.
    ///   - manifests: all of it that could be read, rising by sequence.
    ///   - heads: what anyone remembers: the catalog, the operator.
    /// - Returns: what is wrong; nothing if it is a chain that reaches every head.
    package static func judge(
        _ set: SetID, _ manifests: [StoredManifest], heads: [Head]
    ) -> [Finding] {
        order(set, manifests) + links(manifests) + freshness(set, manifests, heads)
    }

    private static func order(_ set: SetID, _ manifests: [StoredManifest]) -> [Finding] {
        var findings: [Finding] = []
        var expected: UInt64 = 1
        for stored in manifests {
            let sequence = stored.manifest.sequence
            if sequence < expected {
                findings.append(
                    Finding(
                        .historyForked, .object(stored.storeKey),
                        evidence: ["sequence": "\(sequence)"], breaks: [stored.manifest.ref]))
            } else if sequence > expected {
                let missing = expected..<sequence
                findings.append(
                    Finding(
                        .sequenceGap, .set(set),
                        evidence: ["first": "\(missing.lowerBound)", "count": "\(missing.count)"],
                        breaks: missing.prefix(64).map { SnapshotRef(set: set, sequence: $0) }))
            }
            expected = max(expected, sequence &+ 1)
        }
        return findings
    }

    private static func links(_ manifests: [StoredManifest]) -> [Finding] {
        var findings: [Finding] = []
        for (before, after) in zip(manifests, manifests.dropFirst()) {
            if after.manifest.sequence == before.manifest.sequence &+ 1,
                after.manifest.previous != before.name
            {
                findings.append(
                    Finding(
                        .chainBroken, .object(after.storeKey),
                        evidence: ["previous": after.manifest.previous?.hex ?? "none"],
                        breaks: [after.manifest.ref]))
            }
            if after.manifest.recipients != before.manifest.recipients {
                findings.append(
                    Finding(
                        .recipientsChanged, .snapshot(after.manifest.ref),
                        evidence: [
                            "before": "\(before.manifest.recipients.count)",
                            "after": "\(after.manifest.recipients.count)",
                        ]))
            }
        }
        return findings
    }

    private static func freshness(
        _ set: SetID, _ manifests: [StoredManifest], _ heads: [Head]
    ) -> [Finding] {
        let newest = manifests.last?.manifest.sequence ?? 0
        return heads.compactMap { head in
            if head.sequence > newest {
                let missing = (newest + 1)...head.sequence
                return Finding(
                    .headBehind, .set(set),
                    evidence: ["newest": "\(newest)", "remembered": "\(head.sequence)"],
                    breaks: missing.prefix(64).map { SnapshotRef(set: set, sequence: $0) })
            }
            if manifests.contains(where: { $0.head == head }) {
                return nil
            }
            return Finding(
                .headDiffers, .set(set),
                evidence: ["sequence": "\(head.sequence)", "remembered": head.name.hex],
                breaks: [SnapshotRef(set: set, sequence: head.sequence)])
        }
    }
}
