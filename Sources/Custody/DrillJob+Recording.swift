import Catalog
import Configuration
import Drills
import FileSystem
import Format
import HostState
import Jobs
import Model
import Primitives
import Recovery
import Repository

/// What a drill's record says, and what follows from it.
extension DrillJob {
    /// The facts that the record tells beside the result.
    func facts(_ context: DrillContext, _ begun: Begun) -> DrillStatement.Facts {
        var facts = DrillStatement.Facts(
            plan: plan.name,
            unit: plan.subject.name,
            scenario: plan.scenario.rawValue,
            levelAsked: plan.level.rawValue,
            host: HostName.current,
            tool: tool,
            started: begun.started,
            finished: now(),
            timeline: context.timeline,
            isolation: context.isolation,
            seed: context.seed,
            snapshots: begun.chosen.map { ($0.stored.manifest.ref, $0.stored.name) }
        )
        facts.generation = plan.generation
        facts.store = begun.choice.store
        return facts
    }

    /// What follows from a record that is stored: notes that it made needless go, the catalog
    /// learns of it, and what it showed to be false is distrusted.
    func settle(
        _ begun: Begun,
        _ stored: RecordChain.Stored,
        _ result: DrillResult,
        _ tokens: TokenMap
    ) throws {
        try forgetBegun(plan.name)
        try forget(begun.noted)
        try remember(stored, begun.chosen, tokens)
        try DrillDistrust(site.state).answer(
            result.findings,
            about: begun.chosen.compactMap { one in
                one.snapshot.map {
                    DrillDistrust.Drilled(set: one.set.name, snapshot: $0, in: one.repository)
                }
            }
        )
    }

    /// Takes the record into the catalog as a rebuilt catalog would, and keeps its tokens.
    func remember(
        _ record: RecordChain.Stored,
        _ chosen: [DrillChoice.Chosen],
        _ tokens: TokenMap
    ) throws {
        let catalog = try site.catalog()
        // A drill host learns here what its sets are called; not from a copy that was asked without
        // anything that the host knows.
        for one in chosen where plan.scenario != .disaster {
            try catalog.record(set: one.stored.manifest.set, named: one.set.name)
        }
        let isRecorded = try SignedHistory.read(.drill, record, into: catalog)
        precondition(isRecorded, "a drill's own record is not understood: \(record.key)")
        try FolderTree.make("\(site.state.path)/drills", mode: 0o700)
        let map = JSONValue.object(tokens.meanings.mapValues { .string(Base64.encode($0)) })
        let id = SignedHistory.drillID(record)
        try SmallFile.write(map.canonical, to: "\(site.state.path)/drills/\(id).tokens")
    }
}
