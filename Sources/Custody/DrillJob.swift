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
        /// What was supposed to have happened.
        package let scenario: Configuration.Scenario
        /// How many complete snapshots before the newest were passed over.
        package let generation: Int
        /// The store that all of it was read from, by name; nil if these were several.
        package let store: String?
        /// The record's tokens, of all that the findings name.
        package let tokens: TokenMap
        /// How it stands among the earlier drills of its plan.
        package let trend: DrillTrend
    }

    let site: Site
    let plan: Configuration.DrillPlan
    let tool: String
    let stop: StopFlag
    let now: @Sendable () -> Timestamp

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
        let begun = try begin(controls, identities, progress)
        defer { tellWhatIsLeft(begun.scratch, progress) }
        try site.state.makeSigningKey(.drill)
        let signer = try site.state.signingKey(.drill)
        let records = RecordChain(.drill, of: signer.verifyingKey.signer, in: begun.repository)
        let aborted = try recordAborted(in: records, signedBy: signer)
        let context = DrillContext(
            scratch: begun.scratch.path,
            seed: try seed(begun, after: records, of: signer.verifyingKey),
            controls: controls,
            timeline: begun.timeline,
            progress: progress,
            injection: injection
        )
        let samples = try sampleRequests(begun, after: records, of: signer.verifyingKey)
        let measured = try measure(begun, samples, context)
        let way = wayControls(begun.chosen, in: begun.scratch.path, controls, with: identities)
        let expected = outlook(of: measured, context.timeline, begun, progress)
        let result = measured.adding(way.controls, way.findings + aborted)
            .expecting(expected.forecast, expected.risks)
        let tokens = try TokenMap()
        let statement = DrillStatement(facts(context, begun), result, tokens: tokens)
        let stored = try site.state.holdRecords(in: records.place) {
            try records.append(signedBy: signer) {
                statement.document(sequence: $0, previous: $1)
            }
        }
        try settle(begun, stored, result, tokens)
        return Outcome(
            id: SignedHistory.drillID(stored),
            plan: plan.name,
            result: result,
            timeline: context.timeline,
            recordKey: stored.key,
            snapshots: begun.chosen.map { ($0.set.name, $0.stored.manifest.ref) },
            scenario: plan.scenario,
            generation: plan.generation,
            store: begun.choice.store,
            tokens: tokens,
            trend: expected.trend
        )
    }

    // MARK: - Beginning

    /// A drill that has begun: it knows what it will restore, and where to.
    struct Begun {
        /// When the program was started.
        let started: Timestamp
        /// What people noted before.
        let noted: NotedSteps
        let sets: [Configuration.BackupSet]
        /// Where the record goes.
        let repository: Repository
        let scratch: Scratch
        let choice: DrillChoice
        let timeline: DrillTimeline

        var chosen: [DrillChoice.Chosen] { choice.chosen }

        /// Bytes of content of what is drilled, by the set's name.
        var sizes: [(String, UInt64)] {
            chosen.compactMap { one in
                one.snapshot.map { (one.set.name, $0.root.contentBytes) }
            }
        }
    }

    private func begin(
        _ controls: ControlScope,
        _ identities: borrowing AgeIdentities,
        _ progress: (String) -> Void
    ) throws -> Begun {
        let started = now()
        let noted = try takeNotes(controls, progress)
        var timeline = DrillTimeline(after: noted.steps, at: started)
        let sets = site.configuration.sets(of: plan)
        guard let first = sets.first else {
            throw DrillJobError.nothingToDrill(plan.name)
        }
        timeline.reach(.keyOpened)
        let repository = try recordPlace(first)
        timeline.reach(.mediumReached)
        let scratch = try Scratch(site.scratchFolder, name: plan.name)
        var choice = DrillChoice(site, plan)
        for set in sets {
            try choice.choose(set, with: identities)
        }
        timeline.reach(.catalogChecked)
        return Begun(
            started: started,
            noted: noted,
            sets: sets,
            repository: repository,
            scratch: scratch,
            choice: choice,
            timeline: timeline
        )
    }

    /// Restores, judges and sabotages, and wipes what was restored.
    private func measure(
        _ begun: Begun,
        _ samples: [String: SampleRequest],
        _ context: DrillContext
    ) throws -> DrillResult {
        let parts = try begun.chosen.map { try part($0, samples[$0.set.name]) }
        try noteBegun(begun.chosen, started: begun.started, seed: context.seed)
        let measured = try DrillRun(request(begun), parts: parts, context: context).run()
        if begun.scratch.wipe() {
            context.timeline.reach(.wiped)
        }
        return measured
    }

    private func tellWhatIsLeft(_ scratch: Scratch, _ progress: (String) -> Void) {
        if !scratch.wipe() {
            progress("restored data could not be removed from \(scratch.path): remove them")
        }
    }

    // MARK: - Before anything is restored

    /// Whether the sets of a group were taken near enough to each other to be one unit.
    private func judgeLag(_ chosen: [DrillChoice.Chosen]) -> [Finding] {
        let cuts = chosen.compactMap(\.cut)
        guard case .group(let name) = plan.subject,
            let lag = site.configuration.group(named: name)?.lag,
            let oldest = cuts.min(), let newest = cuts.max(), newest.since(oldest) > lag
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

    /// Where the record goes: to the first store of the plan's first set, as every drill's; where a
    /// disaster took that one for good, to the copy.
    private func recordPlace(_ first: Configuration.BackupSet) throws -> Repository {
        guard let name = plan.store, let copy = site.configuration.store(named: name) else {
            return try site.repository(in: try site.store(of: first))
        }
        if let home = site.configuration.stores(of: first).first,
            let repository = try? site.repository(in: home)
        {
            return repository
        }
        // Why the first store could not be opened is no matter: in the story it is lost.
        return try site.repository(in: copy)
    }

    private func request(_ begun: Begun) -> DrillRun.Request {
        let choice = begun.choice
        var request = DrillRun.Request(
            level: plan.level.rawValue,
            recoveryTimeMax: plan.rto,
            recoveryPointMax: plan.rpo,
            identityIsOnBackupHost: site.configuration.drill.identityOnThisHost,
            scratchIsMemory: begun.scratch.isMemory,
            findings: choice.findings + judgeLag(choice.chosen) + unasked(begun.sets)
        )
        request.sentinels = sentinels()
        // What came after the snapshots that are passed over is not lost by passing them over; in a
        // disaster all is lost that no copy has by now.
        request.lossUntil = plan.scenario == .disaster ? begun.started : choice.newestCut
        request.joins = joins
        return request
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
