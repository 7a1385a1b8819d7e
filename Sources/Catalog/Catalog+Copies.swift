import GRDB
package import Model

extension Catalog {
    /// Records what a copy run brought of a set to a store.
    package func record(copy: CopyRow) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: """
                    INSERT INTO copies
                        (set_number, store, started, finished, verdict, head_sequence, head_name)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    try Catalog.number(of: copy.set, in: database), copy.store,
                    copy.started.seconds, copy.finished.seconds, copy.verdict.rawValue,
                    try copy.head?.sequence.column("head_sequence"), copy.head?.name.blob,
                ]
            )
        }
    }

    /// What was recorded last of a set's copy in a store: not the one with the latest time, for a
    /// clock that is set back would hide all that came after. Nil if nothing was.
    package func newestCopy(of set: SetID, in store: String) throws(CatalogError) -> CopyRow? {
        try reading { database in
            let sql = """
                SELECT copies.* FROM copies JOIN sets ON sets.number = set_number
                WHERE sets.id = ? AND store = ? ORDER BY copies.number DESC LIMIT 1
                """
            return try Row.fetchOne(database, sql: sql, arguments: [set.blob, store]).map { row in
                let fields = Fields(row)
                return CopyRow(
                    set: set,
                    store: try fields.text("store"),
                    started: try fields.time("started"),
                    finished: try fields.time("finished"),
                    verdict: try fields.verdict("verdict"),
                    head: try Catalog.head(fields)
                )
            }
        }
    }

    /// The newest snapshot of a set that was ever whole in a store; nil if none was.
    package func copiedHead(of set: SetID, in store: String) throws(CatalogError) -> Head? {
        try reading { database in
            let sql = """
                SELECT head_sequence, head_name FROM copies
                JOIN sets ON sets.number = set_number
                WHERE sets.id = ? AND store = ? AND head_sequence IS NOT NULL
                ORDER BY head_sequence DESC, copies.number DESC LIMIT 1
                """
            return try Row.fetchOne(database, sql: sql, arguments: [set.blob, store])
                .flatMap { try Catalog.head(Fields($0)) }
        }
    }

    private static func head(_ fields: Fields) throws -> Head? {
        try fields.optional("head_sequence") { sequence in
            Head(sequence: try fields.natural(sequence), name: try fields.name("head_name"))
        }
    }
}
