import GRDB
import Model

extension Catalog {
    /// Records a check of a recovery key. One from a record that is known is ignored.
    package func record(keyCheck: KeyCheckRow) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: """
                    INSERT INTO key_checks (recipient, time, verdict, record_key)
                    VALUES (?, ?, ?, ?) ON CONFLICT (record_key) DO NOTHING
                    """,
                arguments: [
                    keyCheck.recipient, keyCheck.time.seconds, keyCheck.verdict.rawValue,
                    keyCheck.recordKey,
                ]
            )
        }
    }

    /// The check of a recipient's key that was recorded last; nil if it was never checked. Not the
    /// one with the latest time: made while the clock was ahead it would count for ever.
    package func newestKeyCheck(recipient: String) throws(CatalogError) -> KeyCheckRow? {
        try reading { database in
            let sql = """
                SELECT * FROM key_checks WHERE recipient = ? ORDER BY number DESC LIMIT 1
                """
            return try Row.fetchOne(database, sql: sql, arguments: [recipient]).map { row in
                let fields = Fields(row)
                return KeyCheckRow(
                    recipient: try fields.text("recipient"),
                    time: try fields.time("time"),
                    verdict: try fields.verdict("verdict"),
                    recordKey: try fields.optional("record_key", fields.text)
                )
            }
        }
    }
}
