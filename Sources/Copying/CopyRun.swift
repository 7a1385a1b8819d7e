import Format
package import Model
package import ObjectStore
import Primitives
package import Repository
package import Workers

/// Brings to a store what the snapshots of some sets need there, from any store that has it whole,
/// and never through the plaintext.
///
/// Goes by snapshot, the oldest first, and within one in the order in which a backup writes: keys,
/// packs, indexes, list pages, manifest; then the records. So a copy that was cut short is whole up
/// to a number, and its manifests name nothing that is not there. What is there at full size is not
/// sent again, so nothing needs to be remembered to go on.
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

    /// Told now and then how far it is with the objects of a snapshot: bytes that were sent, and
    /// those that are to be.
    package typealias Progress = @Sendable (_ done: UInt64, _ total: UInt64) -> Void

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
    package func run(progress: @escaping Progress = { _, _ in }) throws -> CopyReport {
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
            for stored in history.manifests[set] ?? [] where stored.isTrusted {
                try stop.check()
                guard let size = sizes[stored.storeKey] else {
                    continue  // It is gone since it was read; a verification tells that.
                }
                try copy(stored, size, &presence, &report, progress)
            }
        }
        try copyRecords(from: source.store, &presence, &report, progress)
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

    // MARK: - One snapshot

    private func copy(
        _ stored: StoredManifest,
        _ size: UInt64,
        _ presence: inout Presence,
        _ report: inout CopyReport,
        _ progress: @escaping Progress
    ) throws {
        let ref = stored.manifest.ref
        let (pages, needed) = try needs(of: stored, presence, &report)
        for kind in [ObjectKind.key, .pack, .index] {
            let items = needed.filter { $0.kind == kind }
            try carry(items, ref, &presence, &report, progress)
        }
        guard !report.incomplete.contains(ref) else {
            return  // Its pages would name what is not there.
        }
        try carry(pages, ref, &presence, &report, progress)
        let manifest = ObjectCarrier.Item(key: stored.storeKey, name: stored.name, size: size)
        try carry([manifest], ref, &presence, &report, progress)
        if !report.incomplete.contains(ref) {
            report.snapshots += 1
            report.heads[ref.set] = stored.head
        }
    }

    /// A snapshot's list pages, and what those name that were not carried before.
    private func needs(
        of stored: StoredManifest,
        _ presence: Presence,
        _ report: inout CopyReport
    ) throws(StoreError) -> (pages: [ObjectCarrier.Item], objects: [ObjectCarrier.Item]) {
        let ref = stored.manifest.ref
        var pages: [ObjectCarrier.Item] = []
        var objects: [ObjectCarrier.Item] = []
        for name in stored.manifest.pages {
            let key = StoreKey.list(name)
            // A page that was carried has brought all that it names.
            guard !presence.isDone(key) else {
                continue
            }
            guard let bytes = try carrier.read(page: name, breaking: ref, &report) else {
                report.incomplete.insert(ref)
                continue
            }
            pages.append(ObjectCarrier.Item(key: key, name: name, size: UInt64(bytes.count)))
            do throws(FormatError) {
                let entries = try ListPage(decoding: bytes).entries
                objects += entries.map { ObjectCarrier.Item($0.object) }
            } catch {
                report.incomplete.insert(ref)
                report.findings.append(
                    Finding(
                        .manifestListInvalid,
                        .object(key),
                        evidence: ["reason": error.description],
                        breaks: [ref]
                    )
                )
            }
        }
        return (pages, objects)
    }

    private func carry(
        _ items: [ObjectCarrier.Item],
        _ ref: SnapshotRef?,
        _ presence: inout Presence,
        _ report: inout CopyReport,
        _ progress: @escaping Progress
    ) throws {
        var absent: [ObjectCarrier.Item] = []
        var present: [ObjectCarrier.Item] = []
        for item in items where !presence.isDone(item.key) {
            switch presence.look(for: item) {
            case .absent: absent.append(item)
            case .whole: present.append(item)
            case .otherSize(let size):
                let finding = Finding(
                    .objectDamaged,
                    .object(item.key),
                    evidence: [
                        "bytes": "\(size)", "bytesExpected": "\(item.size)",
                        "store": request.target.place,
                    ],
                    breaks: ref.map { [$0] } ?? []
                )
                report.note(finding, breaking: ref)
            }
        }
        let carried = try carrier.carry(absent, present, breaking: ref, progress)
        report.add(carried, breaking: ref)
        presence.note(carried.done)
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
        try carry(keys.sorted { $0.key < $1.key }, nil, &presence, &report, progress)
        let records = try source.list(prefix: "records/").compactMap { object in
            StoredKind(key: object.key).name.map {
                ObjectCarrier.Item(key: object.key, name: $0, size: object.size)
            }
        }
        try carry(records.sorted { $0.key < $1.key }, nil, &presence, &report, progress)
    }
}
