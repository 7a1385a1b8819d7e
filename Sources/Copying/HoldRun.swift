import Format
import Model
package import ObjectStore
package import Repository
import Synchronization
package import Workers

/// Puts all that a snapshot needs in a bucket under a legal hold, looks whether it is, or ends it.
///
/// Whoever may set a hold may lift it: against a thief of this host's credentials it is one only if
/// others set it (docs/decisions/0019).
package struct HoldRun: Sendable {
    /// Told now and then how many bytes of objects were dealt with, and how many there are.
    package typealias Progress = @Sendable (_ bytes: UInt64, _ total: UInt64) -> Void

    private let store: any ObjectStore
    private let bucket: any LockableStore
    private let stop: StopFlag

    /// Prepares.
    ///
    /// - Parameters:
    ///   - store: in which the snapshots lie.
    ///   - stop: asked between objects.
    /// - Throws: ``StoreError/unavailable(place:reason:hint:)`` if it is no bucket.
    package init(
        _ store: any ObjectStore,
        stop: StopFlag = StopFlag()
    ) throws(StoreError) {
        self.store = store
        self.stop = stop
        bucket = try HoldKeeper.bucket(of: store)
    }

    /// Holds all that a snapshot needs, and reads each hold back. What is held already stays so.
    ///
    /// - Parameters:
    ///   - snapshot: its manifest, as it lies in the store.
    ///   - progress: told how far it is.
    /// - Returns: what is held, and what could not be.
    /// - Throws: ``StoreError`` if the store cannot be asked; ``Stopped``.
    package func place(
        _ snapshot: StoredManifest,
        progress: @escaping Progress = { _, _ in }
    ) throws -> HoldReport {
        try run(.place, on: try needs(of: [snapshot]), progress: progress)
    }

    /// Looks whether all that snapshots need is held, and changes nothing.
    ///
    /// - Parameter snapshots: their manifests, as they lie in the store.
    /// - Returns: what is held, and what is not.
    /// - Throws: ``StoreError`` if the store cannot be asked; ``Stopped``.
    package func check(_ snapshots: [StoredManifest]) throws -> HoldReport {
        try run(.check, on: try needs(of: snapshots))
    }

    /// Releases what snapshots need and no other held one does: nothing, while it is not known what
    /// these or the others need. Of a list that is gone nobody can know it any more, and what it
    /// alone named stays held.
    ///
    /// - Parameters:
    ///   - snapshots: their manifests, as they lie in the store.
    ///   - held: those of the snapshots that stay held there.
    ///   - progress: told how far it is.
    /// - Returns: what is held no more, and what stays.
    /// - Throws: ``StoreError`` if the store refuses, or cannot be asked; ``Stopped``.
    package func release(
        _ snapshots: [StoredManifest],
        keeping held: [StoredManifest],
        progress: @escaping Progress = { _, _ in }
    ) throws -> HoldReport {
        let others = try needs(of: held)
        let own = try needs(of: snapshots)
        let gone = own.findings.filter { $0.code == .objectMissing }
        // What a list named that both have lost none can lift: it need not be known.
        let unknown = others.findings.filter { finding in
            finding.code != .objectMissing || !gone.contains { $0.subject == finding.subject }
        }
        guard unknown.isEmpty, gone.count == own.findings.count else {
            return HoldReport(findings: others.findings + own.findings, isBlocked: true)
        }
        var kept = Set(others.batch.items.map(\.key))
        if !held.isEmpty {
            kept.insert(StoreKey.descriptor)
        }
        return try run(.release, on: own, except: kept, progress: progress)
    }

    // MARK: - All that is needed

    /// What snapshots need, as far as their list pages tell.
    private struct Needs {
        var batch = CopyBatch()
        /// What is wrong with pages: of each that could not be read there is one.
        var findings: [Finding] = []
    }

    private func needs(of snapshots: [StoredManifest]) throws -> Needs {
        let sources = ObjectSources(stores: [store])
        var needs = Needs()
        for stored in snapshots {
            try stop.check()
            // One that is gone since it was read is missing when its turn comes.
            let size = try store.size(of: stored.storeKey) ?? 0
            var unread: [Finding] = []
            // Nothing is carried here, so that no page is passed over.
            let wrong = try needs.batch.add(stored, size: size, Presence()) { page in
                let found = try sources.fetch(page: page, breaking: stored.manifest.ref)
                unread += found.findings
                return found.bytes
            }
            needs.findings += unread + wrong
        }
        return needs
    }

    private func run(
        _ act: HoldRound.Act,
        on needs: Needs,
        except kept: Set<String> = [],
        progress: @escaping Progress = { _, _ in }
    ) throws -> HoldReport {
        let batch = needs.batch
        var items = batch.items
        if let first = batch.entries.first {
            items.insert(try descriptor(of: first.stored), at: 0)
        }
        let free = items.filter { !kept.contains($0.key) }
        let keeper = try HoldKeeper(of: bucket)
        let round = HoldRound(
            act,
            free,
            keeper,
            isEnforced: try act == .release || keeper.isEnforcing(),
            HoldReport(findings: needs.findings, kept: items.count - free.count)
        )
        Workers.run(min(ObjectCarrier.workers, free.count)) { _ in round.work(stop, progress) }
        try stop.check()
        if let error = round.failure.withLock({ $0 }) {
            throw error
        }
        var report = round.report.withLock { $0 }
        report.findings += findings(of: round.flaws.withLock { $0 }, in: batch)
        return report
    }

    /// What says which repository it is: every snapshot needs it.
    private func descriptor(
        of stored: StoredManifest
    ) throws(StoreError) -> ObjectCarrier.Item {
        ObjectCarrier.Item(
            key: StoreKey.descriptor,
            name: ObjectName(stored.manifest.descriptor),
            size: try store.size(of: StoreKey.descriptor) ?? 0
        )
    }

    /// One finding for each cause: who may not look sees none of thousands.
    private func findings(
        of flaws: [HoldKeeper.Flaw: Set<String>],
        in batch: CopyBatch
    ) -> [Finding] {
        flaws.sorted { $0.key < $1.key }.compactMap { flaw, keys in
            guard let first = keys.min() else {
                return nil
            }
            var evidence = ["store": store.place]
            evidence["reason"] = flaw.reason
            evidence["count"] = keys.count > 1 ? "\(keys.count)" : nil
            let isOfAll = keys.contains(StoreKey.descriptor)
            return Finding(
                flaw.code,
                .object(first),
                evidence: evidence,
                breaks: isOfAll
                    ? batch.entries.map(\.stored.manifest.ref) : batch.refs(ofAny: keys)
            )
        }
    }
}
