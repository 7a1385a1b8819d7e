/// Finds what a witness says nothing about, by nature.
enum ComparisonGaps {
    /// Names each thing with its reason.
    static func read(from connection: borrowing Connection) throws(DatabaseError) -> [NotCompared] {
        var gaps: [NotCompared] = []
        for (reason, sql) in queries {
            let rows = try connection.query(sql, for: "what cannot be compared")
            gaps += rows.firstColumn.map { subject in
                NotCompared(subject: subject, reason: reason, isExpected: true)
            }
        }
        return gaps
    }

    private static func relations(_ label: String, _ condition: String) -> String {
        """
        SELECT format('\(label) %I.%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE \(condition) AND \(WitnessQueries.isUserSchema) ORDER BY 1
        """
    }

    private static let queries = [
        // Computed anew when it is restored.
        ("content-recomputed", relations("materialized view", "c.relkind = 'm'")),
        ("unlogged", relations("table", "c.relkind = 'r' AND c.relpersistence = 'u'")),
        ("content-elsewhere", relations("foreign table", "c.relkind = 'f'")),
        (
            "extension-content",
            """
            SELECT format('table %I.%I', n.nspname, c.relname) FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass
                    AND d.objid = c.oid AND d.deptype = 'e'
            WHERE c.relkind = 'r' AND \(WitnessQueries.isUserSchema) ORDER BY 1
            """
        ),
        (
            "invalid-index",
            """
            SELECT format('index %I.%I', n.nspname, c.relname) FROM pg_index i
                JOIN pg_class c ON c.oid = i.indexrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT i.indisvalid AND \(WitnessQueries.isUserSchema) ORDER BY 1
            """
        ),
        (
            "other-database",
            """
            SELECT format('database %I', datname) FROM pg_database
            WHERE datname <> current_database() AND NOT datistemplate AND datname <> 'postgres'
            ORDER BY 1
            """
        ),
        (
            "not-restored",
            """
            SELECT format('tablespace %I', spcname) FROM pg_tablespace WHERE oid >= 16384 ORDER BY 1
            """
        ),
        (
            "not-restored",
            """
            SELECT format('settings of database %I', current_database())
            WHERE EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d
                ON d.oid = s.setdatabase WHERE d.datname = current_database())
            """
        ),
        (
            "not-restored",
            """
            SELECT format('replication slot %I', slot_name) FROM pg_replication_slots
            WHERE NOT temporary ORDER BY 1
            """
        ),
    ]
}
