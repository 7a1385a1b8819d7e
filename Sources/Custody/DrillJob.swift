import Catalog
package import Configuration
package import Drills
import FileSystem
import Format
import Glibc
import HostState
package import Jobs
package import Model
package import Opening
import Primitives
import Recovery
import Repository
package import Workers

/// One drill of one plan: finds the snapshots, restores, judges, signs the record, wipes.
///
/// Apart from `Jobs`, because it opens the past: the daemon does not link it.
package struct DrillJob {
    /// What came of a drill.
    package struct Outcome {
        /// The first 12 hex digits of the record's name; `toride drill show` takes it.
        package let id: String
        /// The plan's name in the configuration.
        package let plan: String
        /// What was found and what it comes to.
        package let result: DrillResult
        /// When each step was reached.
        package let timeline: DrillTimeline
        /// Where the signed record lies in the store.
        package let recordKey: String
        /// What was drilled, in the plan's order; `set` is the configured name.
        package let snapshots: [(set: String, ref: SnapshotRef)]
    }

    /// A snapshot to be drilled.
    private struct Opened {
        let set: Configuration.BackupSet
        let snapshot: OpenedSnapshot
        let repository: Repository
        /// What is wrong with choosing this one.
        let outdated: [Finding]
    }

    let site: Site
    let plan: Configuration.DrillPlan
    private let tool: String
    let stop: StopFlag
    private let now: @Sendable () -> Timestamp

    /// Prepares a drill.
    package init(
        site: Site,
        plan: Configuration.DrillPlan,
        tool: String,
        stop: StopFlag,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.site = site
        self.plan = plan
        self.tool = tool
        self.stop = stop
        self.now = now
    }

    /// Runs it.
    ///
    /// - Parameters:
    ///   - identities: the drill's.
    ///   - controls: how many sabotages are made.
    ///   - progress: told what is being done.
    ///   - injection: what tests do to the data; the program passes none.
    /// - Returns: what the signed record tells, with names in place of tokens.
    /// - Throws: if the drill could not begin. Once it has begun, what goes wrong is in the result.
    package func run(
        with identities: borrowing AgeIdentities,
        controls: ControlScope = .rotating,
        progress: @escaping (String) -> Void,
        injection: DrillInjection? = nil
    ) throws -> Outcome {
        var timeline = DrillTimeline()
        let started = now()
        let sets = site.configuration.sets(of: plan)
        guard let first = sets.first else {
            throw DrillJobError.nothingToDrill(plan.name)
        }
        try site.checkSupport(of: plan)
        timeline.reach(.keyOpened)
        let repository = try site.repository(in: try site.store(of: first))
        timeline.reach(.mediumReached)
        let scratch = try Scratch(site.scratchFolder, name: plan.name)
        defer { tellWhatIsLeft(scratch, progress) }
        let opened = try sets.map { set in
            try open(set, identities)
        }
        timeline.reach(.catalogChecked)
        try site.state.makeSigningKey(.drill)
        let signer = try site.state.signingKey(.drill)
        let records = RecordChain(.drill, of: signer.verifyingKey.signer, in: repository)
        let seed = try DrillJob.seed(
            try records.newest(signedBy: signer.verifyingKey),
            opened.map(\.snapshot.stored.name)
        )
        let context = DrillContext(
            scratch: scratch.path,
            seed: seed,
            controls: controls,
            timeline: timeline,
            progress: progress,
            injection: injection
        )
        let parts = try opened.map { try part($0.set, $0.snapshot) }
        let result = try DrillRun(
            request(scratch, opened.flatMap(\.outdated) + judgeLag(opened) + unasked(sets)),
            parts: parts,
            context: context
        ).run()
        if scratch.wipe() {
            context.timeline.reach(.wiped)
        }
        let tokens = try TokenMap()
        let facts = facts(context, opened.map(\.snapshot.stored), started: started)
        let statement = DrillStatement(facts, result, tokens: tokens)
        let stored = try site.state.holdRecords {
            try records.append(signedBy: signer) {
                statement.document(sequence: $0, previous: $1)
            }
        }
        try remember(stored, opened, tokens)
        try DrillDistrust(site.state).answer(
            result.findings,
            about: opened.map { .init(set: $0.set.name, snapshot: $0.snapshot, in: $0.repository) }
        )
        return Outcome(
            id: SignedHistory.drillID(stored),
            plan: plan.name,
            result: result,
            timeline: context.timeline,
            recordKey: stored.key,
            snapshots: opened.map { ($0.set.name, $0.snapshot.stored.manifest.ref) }
        )
    }

    private func tellWhatIsLeft(_ scratch: Scratch, _ progress: (String) -> Void) {
        if !scratch.wipe() {
            progress("restored data could not be removed from \(scratch.path): remove them")
        }
    }

    // MARK: - Before anything is restored

    /// Whether the sets of a group were taken near enough to each other to be one unit.
    private func judgeLag(_ opened: [Opened]) -> [Finding] {
        guard case .group(let name) = plan.subject,
            let lag = site.configuration.group(named: name)?.lag,
            let oldest = opened.map(\.snapshot.root.cut).min(),
            let newest = opened.map(\.snapshot.root.cut).max(), newest.since(oldest) > lag
        else {
            return []
        }
        return [
            Finding(
                .lagExceeded,
                .named(name),
                evidence: [
                    "maxSeconds": "\(lag.components.seconds)",
                    "measuredSeconds": "\(newest.since(oldest).components.seconds)",
                ]
            )
        ]
    }

    // MARK: - Parts

    private func open(
        _ set: Configuration.BackupSet,
        _ identities: borrowing AgeIdentities
    ) throws -> Opened {
        let store = try site.store(of: set)
        let found = try SnapshotFinder(site: site, store: store.name)
            .find("\(set.name)@latest", with: identities)
        guard found.isTrusted else {
            throw DrillJobError.strangeSigner(set.name)
        }
        return Opened(
            set: set,
            snapshot: try OpenedSnapshot(found.stored, in: found.repository, with: identities),
            repository: found.repository,
            outdated: found.outdated
        )
    }

    private func request(_ scratch: Scratch, _ findings: [Finding]) -> DrillRun.Request {
        var request = DrillRun.Request(
            level: plan.level.rawValue,
            recoveryTimeMax: plan.rto,
            recoveryPointMax: plan.rpo,
            identityIsOnBackupHost: site.configuration.drill.identityOnThisHost,
            scratchIsMemory: scratch.isMemory,
            findings: findings
        )
        if case .group(let name) = plan.subject {
            request.joins = site.configuration.group(named: name)?.joins ?? []
        }
        return request
    }

    /// Fixed before the drill by what nobody on this host can choose: the record before it and the
    /// manifests.
    private static func seed(
        _ newest: RecordChain.Stored?,
        _ manifests: [ObjectName]
    ) throws -> Digest {
        var bytes = Array("toride/drill-seed/v1".utf8)
        (newest?.name.digest ?? .zero).append(to: &bytes)
        for name in manifests {
            name.digest.append(to: &bytes)
        }
        return SHA256.hash(bytes)
    }

    // MARK: - Remembering

    private func facts(
        _ context: DrillContext,
        _ manifests: [StoredManifest],
        started: Timestamp
    ) -> DrillStatement.Facts {
        DrillStatement.Facts(
            plan: plan.name,
            unit: plan.subject.name,
            scenario: plan.scenario.rawValue,
            levelAsked: plan.level.rawValue,
            host: HostName.current,
            tool: tool,
            started: started,
            finished: now(),
            timeline: context.timeline,
            isolation: context.isolation,
            seed: context.seed,
            snapshots: manifests.map { ($0.manifest.ref, $0.name) }
        )
    }

    /// Takes the record into the catalog as a rebuilt catalog would, and keeps its tokens.
    private func remember(
        _ record: RecordChain.Stored,
        _ opened: [Opened],
        _ tokens: TokenMap
    ) throws {
        let catalog = try site.catalog()
        for one in opened {
            // A drill host learns here what its sets are called.
            try catalog.record(set: one.snapshot.stored.manifest.set, named: one.set.name)
        }
        let isRecorded = try SignedHistory.read(.drill, record, into: catalog)
        precondition(isRecorded, "a drill's own record is not understood: \(record.key)")
        try FolderTree.make("\(site.state.path)/drills", mode: 0o700)
        let map = JSONValue.object(tokens.meanings.mapValues { .string(Base64.encode($0)) })
        let id = SignedHistory.drillID(record)
        try SmallFile.write(map.canonical, to: "\(site.state.path)/drills/\(id).tokens")
    }
}

extension Configuration.DrillPlan.Subject {
    /// The set's or the group's name.
    package var name: String {
        switch self {
        case .set(let name), .group(let name): name
        }
    }
}
