import Format
package import Model

/// Judges whether the manifests of one set are a chain: numbered from 1 without a gap, each naming
/// the one before it, and as new as someone remembers.
///
/// Pure: the manifests and the memory are given.
package enum Chain {
    /// Snapshots that one finding names at most.
    private static let namedMax: UInt64 = 64

    /// Judges one set.
    ///
    /// - Parameters:
    ///   - set: which.
    ///   - manifests: all of it that could be read, rising by sequence.
    ///   - unread: the places of those that are there and could not be read, which is told of them;
    ///     here they leave no gap.
    ///   - heads: what anyone remembers: the catalog, the operator.
    /// - Returns: what is wrong; nothing if it is a chain that reaches every head.
    package static func judge(
        _ set: SetID,
        _ manifests: [StoredManifest],
        unread: [Head] = [],
        heads: [Head]
    ) -> [Finding] {
        let links = links(of: manifests)
        let places = (links.map(\.head) + unread + disowned(by: links, heads, among: manifests))
            .sorted { $0.sequence < $1.sequence }
        return forks(links) + gaps(set, places) + joints(links, places)
            + freshness(set, places, heads)
    }

    /// Judges only whether the manifests of a set reach every head; parameters as of
    /// ``judge(_:_:unread:heads:)``.
    package static func freshness(
        of set: SetID,
        _ manifests: [StoredManifest],
        unread: [Head] = [],
        heads: [Head]
    ) -> [Finding] {
        let links = links(of: manifests)
        let places = links.map(\.head) + unread + disowned(by: links, heads, among: manifests)
        return freshness(set, places.sorted { $0.sequence < $1.sequence }, heads)
    }

    /// The manifests of a set that are links of its chain.
    ///
    /// Anyone who can write into a store can put manifests of his own there. So where a believed
    /// signer has manifests, a stranger's count only where they fill a gap before the newest of
    /// his; they never make a gap, a fork or a newest. Where nobody is believed all count, but
    /// those whose signer is known and may not sign them.
    package static func links(of manifests: [StoredManifest]) -> [StoredManifest] {
        let manifests = manifests.filter { !$0.isRefused }
        let trusted = manifests.filter(\.isTrusted)
        guard let newest = trusted.last else {
            return manifests
        }
        let taken = Set(trusted.map(\.manifest.sequence))
        return manifests.filter { stored in
            let sequence = stored.manifest.sequence
            return stored.isTrusted
                || sequence < newest.manifest.sequence && !taken.contains(sequence)
        }
    }

    /// The places of manifests that are believed no longer and that someone remembers, or that a
    /// link or one of these names as the one before it: they were part of the chain, and leave no
    /// gap in it.
    private static func disowned(
        by links: [StoredManifest],
        _ heads: [Head],
        among manifests: [StoredManifest]
    ) -> [Head] {
        var refused = Dictionary(
            manifests.filter(\.isRefused).map { ($0.name, $0) },
            uniquingKeysWith: { one, _ in one }
        )
        var found: [Head] = []
        var names = links.compactMap(\.manifest.previous) + heads.map(\.name)
        while let name = names.popLast() {
            if let stored = refused.removeValue(forKey: name) {
                found.append(stored.head)
                names += [stored.manifest.previous].compactMap(\.self)
            }
        }
        return found
    }

    private static func forks(_ manifests: [StoredManifest]) -> [Finding] {
        let rivals = Dictionary(grouping: manifests, by: \.manifest.sequence)
        return manifests.filter { (rivals[$0.manifest.sequence] ?? []).count > 1 }.map { stored in
            Finding(
                .historyForked,
                .object(stored.storeKey),
                evidence: ["sequence": "\(stored.manifest.sequence)"],
                breaks: [stored.manifest.ref]
            )
        }
    }

    private static func gaps(_ set: SetID, _ places: [Head]) -> [Finding] {
        var findings: [Finding] = []
        var expected: UInt64 = 1
        for place in places {
            if place.sequence > expected {
                let missing = expected..<place.sequence
                findings.append(
                    Finding(
                        .sequenceGap,
                        .set(set),
                        evidence: ["first": "\(missing.lowerBound)", "count": "\(missing.count)"],
                        breaks: named(set, missing)
                    )
                )
            }
            expected = max(expected, place.sequence + 1)
        }
        return findings
    }

    private static func joints(_ manifests: [StoredManifest], _ places: [Head]) -> [Finding] {
        var findings: [Finding] = []
        let names = Dictionary(grouping: places, by: \.sequence).mapValues { $0.map(\.name) }
        for after in manifests {
            guard let before = names[after.manifest.sequence - 1] else {
                continue  // The first, or one after a gap, which is told.
            }
            if let previous = after.manifest.previous, before.contains(previous) {
                continue
            }
            findings.append(
                Finding(
                    .chainBroken,
                    .object(after.storeKey),
                    evidence: ["previous": after.manifest.previous?.hex ?? "none"],
                    breaks: [after.manifest.ref]
                )
            )
        }
        for (before, after) in zip(manifests, manifests.dropFirst())
        where after.manifest.recipients != before.manifest.recipients {
            findings.append(
                Finding(
                    .recipientsChanged,
                    .snapshot(after.manifest.ref),
                    evidence: [
                        "before": "\(before.manifest.recipients.count)",
                        "after": "\(after.manifest.recipients.count)",
                    ]
                )
            )
        }
        return findings
    }

    private static func freshness(
        _ set: SetID,
        _ places: [Head],
        _ heads: [Head]
    ) -> [Finding] {
        let newest = places.last?.sequence ?? 0
        return heads.compactMap { head in
            if places.contains(head) {
                return nil
            }
            if head.sequence > newest {
                // A remembered number may be anything up to 2⁶⁴ - 1: an operator typed it.
                let last = min(head.sequence, newest + namedMax)
                return Finding(
                    .headBehind,
                    .set(set),
                    evidence: ["newest": "\(newest)", "remembered": "\(head.sequence)"],
                    breaks: named(set, newest + 1..<last + 1)
                )
            }
            return Finding(
                .headDiffers,
                .set(set),
                evidence: ["sequence": "\(head.sequence)", "remembered": head.name.hex],
                breaks: [SnapshotRef(set: set, sequence: head.sequence)]
            )
        }
    }

    private static func named(_ set: SetID, _ missing: Range<UInt64>) -> [SnapshotRef] {
        missing.prefix(Int(namedMax)).map { SnapshotRef(set: set, sequence: $0) }
    }
}
