import GRDB
package import Model

extension Catalog {
    /// Records a verification. One that was read from a record that is known is ignored.
    ///
    /// - Throws: ``CatalogError/refused(reason:)`` if claim or findings are not JSON.
    package func record(verification: VerificationRow) throws(CatalogError) {
        try writing { database in
            let sql = """
                INSERT INTO verifications
                    (store, started, finished, verdict, claim, objects, bytes, findings,
                    record_key)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (record_key) DO NOTHING
                """
            try database.execute(
                sql: sql,
                arguments: [
                    verification.store, verification.started.seconds,
                    verification.finished.seconds, verification.verdict.rawValue,
                    verification.claim, try verification.objects.column("objects"),
                    try verification.bytes.column("bytes"), verification.findings,
                    verification.recordKey,
                ]
            )
            guard database.changesCount == 1 else {
                return
            }
            let number = database.lastInsertedRowID
            for set in verification.sets {
                let head = verification.heads[set]
                try database.execute(
                    sql: "INSERT INTO verification_sets VALUES (?, ?, ?, ?)",
                    arguments: [
                        number, try Catalog.number(of: set, in: database),
                        try head?.sequence.column("sequence"), head?.name.blob,
                    ]
                )
            }
        }
    }

    /// The last verification that judged a set, in that store only, or in any: the one that was
    /// recorded last, not the one with the latest time, for a clock that is set back would hide all
    /// that came after.
    package func newestVerification(
        of set: SetID,
        store: String? = nil
    ) throws(CatalogError) -> VerificationRow? {
        try reading { database in
            let sql = """
                SELECT verifications.* FROM verifications
                JOIN verification_sets ON verification_number = verifications.number
                JOIN sets ON sets.number = set_number
                WHERE sets.id = ? AND store = coalesce(?, store)
                ORDER BY verifications.number DESC LIMIT 1
                """
            let row = try Row.fetchOne(database, sql: sql, arguments: [set.blob, store])
            return try row.map { try Catalog.verification(Fields($0), in: database) }
        }
    }

    /// The newest head of a set that a verification saw in any store.
    func newestHeadSeen(of set: SetID) throws(CatalogError) -> Head? {
        try reading { database in
            let sql = """
                SELECT head_sequence, head_name FROM verification_sets
                JOIN sets ON sets.number = set_number
                WHERE sets.id = ? AND head_sequence IS NOT NULL
                ORDER BY head_sequence DESC, verification_number LIMIT 1
                """
            return try Row.fetchOne(database, sql: sql, arguments: [set.blob]).map { row in
                let fields = Fields(row)
                return Head(
                    sequence: try fields.natural("head_sequence"),
                    name: try fields.name("head_name")
                )
            }
        }
    }

    private static func verification(
        _ fields: Fields,
        in database: Database
    ) throws -> VerificationRow {
        var sets: Set<SetID> = []
        var heads: [SetID: Head] = [:]
        let sql = """
            SELECT * FROM verification_sets JOIN sets ON sets.number = set_number
            WHERE verification_number = ?
            """
        let number = try fields.integer("number")
        for row in try Row.fetchAll(database, sql: sql, arguments: [number]) {
            let fields = Fields(row)
            let set = try fields.set("id")
            sets.insert(set)
            heads[set] = try fields.optional("head_sequence") { sequence in
                Head(
                    sequence: try fields.natural(sequence),
                    name: try fields.name("head_name")
                )
            }
        }
        return VerificationRow(
            store: try fields.text("store"),
            started: try fields.time("started"),
            finished: try fields.time("finished"),
            verdict: try fields.verdict("verdict"),
            claim: try fields.text("claim"),
            objects: try fields.natural("objects"),
            bytes: try fields.natural("bytes"),
            findings: try fields.text("findings"),
            sets: sets,
            heads: heads,
            recordKey: try fields.optional("record_key", fields.text)
        )
    }
}
