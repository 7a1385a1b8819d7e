package import Model

/// Asks of every foreign key whether each row has its partner.
///
/// A restore that loads data with triggers asleep, as pg_restore does with `--disable-triggers`, or
/// a table that lost rows, leaves a constraint that calls itself valid over rows that break it:
/// PostgreSQL looks at a valid constraint only when rows change. So the question is asked anew.
package enum ForeignKeyCheck {
    /// Constraints that are asked about in one query.
    private static let batch = 64

    private struct Key {
        /// The constraint, as `schema.table.name`.
        let name: String
        let question: String
    }

    /// Looks at all of a database.
    ///
    /// - Parameter connection: to it, as a user who may read every table.
    /// - Returns: a finding for each constraint that rows break, with their number.
    /// - Throws: ``DatabaseError``.
    package static func run(
        on connection: borrowing Connection
    ) throws(DatabaseError) -> [Finding] {
        try connection.query("SET search_path = ''", for: "foreign keys")
        let rows = try connection.query(constraints, for: "foreign keys", bytesMax: 64 << 20)
        let keys = rows.values.compactMap { row -> Key? in
            guard let name = row[0], let question = row[1] else {
                return nil
            }
            return Key(name: name, question: question)
        }
        var findings: [Finding] = []
        for start in stride(from: 0, to: keys.count, by: batch) {
            let some = keys[start..<min(start + batch, keys.count)]
            do throws(DatabaseError) {
                findings += try ask(some, connection)
            } catch DatabaseError.refused {
                // One of them cannot be asked so: each by itself, and that one is named.
                for key in some {
                    findings += try askAlone(key, connection)
                }
            }
        }
        return findings
    }

    private static func askAlone(
        _ key: Key,
        _ connection: borrowing Connection
    ) throws(DatabaseError) -> [Finding] {
        do throws(DatabaseError) {
            return try ask([key], connection)
        } catch DatabaseError.refused(_, let state, _) {
            let evidence = ["reason": "the question was refused", "state": state]
            return [Finding(.partSkipped, .table(key.name), evidence: evidence)]
        }
    }

    private static func ask(
        _ keys: ArraySlice<Key>,
        _ connection: borrowing Connection
    ) throws(DatabaseError) -> [Finding] {
        let questions = keys.map { key in
            "SELECT \(SQLText.string(key.name)), (\(key.question))::text"
        }
        let rows = try connection.query(
            questions.joined(separator: " UNION ALL "),
            for: "foreign keys"
        )
        return rows.values.compactMap { row in
            guard let name = row[0], row[1] != "0" else {
                return nil
            }
            let evidence = ["rows": row[1] ?? "?"]
            return Finding(.foreignKeyBroken, .table(name), evidence: evidence)
        }
    }

    /// Each constraint that calls itself valid, with the query that counts the rows that break it.
    ///
    /// With MATCH SIMPLE a row with a NULL in the key is free; with MATCH FULL only one of NULLs
    /// alone is (ISO 9075-2, §8.12). Operators are named with their schema: the search path is
    /// empty.
    private static let constraints = """
        SELECT format('%I.%I.%I', n.nspname, c.relname, k.conname),
            format('SELECT count(*) FROM %s%I.%I f WHERE %s AND NOT EXISTS '
                '(SELECT FROM %s%I.%I p WHERE %s)',
                CASE WHEN c.relkind = 'p' THEN '' ELSE 'ONLY ' END, n.nspname, c.relname,
                CASE k.confmatchtype WHEN 'f' THEN '(' || string_agg(
                    format('f.%I IS NOT NULL', fa.attname), ' OR ' ORDER BY x.ord) || ')'
                ELSE string_agg(format('f.%I IS NOT NULL', fa.attname), ' AND ' ORDER BY x.ord) END,
                CASE WHEN p.relkind = 'p' THEN '' ELSE 'ONLY ' END, pn.nspname, p.relname,
                string_agg(format('p.%I OPERATOR(%I.%s) f.%I%s', pa.attname, opn.nspname, o.oprname,
                    fa.attname, CASE WHEN pa.attcollation <> fa.attcollation
                    THEN format(' COLLATE %I.%I', cn.nspname, co.collname) ELSE '' END),
                    ' AND ' ORDER BY x.ord))
        FROM pg_constraint k
            JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
            CROSS JOIN LATERAL unnest(k.conkey, k.confkey, k.conpfeqop)
                WITH ORDINALITY AS x(fk, pk, op, ord)
            JOIN pg_attribute fa ON fa.attrelid = k.conrelid AND fa.attnum = x.fk
            JOIN pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = x.pk
            LEFT JOIN pg_collation co ON co.oid = pa.attcollation
            LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
            JOIN pg_operator o ON o.oid = x.op JOIN pg_namespace opn ON opn.oid = o.oprnamespace
        WHERE k.contype = 'f' AND k.convalidated AND k.conparentid = 0
            AND \(WitnessQueries.isUserSchema)
        GROUP BY k.oid, n.nspname, c.relname, k.conname, k.confmatchtype, c.relkind, p.relkind,
            pn.nspname, p.relname
        ORDER BY 1
        """
}
