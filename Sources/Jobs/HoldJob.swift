import Catalog
import Configuration
package import Copying
import FileSystem
import Format
import HostState
package import Model
import ObjectStore
import Repository
package import Workers

/// Puts a snapshot under a legal hold in a store of a site, or releases it, and keeps that it did.
package struct HoldJob {
    /// What is done.
    package enum Action: String, Hashable, Sendable {
        /// All that the snapshot needs is held.
        case place
        /// What no other held snapshot needs is released.
        case release
    }

    private let site: Site
    private let name: SnapshotName
    private let set: SetID
    private let store: Configuration.Store
    private let reason: String
    private let credentials: S3Location.Credentials?
    private let now: @Sendable () -> Timestamp
    private let stop: StopFlag

    /// Plans.
    ///
    /// - Parameters:
    ///   - site: whose store and snapshot.
    ///   - snapshot: as the operator typed it.
    ///   - store: the store's name.
    ///   - reason: as the operator typed it.
    ///   - credentials: somebody else's, who may hold and release; nil for this host's.
    ///   - now: the host's clock.
    ///   - stop: asked between objects.
    /// - Throws: ``HoldError``, ``SiteError`` or ``PlanError`` for what was typed;
    ///   ``HostStateError`` or ``CatalogError`` if ids cannot be read.
    package init(
        _ site: Site,
        snapshot: String,
        store: String,
        reason: String,
        credentials: S3Location.Credentials? = nil,
        now: @escaping @Sendable () -> Timestamp,
        stop: StopFlag
    ) throws {
        guard let name = SnapshotName(snapshot) else {
            throw HoldError.name(snapshot)
        }
        guard HoldRow.isReason(reason) else {
            throw HoldError.reason
        }
        guard let configured = site.configuration.store(named: store) else {
            throw SiteError.noSuchStore(store, known: site.configuration.stores.map(\.name))
        }
        guard credentials == nil || configured.folder == nil else {
            throw HoldError.noBucket(store)
        }
        set = try SetID(name.set, of: site)
        self.name = name
        self.site = site
        self.store = configured
        self.reason = reason
        self.credentials = credentials
        self.now = now
        self.stop = stop
    }

    /// Does it, signs what came of it, stores the record there and tells the catalog.
    ///
    /// - Parameters:
    ///   - action: what is to be done.
    ///   - progress: told how far it is.
    /// - Returns: what came of it.
    /// - Throws: ``HoldError`` if there is no such snapshot or hold, or another hold or release is
    ///   under way; ``StoreError``, ``RepositoryError`` or ``S3CredentialsError`` if the store
    ///   cannot be asked, or refuses to release; ``Stopped``; ``CatalogError``, ``HostStateError``
    ///   or ``CryptoError`` if it cannot be kept.
    package func run(
        _ action: Action,
        progress: @escaping HoldRun.Progress = { _, _ in }
    ) throws -> Outcome {
        try run(action, in: try site.open(store, as: credentials), progress)
    }

    /// Does it in a store that is open.
    ///
    /// - Parameters:
    ///   - action: what is to be done.
    ///   - opened: the store.
    ///   - progress: told how far it is.
    /// - Returns: what came of it.
    /// - Throws: as ``run(_:progress:)``.
    func run(
        _ action: Action,
        in opened: any ObjectStore,
        _ progress: @escaping HoldRun.Progress = { _, _ in }
    ) throws -> Outcome {
        let holds = try HoldRun(opened, stop: stop)
        let repository = try Repository(opening: opened)
        let catalog = try site.catalog()
        // What one places, another must not take for free meanwhile.
        let path = "\(site.state.path)/holds.lock"
        return try FileLock.hold(path, orThrow: HoldError.busy) {
            switch action {
            case .place: try place(holds, repository, catalog, progress)
            case .release: try release(holds, repository, catalog, progress)
            }
        }
    }

    // MARK: - Placing

    private func place(
        _ holds: HoldRun,
        _ repository: Repository,
        _ catalog: Catalog,
        _ progress: @escaping HoldRun.Progress
    ) throws -> Outcome {
        let started = now()
        let place = repository.store.place
        let stored = try find(in: repository)
        var row = HoldRow(
            set: set,
            head: stored.head,
            store: place,
            reason: reason,
            placed: started,
            recordKey: nil
        )
        // Before anything is held: were we killed, nobody would know what is.
        try catalog.record(hold: row)
        let report = try holds.place(stored, progress: progress)
        var outcome = Outcome(
            action: .place,
            snapshot: stored.manifest.ref,
            place: place,
            reason: reason,
            started: started,
            finished: now(),
            report: report,
            findings: report.findings
        )
        try sign(&outcome, of: [stored.name], at: place, in: repository)
        row.placed = outcome.finished
        row.recordKey = outcome.recordKey
        try catalog.record(hold: row)
        return outcome
    }

    /// The snapshot that is meant: of a signer who is believed.
    private func find(in repository: Repository) throws -> StoredManifest {
        let history = try HeldSnapshots.history(
            of: set,
            in: repository,
            trusting: try site.signers()
        )
        let believed = (history.manifests[set] ?? []).filter(\.isTrusted)
        let found = believed.meant(by: name.sequence)
        guard let only = found.first else {
            throw HoldError.noSuchSnapshot(name, place: repository.store.place)
        }
        guard found.count == 1 else {
            throw HoldError.ambiguous(name, place: repository.store.place)
        }
        return only
    }

    // MARK: - Releasing

    /// Releases a hold that the catalog or a record there knows, unless nothing can be lifted: then
    /// it stays as it is.
    private func release(
        _ holds: HoldRun,
        _ repository: Repository,
        _ catalog: Catalog,
        _ progress: @escaping HoldRun.Progress
    ) throws -> Outcome {
        let started = now()
        let place = repository.store.place
        let known = try KnownHolds(in: repository.store, of: site)
        let sequence = try name.sequence ?? find(in: repository).manifest.sequence
        let snapshot = SnapshotRef(set: set, sequence: sequence)
        let own = known.rows.filter { $0.snapshot == snapshot }
        guard !own.isEmpty || !known.findings.isEmpty else {
            throw HoldError.notHeld(name, place: place)
        }
        let (report, findings) = try lift(own, of: known, holds, repository, progress)
        var outcome = Outcome(
            action: .release,
            snapshot: snapshot,
            place: place,
            reason: reason,
            started: started,
            finished: own.reduce(now()) { max($0, $1.placed.adding(.seconds(1))) },
            report: report,
            findings: findings
        )
        if !report.isBlocked {
            try close(own, &outcome, repository, catalog)
        }
        return outcome
    }

    /// Lifts what holds need and no others do; nothing while that is not known.
    private func lift(
        _ own: [HoldRow],
        of known: KnownHolds,
        _ holds: HoldRun,
        _ repository: Repository,
        _ progress: @escaping HoldRun.Progress
    ) throws -> (report: HoldReport, findings: [Finding]) {
        let signers = try site.signers()
        let lifted = try HeldSnapshots(own, in: repository, trusting: signers)
        if !own.isEmpty, lifted.stored.isEmpty, lifted.unread.isEmpty {
            // Of what is lost nothing can be lifted: nothing need be known of the others.
            return (HoldReport(), lifted.lost)
        }
        let others = known.rows.filter { !own.contains($0) }
        let kept = try HeldSnapshots(others, in: repository, trusting: signers)
        let unknown = known.findings + lifted.unread + kept.unread + kept.lost
        guard unknown.isEmpty else {
            return (HoldReport(isBlocked: true), unknown + lifted.lost)
        }
        let report = try holds.release(lifted.stored, keeping: kept.stored, progress: progress)
        return (report, lifted.lost + report.findings)
    }

    /// By each name of the store by which the hold is known, so that it is over in every memory.
    private func close(
        _ holds: [HoldRow],
        _ outcome: inout Outcome,
        _ repository: Repository,
        _ catalog: Catalog
    ) throws {
        let places = Dictionary(grouping: holds, by: \.store).sorted { $0.key < $1.key }
        for (place, rows) in places {
            try sign(&outcome, of: rows.map(\.head.name), at: place, in: repository)
            try catalog.release(outcome.snapshot, in: place, at: outcome.finished)
        }
    }

    private func sign(
        _ outcome: inout Outcome,
        of names: [ObjectName],
        at place: String,
        in repository: Repository
    ) throws {
        do {
            outcome.recordKey = try SignedHistory(of: site)
                .append(outcome, of: names, at: place, in: repository)
        } catch let error as RepositoryError {
            outcome.findings.append(SignedHistory.notStored(.hold, error))
        }
    }
}
