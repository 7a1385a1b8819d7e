import Model
import PostgreSQL

extension DatabasePart {
    /// The copy that is sabotaged.
    static let copy = "sabotaged"

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
        let controls = try judge(try spoil(cluster, source, context.seed))
        return try controls + orphanControl(cluster) + dropControl(cluster, source, context.seed)
            + dumpControls(cluster, source, context)
    }

    /// Changes a row, drops an index and a constraint, and sets a sequence back.
    private func spoil(
        _ cluster: DrillCluster,
        _ source: Witness,
        _ seed: Digest
    ) throws -> [Deed] {
        var deeds: [Deed] = []
        func note(_ sabotage: String, _ expected: FindingCode, _ subject: Subject) {
            deeds.append(Deed(sabotage: sabotage, expected: expected, subject: subject))
        }
        if let table = try changeRow(cluster, source, seed) {
            note("changed row", .tableContentDiffers, .table(table))
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

    private func dropControl(
        _ cluster: DrillCluster,
        _ source: Witness,
        _ seed: Digest
    ) throws -> [DrillControl] {
        guard let table = try dropTable(cluster, source, seed) else {
            return []
        }
        let deed = Deed(
            sabotage: "dropped table",
            expected: .tableMissing,
            subject: .table(table)
        )
        return try judge([deed])
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
