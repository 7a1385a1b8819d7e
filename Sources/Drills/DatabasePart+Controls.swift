import Model
import PostgreSQL

extension DatabasePart {
    /// The copy that is sabotaged.
    private static let copy = "sabotaged"

    /// Changes a row, drops an index and drops a table of a copy; the witness comparison alone,
    /// without any hash of a file, must find each.
    package func controls(_ context: DrillContext) throws -> [DrillControl] {
        let (cluster, source) = try equipment()
        try copyDatabase(cluster)
        var controls: [DrillControl] = []
        if let table = try changeRow(cluster, source, context.seed) {
            controls.append(
                try control("changed row", finds: .tableContentDiffers, subject: .table(table))
            )
        }
        if try dropIndex(cluster) {
            controls.append(try control("dropped index", finds: .schemaDiffers, subject: nil))
        }
        if let table = try dropTable(cluster, source, context.seed) {
            controls.append(
                try control("dropped table", finds: .tableMissing, subject: .table(table))
            )
        }
        return controls
    }

    private func control(
        _ sabotage: String,
        finds code: FindingCode,
        subject: Subject?
    ) throws -> DrillControl {
        let (_, source) = try equipment()
        let findings = WitnessComparison.compare(source: source, restored: try gather(Self.copy))
        let found = findings.contains {
            $0.code == code && (subject == nil || $0.subject == subject)
        }
        return DrillControl(set: set, sabotage: sabotage, foundAs: found ? code : nil)
    }

    private func copyDatabase(_ cluster: DrillCluster) throws {
        let connection = try Connection.open(cluster.server.database("postgres"))
        try connection.query(
            "CREATE DATABASE \(Self.copy) TEMPLATE \(Self.database)",
            for: "a copy to sabotage"
        )
    }

    /// Changes one value of one row, chosen by the seed, with triggers and constraints asleep.
    ///
    /// - Returns: the table; nil if none has a column that can be changed.
    private func changeRow(
        _ cluster: DrillCluster,
        _ source: Witness,
        _ seed: Digest
    ) throws -> String? {
        let connection = try Connection.open(cluster.server.database(Self.copy))
        try connection.query("SET session_replication_role = replica", for: "sabotage")
        let filled = Set(source.tables.filter { ($0.rows ?? 0) > 0 }.map(\.name))
        let columns = try connection.query(Self.changeableColumns, for: "sabotage").values
        let candidates = columns.compactMap { row -> (table: String, column: String)? in
            guard row.values.count == 2, let table = row[0], let column = row[1],
                filled.contains(table)
            else {
                return nil
            }
            return (table, column)
        }
        guard !candidates.isEmpty else {
            return nil
        }
        let start = Int(seed.prefix % UInt64(candidates.count))
        for offset in 0..<min(16, candidates.count) {
            let (table, column) = candidates[(start + offset) % candidates.count]
            let sql = """
                UPDATE ONLY \(table) SET \(column) = coalesce(\(column), '') || 'x'
                WHERE ctid = (SELECT ctid FROM ONLY \(table) LIMIT 1)
                """
            // A check constraint may refuse this value; then another column serves.
            if (try? connection.query(sql, for: "sabotage")) != nil {
                return table
            }
        }
        return nil
    }

    /// Text columns without a length limit that no index and no constraint looks at.
    private static let changeableColumns = """
        SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname)
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relpersistence = 'p'
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
          AND a.atttypid IN ('text'::regtype, 'varchar'::regtype) AND a.atttypmod = -1
          AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'toride')
          AND NOT EXISTS (SELECT 1 FROM pg_index i
                          WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey))
        ORDER BY 1, 2
        """

    private func dropIndex(_ cluster: DrillCluster) throws -> Bool {
        let connection = try Connection.open(cluster.server.database(Self.copy))
        let index = try connection.query(
            """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'toride')
              AND NOT c.relispartition
              AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
            ORDER BY 1 LIMIT 1
            """,
            for: "sabotage"
        ).single
        guard let index else {
            return false
        }
        try connection.query("DROP INDEX \(index)", for: "sabotage")
        return true
    }

    private func dropTable(
        _ cluster: DrillCluster,
        _ source: Witness,
        _ seed: Digest
    ) throws -> String? {
        let tables = source.tables.map(\.name).filter { !$0.hasPrefix("toride.") }
        guard !tables.isEmpty else {
            return nil
        }
        let table = tables[Int(seed.prefix >> 8) % tables.count]
        let connection = try Connection.open(cluster.server.database(Self.copy))
        try connection.query("SET client_min_messages = error", for: "sabotage")
        try connection.query("DROP TABLE \(table) CASCADE", for: "sabotage")
        return table
    }
}
