import Model
import PostgreSQL

/// What is done to a throw-away copy of a restored database.
extension DatabasePart {
    /// Makes the copy, if it was not made yet.
    func copyDatabase(_ cluster: DrillCluster) throws {
        guard !hasCopy else {
            return
        }
        let connection = try Connection.open(cluster.server.database("postgres"))
        try connection.query(
            "CREATE DATABASE \(Self.copy) TEMPLATE \(Self.database)",
            for: "a copy to sabotage"
        )
        hasCopy = true
    }

    /// Changes one value of one row, chosen by the seed, with triggers and constraints asleep.
    ///
    /// - Returns: the table; nil if none has a column that can be changed.
    func changeRow(
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

    /// Drops an index that no constraint needs.
    func dropIndex(_ cluster: DrillCluster) throws -> String? {
        let connection = try Connection.open(cluster.server.database(Self.copy))
        let index = try connection.query(
            """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i'
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'toride')
              AND NOT c.relispartition
              AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
              AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
                              AND d.objid IN (i.indexrelid, i.indrelid))
            ORDER BY 1 LIMIT 1
            """,
            for: "sabotage"
        ).single
        if let index {
            try connection.query("DROP INDEX \(index)", for: "sabotage")
        }
        return index
    }

    func dropTable(
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

    /// Drops a constraint that nothing else stands on: a foreign key or a check.
    func dropConstraint(_ cluster: DrillCluster) throws -> String? {
        let connection = try Connection.open(cluster.server.database(Self.copy))
        let rows = try connection.query(
            """
            SELECT format('%I.%I', n.nspname, c.relname), format('%I', k.conname),
                format('%I.%I.%I', n.nspname, c.relname, k.conname)
            FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE k.contype IN ('f', 'c') AND k.conparentid = 0 AND k.coninhcount = 0
              AND c.relkind = 'r' AND n.nspname !~ '^pg_'
              AND n.nspname NOT IN ('information_schema', 'toride')
              AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.deptype = 'e'
                              AND d.objid IN (c.oid, k.oid))
            ORDER BY k.contype = 'f', 1, 2 LIMIT 1
            """,
            for: "sabotage"
        )
        guard let row = rows.values.first, let table = row[0], let name = row[1] else {
            return nil
        }
        try connection.query("ALTER TABLE \(table) DROP CONSTRAINT \(name)", for: "sabotage")
        return row[2]
    }

    /// Sets a sequence back to its start, one that had given numbers.
    func resetSequence(_ cluster: DrillCluster, _ source: Witness) throws -> String? {
        let candidates = source.sequences.filter { !$0.cycles }.map(\.name)
        let connection = try Connection.open(cluster.server.database(Self.copy))
        for sequence in candidates where !sequence.hasPrefix("toride.") {
            let used = try connection.query(
                "SELECT is_called AND last_value > 1 FROM \(sequence)",
                for: "sabotage"
            ).single
            if used == "t" {
                try connection.query("ALTER SEQUENCE \(sequence) RESTART", for: "sabotage")
                return sequence
            }
        }
        return nil
    }

    /// Removes the rows that one foreign key points at, with triggers asleep.
    ///
    /// - Returns: the constraint; nil if no row of the database points at another table's.
    func orphanRows(_ cluster: DrillCluster) throws -> String? {
        let connection = try Connection.open(cluster.server.database(Self.copy))
        try connection.query("SET session_replication_role = replica", for: "sabotage")
        let keys = try connection.query(
            """
            SELECT format('%I.%I.%I', n.nspname, c.relname, k.conname),
                format('DELETE FROM ONLY %I.%I p USING %I.%I f WHERE p.%I = f.%I', pn.nspname,
                    p.relname, n.nspname, c.relname, pa.attname, fa.attname)
            FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
            JOIN pg_attribute fa ON fa.attrelid = c.oid AND fa.attnum = k.conkey[1]
            JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = k.confkey[1]
            WHERE k.contype = 'f' AND k.convalidated AND k.conparentid = 0
              AND array_length(k.conkey, 1) = 1 AND c.relkind = 'r' AND p.relkind = 'r'
              AND c.oid <> p.oid
            ORDER BY 1 LIMIT 200
            """,
            for: "sabotage"
        )
        for row in keys.values {
            // What cannot be removed is no victim; the next one is tried.
            if let name = row[0], let sql = row[1],
                let removed = try? connection.query("\(sql) RETURNING 1", for: "sabotage"),
                !removed.values.isEmpty
            {
                return name
            }
        }
        return nil
    }
}
