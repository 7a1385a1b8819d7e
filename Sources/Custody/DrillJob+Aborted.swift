import Configuration
import Drills
import Format
import HostState
import Jobs
import Model
import Primitives
import Repository

extension DrillJob {
    private var begunPath: String { BegunDrill.path(of: plan.name, in: site.state) }

    /// Notes that this drill has begun.
    func noteBegun(
        _ chosen: [DrillChoice.Chosen],
        started: Timestamp,
        seed: Digest
    ) throws {
        let snapshots = chosen.map { one in
            BegunDrill.Snapshot(ref: one.stored.manifest.ref, name: one.stored.name)
        }
        try BegunDrill(plan, started: started, seed: seed, snapshots).keep(at: begunPath)
    }

    /// Forgets it: the drill's record is stored.
    func forgetBegun() throws {
        try SmallFile.remove(begunPath)
    }

    /// Signs the record of an earlier drill of this plan that did not come to its end, if there is
    /// one: it proved nothing. What it left of plaintext is gone by now.
    ///
    /// - Parameters:
    ///   - records: the chain that the record goes into.
    ///   - signer: the drill host's key.
    /// - Returns: what the new drill tells of it.
    /// - Throws: ``HostStateError/damaged(_:)`` for the note; what storing the record throws.
    func recordAborted(
        in records: RecordChain,
        signedBy signer: borrowing SigningKey
    ) throws -> [Finding] {
        guard let begun = try BegunDrill.left(at: begunPath) else {
            return []
        }
        let result = DrillResult.aborted(begun.plan, started: begun.started)
        let tokens = try TokenMap()
        var facts = DrillStatement.Facts(
            plan: begun.plan,
            unit: begun.unit,
            scenario: begun.scenario,
            levelAsked: begun.levelAsked,
            host: HostName.current,
            tool: tool,
            started: begun.started,
            finished: now(),
            timeline: DrillTimeline(),
            isolation: [:],
            seed: begun.seed,
            snapshots: begun.snapshots.map { ($0.ref, $0.name) }
        )
        facts.generation = begun.generation
        let statement = DrillStatement(facts, result, tokens: tokens)
        let stored = try site.state.holdRecords {
            try records.append(signedBy: signer) {
                statement.document(sequence: $0, previous: $1)
            }
        }
        try forgetBegun()
        try remember(stored, [], tokens)
        return result.findings.filter { $0.code == .drillAborted }
    }
}
