import Clinical
import Configuration
import Drills
import Format
import HostState
import Jobs
import Model
import Primitives
import Recovery

extension DrillJob {
    /// What judges a set's snapshot, and from level 2 on restores it.
    ///
    /// - Parameters:
    ///   - chosen: the snapshot.
    ///   - sample: of which files; nil for all.
    /// - Returns: the part.
    /// - Throws: if the snapshot's signer cannot be told.
    func part(_ chosen: DrillChoice.Chosen, _ sample: SampleRequest?) throws -> any DrillPart {
        let set = chosen.set
        guard plan.level >= .files, let snapshot = chosen.snapshot else {
            return CopiesPart(
                set: set.name,
                stored: chosen.stored,
                cut: chosen.cut,
                in: chosen.repository,
                depth: plan.level == .copies ? .presence : .bits,
                stop: stop
            )
        }
        return restoring(set, snapshot, signedBy: try signer(of: chosen.stored), sample)
    }

    private func restoring(
        _ set: Configuration.BackupSet,
        _ snapshot: OpenedSnapshot,
        signedBy signer: VerifyingKey?,
        _ sample: SampleRequest?
    ) -> any DrillPart {
        switch set.source {
        case .files(let files):
            let canary = set.canary ? files.paths.first.map { FilesCanary.path(beneath: $0) } : nil
            return FilesPart(
                set: set.name,
                snapshot: snapshot,
                canaryPath: canary,
                signer: signer,
                stores: stores(of: set),
                orthanc: orthanc(of: set),
                application: application(of: set),
                sample: sample,
                stop: stop
            )
        case .command:
            return FilesPart(
                set: set.name,
                snapshot: snapshot,
                canaryPath: nil,
                application: application(of: set),
                stop: stop
            )
        case .postgresql where plan.level < .applications:
            // The dump comes back and is compared; unasked() says that nobody asked it.
            return FilesPart(set: set.name, snapshot: snapshot, canaryPath: nil, stop: stop)
        case .postgresql:
            return DatabasePart(
                set: set.name,
                snapshot: snapshot,
                questions: DatabasePart.Questions(
                    firstRecord: set.clinical?.firstRecord,
                    assertions: plan.assertions,
                    hidden: hidden,
                    application: application(of: set),
                    localOffset: site.configuration.site.standardOffsetSeconds
                ),
                signer: signer,
                stop: stop
            )
        }
    }

    /// Folders that no server and no program may see: the state and the stores.
    private var hidden: [String] {
        [site.state.path] + site.configuration.stores.compactMap(\.folder)
    }

    /// The plan's clinical sentinels, as a drill asks for them.
    func sentinels() -> [Sentinel] {
        plan.sentinels.map { sentinel in
            let question: Sentinel.Question =
                switch sentinel.question {
                case .query(let query): .query(query)
                case .file(let path): .file(RecordPath.relative(path))
                }
            return Sentinel(
                title: "\(plan.name)/\(sentinel.name)",
                set: sentinel.set,
                question: question,
                digest: sentinel.digest
            )
        }
    }

    /// Servers that a plan of a lower level leaves unasked: a dump that is whole need not load, and
    /// an image that is whole need not be found by its server.
    func unasked(_ sets: [Configuration.BackupSet]) -> [Finding] {
        guard plan.level < .applications else {
            return []
        }
        return sets.compactMap { set in
            set.server.map { server in
                Finding(
                    .partSkipped,
                    .named(set.name),
                    evidence: [
                        "reason": "\(server) was not asked", "level": "\(plan.level.rawValue)",
                    ]
                )
            }
        }
    }

    /// An image server is started only by a plan that asks for applications.
    private func orthanc(of set: Configuration.BackupSet) -> OrthancFolders? {
        guard plan.level >= .applications, let orthanc = set.clinical?.orthanc else {
            return nil
        }
        return OrthancFolders(
            storage: RecordPath.relative(orthanc.storage),
            index: RecordPath.relative(orthanc.index),
            hidden: hidden
        )
    }

    private func application(of set: Configuration.BackupSet) -> Application? {
        guard plan.level >= .applications else {
            return nil
        }
        return set.application.map { application in
            Application(
                start: application.start,
                probe: application.probe,
                readable: application.readable,
                user: application.user,
                timeout: application.timeout,
                hidden: hidden
            )
        }
    }

    private func stores(of set: Configuration.BackupSet) -> [StoreJudge.Store] {
        (set.clinical?.stores ?? []).map { store in
            StoreJudge.Store(
                root: RecordPath.relative(store.path),
                format: store.format,
                waived: Set(store.waived.keys),
                localOffset: site.configuration.site.standardOffsetSeconds,
                joined: Set(joins.flatMap { $0.relations(of: set.name, store.format) })
            )
        }
    }

    /// What must hold between the plan's sets.
    var joins: [ClinicalJoin] {
        guard case .group(let name) = plan.subject, plan.level >= .files else {
            return []
        }
        return site.configuration.group(named: name)?.joins ?? []
    }
}

extension Configuration.BackupSet {
    /// What has to run on the set's data so that it is of use; nil if files are all.
    fileprivate var server: String? {
        if case .postgresql = source {
            return "the database"
        }
        if clinical?.orthanc != nil {
            return "Orthanc"
        }
        return application.map { _ in "the application" }
    }
}
