import Model
import PostgreSQL

extension DatabasePart {
    /// The copy that is sabotaged.
    static let copy = "sabotaged"
    /// The database that nothing is loaded into.
    private static let empty = "empty"

    /// What was done to the copy, and what must be found.
    private struct Deed {
        let sabotage: String
        let expected: FindingCode
        let subject: Subject
    }

    /// Spoils a copy in ways that leave its tables there, then takes rows that others point at,
    /// then a table. The comparison with the witness and the foreign keys, without any hash of a
    /// file, must find each by its name.
    package func controls(_ context: DrillContext) throws -> [DrillControl] {
        let (cluster, source) = try equipment()
        try copyDatabase(cluster)
        let controls = try judge(try spoil(cluster, source, context))
        return try controls + orphanControl(cluster) + dropControls(cluster, source, context)
            + nothingControl(cluster, source) + dumpControls(cluster, source, context)
            + applicationControls(context)
    }

    /// Changes a row, exchanges two of another table, drops an index and a constraint, sets a
    /// sequence back, and puts yesterday's canary in the place of today's.
    private func spoil(
        _ cluster: DrillCluster,
        _ source: Witness,
        _ context: DrillContext
    ) throws -> [Deed] {
        var deeds: [Deed] = []
        func note(_ sabotage: String, _ expected: FindingCode, _ subject: Subject) {
            deeds.append(Deed(sabotage: sabotage, expected: expected, subject: subject))
        }
        let changed = try changeRow(cluster, source, context.seed)
        if let changed {
            note("changed row", .tableContentDiffers, .table(changed))
        }
        // Of one table one finding would speak for both.
        if let table = try exchangeRows(cluster, source, context.seed, except: changed) {
            note("two rows exchanged", .tableContentDiffers, .table(table))
        }
        if let index = try dropIndex(cluster) {
            note("dropped index", .schemaDiffers, .named("index \(index)"))
        }
        if let constraint = try dropConstraint(cluster) {
            note("dropped constraint", .schemaDiffers, .named("constraint \(constraint)"))
        }
        if let sequence = try resetSequence(cluster, source) {
            note("sequence set back", .sequenceBehind, .named("sequence \(sequence)"))
        }
        if let canary = try spoilCanary(.ofYesterday, cluster, source, context) {
            let sabotage = CanarySabotage.ofYesterday
            note(sabotage.rawValue, sabotage.expected, .named("canary \(canary)"))
        }
        return deeds
    }

    private func orphanControl(_ cluster: DrillCluster) throws -> [DrillControl] {
        guard let key = try orphanRows(cluster) else {
            return []
        }
        let findings = try ForeignKeyCheck.run(
            on: try Connection.open(cluster.server.database(Self.copy))
        )
        let deed = Deed(
            sabotage: "partner rows removed",
            expected: .foreignKeyBroken,
            subject: .table(key)
        )
        return [control(deed, findings)]
    }

    private func dropControls(
        _ cluster: DrillCluster,
        _ source: Witness,
        _ context: DrillContext
    ) throws -> [DrillControl] {
        var deeds: [Deed] = []
        if let table = try dropTable(cluster, source, context.seed) {
            deeds.append(
                Deed(
                    sabotage: "dropped table",
                    expected: .tableMissing,
                    subject: .table(table)
                )
            )
        }
        if let canary = try spoilCanary(.missing, cluster, source, context) {
            deeds.append(
                Deed(
                    sabotage: CanarySabotage.missing.rawValue,
                    expected: CanarySabotage.missing.expected,
                    subject: .named("canary \(canary)")
                )
            )
        }
        return try judge(deeds)
    }

    /// A restore that says it was done and did nothing: every table must be missed.
    private func nothingControl(
        _ cluster: DrillCluster,
        _ source: Witness
    ) throws -> [DrillControl] {
        guard !source.tables.isEmpty else {
            return []
        }
        let connection = try Connection.open(cluster.server.database("postgres"))
        try connection.query(
            "CREATE DATABASE \(Self.empty) TEMPLATE template0",
            for: "an empty database"
        )
        let findings = WitnessComparison.compare(source: source, restored: try gather(Self.empty))
        let missed = Set(findings.filter { $0.code == .tableMissing }.map(\.subject))
        let isFound = source.tables.allSatisfy { missed.contains(.table($0.name)) }
        return [
            DrillControl(
                set: set,
                sabotage: FilesPart.nothing,
                foundAs: isFound ? .tableMissing : nil
            )
        ]
    }

    private func judge(_ deeds: [Deed]) throws -> [DrillControl] {
        guard !deeds.isEmpty else {
            return []
        }
        let (_, source) = try equipment()
        let findings = WitnessComparison.compare(source: source, restored: try gather(Self.copy))
        return deeds.map { control($0, findings) }
    }

    private func control(_ deed: Deed, _ findings: [Finding]) -> DrillControl {
        let isFound = findings.contains { finding in
            finding.code == deed.expected && finding.subject == deed.subject
        }
        return DrillControl(
            set: set,
            sabotage: deed.sabotage,
            foundAs: isFound ? deed.expected : nil
        )
    }
}
