import Configuration
import Drills
import Format
import HostState
import Jobs
import Model
import Primitives
import Repository

extension DrillJob {
    /// Notes that this drill has begun.
    func noteBegun(
        _ chosen: [DrillChoice.Chosen],
        started: Timestamp,
        seed: Digest
    ) throws {
        let snapshots = chosen.map { one in
            BegunDrill.Snapshot(ref: one.stored.manifest.ref, name: one.stored.name)
        }
        try BegunDrill(plan, started: started, seed: seed, snapshots)
            .keep(at: BegunDrill.path(of: plan.name, in: site.state))
    }

    /// Forgets a plan's: the drill's record is stored.
    func forgetBegun(_ name: String) throws {
        try SmallFile.remove(BegunDrill.path(of: name, in: site.state))
    }

    /// Signs a record of each earlier drill that did not come to its end, of whatever plan: it
    /// proved nothing. What it left of plaintext goes.
    ///
    /// - Parameters:
    ///   - records: the chain that the records go into.
    ///   - signer: the drill host's key.
    /// - Returns: what the new drill tells of them.
    /// - Throws: ``HostStateError/damaged(_:)`` for a note; what storing a record throws.
    func recordAborted(
        in records: RecordChain,
        signedBy signer: borrowing SigningKey
    ) throws -> [Finding] {
        var findings: [Finding] = []
        for name in try BegunDrill.plans(in: site.state) {
            // This plan's own folder is this drill's by now.
            guard name != plan.name else {
                findings += try recordAborted(name, in: records, signedBy: signer)
                continue
            }
            do {
                let scratch = try Scratch(site.scratchFolder, name: name)
                findings += try recordAborted(name, in: records, signedBy: signer)
                scratch.wipe()
            } catch ScratchError.busy {
                // That drill is running.
            }
        }
        return findings
    }

    private func recordAborted(
        _ name: String,
        in records: RecordChain,
        signedBy signer: borrowing SigningKey
    ) throws -> [Finding] {
        guard let begun = try BegunDrill.left(at: BegunDrill.path(of: name, in: site.state)) else {
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
        let stored = try site.state.holdRecords(in: records.place) {
            try records.append(signedBy: signer) {
                statement.document(sequence: $0, previous: $1)
            }
        }
        try forgetBegun(name)
        try remember(stored, [], tokens)
        return result.findings.filter { $0.code == .drillAborted }
    }
}
