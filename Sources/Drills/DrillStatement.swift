package import Format
package import Model

/// A drill's record: an in-toto statement, free of patient data.
///
/// Paths and tables appear as tokens, HMAC'd under a key of this drill alone; the map back stays on
/// the drill host.
package struct DrillStatement {
    /// What the record tells beside the result.
    package struct Facts: Sendable {
        /// The plan's name in the configuration.
        package var plan: String
        /// The set's or the group's name.
        package var unit: String
        /// Which disaster was played, as the configuration spells it.
        package var scenario: String
        /// How many complete snapshots before the newest were passed over.
        package var generation = 0
        /// The store that all of it was read from, by its name in the configuration; nil if these
        /// were several.
        package var store: String?
        /// How deep the plan asks to prove; the result has what was reached.
        package var levelAsked: Int
        /// Which machine drilled, as it calls itself.
        package var host: String
        /// What drilled, as `toride 0.1.0`.
        package var tool: String
        /// When the program was started, by the host's clock: a claim.
        package var started: Timestamp
        /// When plaintext was wiped, by the host's clock: a claim.
        package var finished: Timestamp
        /// When each step was reached, and what people noted before.
        package var timeline: DrillTimeline
        /// What isolation was in force, as found from inside; empty if no server ran.
        package var isolation: [String: [String: String]]
        /// What chose the sabotaged copies: SHA-256 over the record before and the manifests.
        package var seed: Digest
        /// What was drilled: each snapshot and the name of its manifest.
        package var snapshots: [(set: SnapshotRef, name: ObjectName)]

        /// States the facts; the result comes beside them.
        package init(
            plan: String,
            unit: String,
            scenario: String,
            levelAsked: Int,
            host: String,
            tool: String,
            started: Timestamp,
            finished: Timestamp,
            timeline: DrillTimeline,
            isolation: [String: [String: String]],
            seed: Digest,
            snapshots: [(set: SnapshotRef, name: ObjectName)]
        ) {
            self.plan = plan
            self.unit = unit
            self.scenario = scenario
            self.levelAsked = levelAsked
            self.host = host
            self.tool = tool
            self.started = started
            self.finished = finished
            self.timeline = timeline
            self.isolation = isolation
            self.seed = seed
            self.snapshots = snapshots
        }
    }

    private let facts: Facts
    private let result: DrillResult
    private let tokens: TokenMap

    /// Puts a statement together.
    package init(_ facts: Facts, _ result: DrillResult, tokens: TokenMap) {
        self.facts = facts
        self.result = result
        self.tokens = tokens
    }

    /// The document, as number `sequence` after `previous`.
    /// - SeeAlso: in-toto Attestation Framework, Statement v1.
    package func document(sequence: UInt64, previous: ObjectName?) -> JSONValue {
        Statement(
            facts.snapshots.map { Statement.Subject($0.set, $0.name) },
            predicateType: RecordKind.drill.predicateType,
            predicate: predicate(sequence: sequence, previous: previous)
        ).json
    }

    private func predicate(sequence: UInt64, previous: ObjectName?) -> JSONValue {
        let members: [String: JSONValue] = [
            "controls": .array(result.controls.map(control)),
            "findings": .array(result.findings.map(finding)),
            "finished": .string(facts.finished.rfc3339),
            "generation": .integer(Int64(facts.generation)),
            "host": .string(facts.host),
            "isolation": .object(
                facts.isolation.mapValues { .object($0.mapValues { .string($0) }) }
            ),
            "level": .integer(Int64(result.level)),
            "levelAsked": .integer(Int64(facts.levelAsked)),
            "newestClinical": result.newestClinical.map { .string($0.rfc3339) } ?? .null,
            "orthancs": .array(result.orthancs.map(\.json)),
            "plan": .string(facts.plan),
            "previous": previous.map { .string($0.hex) } ?? .null,
            "recoveryPointSeconds": result.recoveryPoint.map {
                .integer($0.components.seconds)
            } ?? .null,
            "scenario": .string(facts.scenario),
            "seed": .string(facts.seed.hex),
            "sequence": .integer(Int64(clamping: sequence)),
            "started": .string(facts.started.rfc3339),
            "store": facts.store.map { .string($0) } ?? .null,
            "stores": .array(result.stores.map(\.json)),
            "stepsMilliseconds": facts.timeline.json,
            "tool": .string(facts.tool),
            "unit": .string(facts.unit),
            "verdict": .string(result.verdict.rawValue),
        ]
        return .object(members.merging(recovery) { $1 })
    }

    /// What it says of a recovery by what came back, and by when.
    private var recovery: [String: JSONValue] {
        let forecast = result.forecast
        return [
            "claims": result.claims.json,
            "forecastFromBytes": forecast.bytes.map { .integer(Int64(clamping: $0)) } ?? .null,
            "forecastSeconds": forecast.time.map { .integer($0.components.seconds) } ?? .null,
            "notedSteps": .array(facts.timeline.noted.map(\.json)),
            "restored": .array(result.restored.map(\.json)),
            "samples": .array(result.samples.map(\.json)),
            "stepSources": facts.timeline.sources,
        ]
    }

    private func control(_ control: DrillControl) -> JSONValue {
        .object([
            "foundAs": control.foundAs.map { .string($0.rawValue) } ?? .null,
            "sabotage": .string(control.sabotage),
        ])
    }

    private func finding(_ finding: Finding) -> JSONValue {
        // Evidence can quote messages of servers, so only its numbers go into the record.
        let numbers = finding.evidence.compactMapValues { Int64($0).map { JSONValue.integer($0) } }
        var members: [String: JSONValue] = [
            "code": .string(finding.code.rawValue), "evidence": .object(numbers),
            "subject": .string(tokens.name(of: finding.subject)),
        ]
        members["detail"] = finding.detail.map { .string(tokens.name(ofText: $0)) }
        return .object(members)
    }
}
