import Format
package import Model
package import ObjectStore
import Primitives
package import Repository
package import Workers

/// Brings to a store what the snapshots of some sets need there, from any store that has it whole,
/// and never through the plaintext.
///
/// Goes by snapshot, the oldest first, and with each few in the order in which a backup writes:
/// keys, packs, indexes, list pages, manifests; then the records. So a copy that was cut short is
/// whole up to a number, and its manifests name nothing that is not there. What is there at full
/// size is not sent again, so nothing needs to be remembered to go on.
package struct CopyRun: Sendable {
    /// What is to be copied, and where to.
    package struct Request: Sendable {
        /// Where it is taken from: the first says what there is, the others help where an object of
        /// its is damaged. At least one.
        package let sources: [any ObjectStore]
        /// Where it is brought.
        package let target: any ObjectStore
        /// Which sets.
        package let sets: Set<SetID>
        /// Whose manifests are believed; those of others are not copied.
        package let signers: TrustedSigners
        /// Keeps others from signing records in the target while those of the source are brought.
        package var holdingRecords: @Sendable (() throws -> Void) throws -> Void = { try $0() }

        /// States what is to be copied.
        package init(
            from sources: [any ObjectStore],
            to target: any ObjectStore,
            sets: Set<SetID>,
            signers: TrustedSigners
        ) {
            precondition(!sources.isEmpty, "a copy of nothing")
            self.sources = sources
            self.target = target
            self.sets = sets
            self.signers = signers
        }
    }

    /// Told now and then how many bytes were sent. How many are to be is known only at the end.
    package typealias Progress = @Sendable (_ bytes: UInt64) -> Void

    private let request: Request
    private let carrier: ObjectCarrier
    private let stop: StopFlag

    /// Prepares to copy.
    ///
    /// - Parameters:
    ///   - request: what, and where to.
    ///   - clock: by which locks are judged and made longer.
    ///   - stop: asked between objects.
    package init(
        _ request: Request,
        clock: @escaping @Sendable () -> Timestamp,
        stop: StopFlag = StopFlag()
    ) {
        self.request = request
        self.stop = stop
        carrier = ObjectCarrier(
            sources: request.sources,
            target: request.target,
            locks: LockKeeper(request.target, clock: clock),
            stop: stop
        )
    }

    /// Copies.
    ///
    /// - Parameter progress: told how far it is.
    /// - Returns: what was sent, and what could not be.
    /// - Throws: ``CopyError`` if the target holds another repository; ``RepositoryError`` if the
    ///   first source or the target cannot be looked at or written; ``Stopped``.
    package func run(progress: @escaping Progress = { _ in }) throws -> CopyReport {
        let source = try Repository(opening: request.sources[0])
        try agree(on: source)
        var report = CopyReport()
        report.findings += try carrier.locks.protectionFindings()
        report.findings += try carrier.locks.versionFindings()
        report.findings += try carrier.locks.judgeOld(StoreKey.descriptor).map { [$0] } ?? []
        var history = try History(of: source.store, trusting: request.signers)
        history.keepOnly(
            repository: source.descriptor.repository,
            descriptor: source.descriptorDigest
        )
        report.findings += history.findings.filter { finding in
            finding.breaks.contains { request.sets.contains($0.set) }
        }
        var presence = try Presence(of: request.target)
        let sizes = try source.store.list(prefix: "snapshots/")
            .reduce(into: [:]) { $0[$1.key] = $1.size }
        for set in request.sets.sorted() {
            var batch = CopyBatch()
            for stored in history.manifests[set] ?? [] where stored.isTrusted {
                try stop.check()
                guard let size = sizes[stored.storeKey] else {
                    continue  // It is gone since it was read; a verification tells that.
                }
                report.findings += try batch.add(stored, size: size, presence) { page in
                    try carrier.read(page: page, breaking: stored.manifest.ref, &report)
                }
                if batch.isFull {
                    try ship(batch, &presence, &report, progress)
                    batch = CopyBatch()
                }
            }
            try ship(batch, &presence, &report, progress)
        }
        try request.holdingRecords {
            try copyRecords(from: source.store, &presence, &report, progress)
        }
        return report
    }

    /// A copy is of one repository: its descriptor is the same, byte for byte.
    private func agree(on source: Repository) throws {
        let target = request.target
        let there: Repository
        do throws(RepositoryError) {
            there = try Repository(opening: target)
        } catch .noRepository {
            guard try target.list(prefix: "snapshots/").isEmpty else {
                throw CopyError.descriptorMissing(place: target.place)
            }
            return try target.put(source.descriptor.encoded, at: StoreKey.descriptor)
        }
        guard there.descriptorDigest == source.descriptorDigest else {
            throw CopyError.otherRepository(place: target.place, source: source.store.place)
        }
    }

    // MARK: - Some snapshots

    /// Brings what some snapshots need, then their pages, then their manifests: one after the
    /// other, for a manifest whose predecessor is not there yet would look like a gap.
    private func ship(
        _ batch: CopyBatch,
        _ presence: inout Presence,
        _ report: inout CopyReport,
        _ progress: @escaping Progress
    ) throws {
        var failed: Set<String> = []
        for kind in [ObjectKind.key, .pack, .index] {
            let items = batch.objects.filter { $0.kind == kind }
            failed.formUnion(
                try carry(items, breaking: batch.refs, &presence, &report, progress)
            )
        }
        // A page must not name what is not there.
        let pages = batch.pages.filter { batch.isWhole($0.name, without: failed) }
        failed.formUnion(try carry(pages, breaking: batch.refs, &presence, &report, progress))
        for entry in batch.entries {
            try stop.check()
            let stored = entry.stored
            var isWhole = batch.isWhole(entry, without: failed)
            if isWhole {
                isWhole = try carry(
                    [entry.manifest],
                    breaking: batch.refs,
                    &presence,
                    &report,
                    progress
                ).isEmpty
            }
            guard isWhole else {
                report.incomplete.insert(stored.manifest.ref)
                continue
            }
            report.snapshots += 1
            report.heads[stored.manifest.set] = stored.head
        }
    }

    /// Brings objects, those apart that the run has dealt with.
    ///
    /// - Returns: the keys of those that do not lie at the target as they must.
    private func carry(
        _ items: [ObjectCarrier.Item],
        breaking refs: (String) -> [SnapshotRef] = { _ in [] },
        _ presence: inout Presence,
        _ report: inout CopyReport,
        _ progress: @escaping Progress
    ) throws -> Set<String> {
        var absent: [ObjectCarrier.Item] = []
        var present: [ObjectCarrier.Item] = []
        var failed: Set<String> = []
        for item in items where !presence.isDone(item.key) {
            switch presence.look(for: item) {
            case .absent: absent.append(item)
            case .whole: present.append(item)
            case .otherSize(let size):
                failed.insert(item.key)
                report.findings.append(
                    Finding(
                        .objectDamaged,
                        .object(item.key),
                        evidence: [
                            "bytes": "\(size)", "bytesExpected": "\(item.size)",
                            "store": request.target.place,
                        ],
                        breaks: refs(item.key)
                    )
                )
            }
        }
        let before = report.bytes
        let carried = try carrier.carry(absent, present) { progress(before &+ $0) }
        report.add(carried, breaking: refs)
        presence.note(carried.done)
        return failed.union(carried.failed)
    }

    // MARK: - Records

    /// Records last: those of rewraps name key objects, which go before them.
    private func copyRecords(
        from source: any ObjectStore,
        _ presence: inout Presence,
        _ report: inout CopyReport,
        _ progress: @escaping Progress
    ) throws {
        try stop.check()
        let rewraps = try Rewraps(of: source, trusting: request.signers)
        let keys = rewraps.stored
            .filter { $0.isTrusted && request.sets.contains($0.rewrap.set) }
            .flatMap { $0.rewrap.objects.values.map { ObjectCarrier.Item($0) } }
        _ = try carry(keys.sorted { $0.key < $1.key }, &presence, &report, progress)
        let listed = try source.list(prefix: "records/")
        let own = try OwnChains(
            in: request.target,
            without: Set(listed.map(\.key)),
            trusting: request.signers
        )
        var records = listed.filter { !own.contain($0.key) }.compactMap(ObjectCarrier.Item.init)
        // Nobody else looks after their locks.
        records += own.objects.compactMap(ObjectCarrier.Item.init)
            .filter { presence.look(for: $0) == .whole }
        _ = try carry(records.sorted { $0.key < $1.key }, &presence, &report, progress)
    }
}
