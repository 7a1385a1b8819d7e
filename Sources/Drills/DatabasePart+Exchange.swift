import Model
import PostgreSQL

extension DatabasePart {
    /// Exchanges what one text column says in two rows of a table, as if two patients were taken
    /// for each other: no value is lost, and every number agrees.
    ///
    /// - Parameters:
    ///   - cluster: where the copy is.
    ///   - source: which tables have rows.
    ///   - seed: chooses the column.
    ///   - table: the one that must not be chosen; nil for none.
    /// - Returns: the table; nil if none has two rows that can be exchanged.
    /// - Throws: ``DatabaseError``.
    func exchangeRows(
        _ cluster: DrillCluster,
        _ source: Witness,
        _ seed: Digest,
        except table: String?
    ) throws -> String? {
        let connection = try Connection.open(cluster.server.database(Self.copy))
        try connection.query("SET session_replication_role = replica", for: "sabotage")
        let filled = Set(source.tables.filter { ($0.rows ?? 0) > 1 }.map(\.name))
        let rows = try connection.query(Self.exchangeableColumns, for: "sabotage").values
        let candidates = rows.compactMap { row -> (table: String, column: String)? in
            guard let name = row[0], let column = row[1], filled.contains(name), name != table
            else {
                return nil
            }
            return (name, column)
        }
        guard !candidates.isEmpty else {
            return nil
        }
        let start = Int((seed.prefix >> 16) % UInt64(candidates.count))
        for offset in 0..<min(16, candidates.count) {
            let (name, column) = candidates[(start + offset) % candidates.count]
            // All rows may say the same; then another column serves.
            let sql = Self.exchange(of: column, in: name)
            if let exchanged = try? connection.query(sql, for: "sabotage"),
                exchanged.values.count == 2
            {
                return name
            }
        }
        return nil
    }

    /// Exchanges the column's values of two rows that differ in it.
    private static func exchange(of column: String, in table: String) -> String {
        """
        WITH one AS (SELECT ctid AS place, \(column) AS said FROM ONLY \(table) LIMIT 1),
            other AS (SELECT o.ctid AS place, o.\(column) AS said FROM ONLY \(table) AS o, one
                WHERE o.\(column) IS DISTINCT FROM one.said LIMIT 1)
        UPDATE ONLY \(table) AS t
        SET \(column) = CASE WHEN t.ctid = one.place THEN other.said ELSE one.said END
        FROM one, other WHERE t.ctid IN (one.place, other.place) RETURNING 1
        """
    }

    /// Text columns that no index looks at, of tables whose rows a key tells apart: of two rows
    /// that are the same but for one column an exchange would change nothing.
    private static let exchangeableColumns = """
        SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname)
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relpersistence = 'p'
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
          AND a.atttypid IN ('text'::regtype, 'varchar'::regtype)
          AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'toride')
          AND EXISTS (SELECT 1 FROM pg_index k WHERE k.indrelid = c.oid AND k.indisprimary)
          AND NOT EXISTS (SELECT 1 FROM pg_index i
                          WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey))
        ORDER BY 1, 2
        """
}
