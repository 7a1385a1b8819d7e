import GRDB
import Model

extension Catalog {
    /// Records an attack on a store. One from a record that is known is ignored.
    ///
    /// - Parameter attack: what was tried, and what came of it.
    /// - Throws: ``CatalogError/refused(reason:)`` if the attempts are not JSON.
    package func record(attack: AttackRow) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: """
                    INSERT INTO attacks (store, started, finished, verdict, attempts, record_key)
                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (record_key) DO NOTHING
                    """,
                arguments: [
                    attack.store, attack.started.seconds, attack.finished.seconds,
                    attack.verdict.rawValue, attack.attempts, attack.recordKey,
                ]
            )
        }
    }

    /// The attack on a store that was recorded last; nil if it was never attacked. Not the one with
    /// the latest time: made while the clock was ahead it would count for ever.
    package func newestAttack(of place: String) throws(CatalogError) -> AttackRow? {
        try reading { database in
            let sql = "SELECT * FROM attacks WHERE store = ? ORDER BY number DESC LIMIT 1"
            return try Row.fetchOne(database, sql: sql, arguments: [place]).map { row in
                let fields = Fields(row)
                return AttackRow(
                    store: try fields.text("store"),
                    started: try fields.time("started"),
                    finished: try fields.time("finished"),
                    verdict: try fields.verdict("verdict"),
                    attempts: try fields.text("attempts"),
                    recordKey: try fields.optional("record_key", fields.text)
                )
            }
        }
    }
}
