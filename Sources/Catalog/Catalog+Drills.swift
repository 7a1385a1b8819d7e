import GRDB
package import Model

extension Catalog {
    /// Records a drill. One of the same id is replaced: a drill is recorded when it begins, so
    /// that one which never ends is seen, and again when it ends.
    ///
    /// - Throws: ``CatalogError/refused(reason:)`` if claim or steps are not JSON.
    package func record(drill: DrillRow) throws(CatalogError) {
        try writing { database in
            try Catalog.insert(drill, in: database)
            let sql = "SELECT number FROM drills WHERE id = ?"
            guard let number = try Int64.fetchOne(database, sql: sql, arguments: [drill.id]) else {
                throw BadValue(column: "drills.id")
            }
            try database.execute(
                sql: "DELETE FROM drill_snapshots WHERE drill_number = ?",
                arguments: [number]
            )
            for snapshot in drill.snapshots {
                let sequence = try snapshot.sequence.column("sequence")
                try database.execute(
                    sql: "INSERT INTO drill_snapshots VALUES (?, ?, ?)",
                    arguments: [
                        number, try Catalog.number(of: snapshot.set, in: database), sequence,
                    ]
                )
            }
        }
    }

    /// Every drill, newest first.
    package func drills() throws(CatalogError) -> [DrillRow] {
        try reading { database in
            let sql = "SELECT * FROM drills ORDER BY started DESC, number DESC"
            return try Row.fetchAll(database, sql: sql).map {
                try Catalog.drill(Fields($0), in: database)
            }
        }
    }

    /// The drill whose id begins with `prefix`; nil if there is none.
    ///
    /// - Throws: ``CatalogError/ambiguous(prefix:)`` if there are several.
    package func drill(idPrefix prefix: String) throws(CatalogError) -> DrillRow? {
        try reading { database in
            let sql = "SELECT * FROM drills WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2"
            let rows = try Row.fetchAll(database, sql: sql, arguments: [prefix])
            let drills = try rows.map { try Catalog.drill(Fields($0), in: database) }
            if let whole = try Row.fetchOne(
                database,
                sql: "SELECT * FROM drills WHERE id = ?",
                arguments: [prefix]
            ) {
                return try Catalog.drill(Fields(whole), in: database)
            }
            guard drills.count < 2 else {
                throw CatalogError.ambiguous(prefix: prefix)
            }
            return drills.first
        }
    }

    /// The last drill that restored a snapshot of the set: the one that was recorded last, not the
    /// one with the latest time, for a clock that is set back would hide all that came after.
    package func newestDrill(of set: SetID) throws(CatalogError) -> DrillRow? {
        try reading { database in
            let sql = """
                SELECT drills.* FROM drills JOIN drill_snapshots ON drill_number = drills.number
                JOIN sets ON sets.number = set_number WHERE sets.id = ?
                ORDER BY drills.number DESC LIMIT 1
                """
            return try Row.fetchOne(database, sql: sql, arguments: [set.blob]).map {
                try Catalog.drill(Fields($0), in: database)
            }
        }
    }

    /// The last drill of a plan: the one that was recorded last, as for ``newestDrill(of:)``.
    ///
    /// - Parameters:
    ///   - plan: its name.
    ///   - verdict: what it must have come to; nil for any.
    /// - Returns: nil if there is none.
    /// - Throws: ``CatalogError``.
    package func newestDrill(
        ofPlan plan: String,
        verdict: Verdict? = nil
    ) throws(CatalogError) -> DrillRow? {
        try reading { database in
            let sql = """
                SELECT * FROM drills WHERE plan = ? AND verdict = coalesce(?, verdict)
                ORDER BY number DESC LIMIT 1
                """
            return try Row.fetchOne(database, sql: sql, arguments: [plan, verdict?.rawValue]).map {
                try Catalog.drill(Fields($0), in: database)
            }
        }
    }

    // MARK: - Rows

    private static func insert(_ drill: DrillRow, in database: Database) throws {
        let sql = """
            INSERT INTO drills
                (id, plan, subject, started, finished, level, verdict, claim, steps, record_key)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET
                plan = excluded.plan, subject = excluded.subject, started = excluded.started,
                finished = excluded.finished, level = excluded.level,
                verdict = excluded.verdict, claim = excluded.claim, steps = excluded.steps,
                record_key = excluded.record_key
            """
        let values: [(any DatabaseValueConvertible)?] = [
            drill.id, drill.plan, drill.subject, drill.started.seconds, drill.finished?.seconds,
            drill.level, drill.verdict.rawValue, drill.claim, drill.steps, drill.recordKey,
        ]
        try database.execute(sql: sql, arguments: StatementArguments(values))
    }

    private static func drill(_ fields: Fields, in database: Database) throws -> DrillRow {
        let sql = """
            SELECT sets.id, sequence FROM drill_snapshots JOIN sets ON sets.number = set_number
            WHERE drill_number = ?
            """
        let number = try fields.integer("number")
        let snapshots = try Row.fetchAll(database, sql: sql, arguments: [number]).map { row in
            let fields = Fields(row)
            return SnapshotRef(set: try fields.set("id"), sequence: try fields.natural("sequence"))
        }
        return DrillRow(
            id: try fields.text("id"),
            plan: try fields.text("plan"),
            subject: try fields.text("subject"),
            snapshots: snapshots,
            started: try fields.time("started"),
            finished: try fields.optional("finished", fields.time),
            level: try fields.optional("level") { Int(try fields.integer($0)) },
            verdict: try fields.verdict("verdict"),
            claim: try fields.text("claim"),
            steps: try fields.text("steps"),
            recordKey: try fields.optional("record_key", fields.text)
        )
    }
}
