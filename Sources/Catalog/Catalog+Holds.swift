import GRDB
package import Model

extension Catalog {
    /// Records that a snapshot is put under a legal hold in a store. What is held there already
    /// stays as it is, unless it has no signed record yet; one from a record that is known is
    /// ignored.
    ///
    /// - Throws: ``CatalogError/refused(reason:)`` if there is no reason.
    package func record(hold: HoldRow) throws(CatalogError) {
        try writing { database in
            let arguments: StatementArguments = [
                try Catalog.number(of: hold.set, in: database),
                try hold.head.sequence.column("sequence"), hold.head.name.blob, hold.store,
                hold.reason, hold.placed.seconds, hold.recordKey,
            ]
            try database.execute(
                sql: """
                    UPDATE holds SET reason = ?5, placed = ?6, record_key = ?7
                    WHERE set_number = ?1 AND sequence = ?2 AND name = ?3 AND store = ?4
                    AND released IS NULL AND record_key IS NULL
                    """,
                arguments: arguments
            )
            try database.execute(
                sql: """
                    INSERT INTO holds
                        (set_number, sequence, name, store, reason, placed, record_key)
                    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (
                        SELECT 1 FROM holds WHERE set_number = ?1 AND sequence = ?2
                        AND name = ?3 AND store = ?4 AND released IS NULL
                    ) ON CONFLICT (record_key) DO NOTHING
                    """,
                arguments: arguments
            )
        }
    }

    /// Records that a snapshot is held no more in a store. A hold that was placed after that is
    /// another one.
    ///
    /// - Parameters:
    ///   - snapshot: which.
    ///   - store: the store's name and place.
    ///   - time: when it was released, by the host's clock.
    /// - Throws: ``CatalogError``.
    package func release(
        _ snapshot: SnapshotRef,
        in store: String,
        at time: Timestamp
    ) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: """
                    UPDATE holds SET released = ?1 WHERE released IS NULL AND placed <= ?1
                    AND sequence = ?2 AND store = ?3
                    AND set_number = (SELECT number FROM sets WHERE id = ?4)
                    """,
                arguments: [
                    time.seconds, try snapshot.sequence.column("sequence"), store,
                    snapshot.set.blob,
                ]
            )
        }
    }

    /// What is held, rising by set and number.
    ///
    /// - Parameter store: the store's name and place; nil for all.
    /// - Returns: the holds that were not released.
    /// - Throws: ``CatalogError``.
    package func openHolds(in store: String? = nil) throws(CatalogError) -> [HoldRow] {
        try reading { database in
            let sql = """
                SELECT sets.id AS set_id, holds.* FROM holds
                JOIN sets ON sets.number = set_number
                WHERE released IS NULL AND store = coalesce(?, store)
                ORDER BY sets.id, sequence, holds.number
                """
            return try Row.fetchAll(database, sql: sql, arguments: [store]).map { row in
                let fields = Fields(row)
                return HoldRow(
                    set: try fields.set("set_id"),
                    head: Head(
                        sequence: try fields.natural("sequence"),
                        name: try fields.name("name")
                    ),
                    store: try fields.text("store"),
                    reason: try fields.text("reason"),
                    placed: try fields.time("placed"),
                    recordKey: try fields.optional("record_key", fields.text)
                )
            }
        }
    }
}
