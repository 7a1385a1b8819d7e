import Format
import Model
package import ObjectStore
package import Opening
import Repository
import Synchronization
package import Verification
package import Workers

/// Opens every chunk of the believed snapshots of a store with an identity, and judges what lies in
/// them: chunk ids, file lists, file digests.
///
/// It goes on from a verification without keys, whose report it completes: that one has shown that
/// the bytes are those that the signer listed; this one, that they are what they say they are.
/// Nothing is restored or written. Memory grows with the number of chunks, not of files:
/// docs/decisions/0005.
package struct DeepVerifier: Sendable {
    private let store: any ObjectStore
    private let stop: StopFlag
    private let piecesMax: Int

    /// Prepares to open what `store` holds.
    ///
    /// - Parameters:
    ///   - store: where the verified objects lie.
    ///   - stop: asked between chunks.
    ///   - piecesMax: how many pieces of files in bundles are judged at a time.
    package init(
        store: any ObjectStore,
        stop: StopFlag = StopFlag(),
        piecesMax: Int = Limits.claimedPiecesMax
    ) {
        self.store = store
        self.stop = stop
        self.piecesMax = piecesMax
    }

    /// Judges the snapshots that a report believes, and adds to it what is found.
    ///
    /// - Parameters:
    ///   - report: of the verification of the same store.
    ///   - identities: open the snapshots.
    ///   - progress: told of bytes that were opened and bytes to open.
    /// - Throws: ``Stopped``; ``StoreError`` or ``RepositoryError`` if the store cannot be looked
    ///   at.
    package func complete(
        _ report: inout VerificationReport,
        with identities: borrowing AgeIdentities,
        progress: @escaping Verifier.Progress = { _, _ in }
    ) throws {
        let findings = DeepFindings()
        var epochs: [EpochVerifier] = []
        for group in groups(of: report.believed) {
            guard let first = group.first?.manifest else {
                continue
            }
            // As the manifests know it: a lost descriptor is told, and keeps nobody from looking.
            let descriptor = Descriptor(repository: first.repository)
            let epoch = EpochVerifier(
                Repository(store: store, knownAs: descriptor),
                SetEpoch(set: first.set, epoch: first.epoch),
                findings,
                BundleClaims(piecesMax: piecesMax),
                stop
            )
            for stored in group {
                try epoch.open(stored, with: identities)
            }
            epochs.append(epoch)
        }
        let total = epochs.reduce(0) { $0 &+ $1.bytes }
        let done = Counter()
        var deep = VerificationReport.Deep()
        // What is done is let go: its chunks are as many as those of the next.
        epochs.reverse()
        while let epoch = epochs.popLast() {
            try epoch.run { progress(done.add($0), total) }
            deep.snapshots += epoch.snapshotCount
            deep.chunks += epoch.chunkCount
        }
        deep.falseEpochs = findings.falseEpochs
        report.findings += findings.all
        report.deep = deep
    }

    /// The snapshots by set and secret, which share chunks; the older before the newer.
    private func groups(of believed: [StoredManifest]) -> [[StoredManifest]] {
        struct Key: Hashable {
            let set: SetID
            let secret: KeyID
        }
        let groups = Dictionary(grouping: believed) {
            Key(set: $0.manifest.set, secret: $0.manifest.secret)
        }
        return groups.values.sorted { one, other in
            guard let one = one.first?.manifest.ref, let other = other.first?.manifest.ref else {
                return false
            }
            return one < other
        }
    }

    private final class Counter: Sendable {
        private let value = Atomic<UInt64>(0)

        func add(_ bytes: UInt64) -> UInt64 { value.add(bytes, ordering: .relaxed).newValue }
    }
}
