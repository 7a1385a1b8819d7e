import GRDB
package import Model

extension Catalog {
    /// Records a medium that is new.
    ///
    /// - Throws: ``CatalogError/refused(reason:)`` if its id or its label is another's.
    package func record(medium: MediumRow) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: """
                    INSERT INTO media
                        (id, label, store, filesystem, serial, custodian, location, added, due,
                            retired, doubted)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    medium.id.blob, medium.label, medium.store, medium.filesystem,
                    medium.serial, medium.custodian, medium.location, medium.added.seconds,
                    medium.due?.seconds, medium.retired?.seconds, medium.doubted?.seconds,
                ]
            )
        }
    }

    /// Every medium, in the order in which they were recorded; those that were given up too.
    package func media() throws(CatalogError) -> [MediumRow] {
        try reading { database in
            try Row.fetchAll(database, sql: "SELECT * FROM media ORDER BY number").map { row in
                let fields = Fields(row)
                return MediumRow(
                    id: try fields.id("id"),
                    label: try fields.text("label"),
                    store: try fields.text("store"),
                    filesystem: try fields.optional("filesystem", fields.text),
                    serial: try fields.optional("serial", fields.text),
                    custodian: try fields.text("custodian"),
                    location: try fields.text("location"),
                    added: try fields.time("added"),
                    due: try fields.optional("due", fields.time),
                    retired: try fields.optional("retired", fields.time),
                    doubted: try fields.optional("doubted", fields.time)
                )
            }
        }
    }

    /// Each time in which a medium was here, the oldest first.
    package func presences(of medium: RandomID) throws(CatalogError) -> [MediumPresence] {
        try reading { database in
            let sql = """
                SELECT media_presences.* FROM media_presences
                JOIN media ON media.number = medium_number
                WHERE media.id = ? ORDER BY media_presences.number
                """
            return try Row.fetchAll(database, sql: sql, arguments: [medium.blob]).map { row in
                let fields = Fields(row)
                return MediumPresence(
                    attached: try fields.time("attached"),
                    detached: try fields.optional("detached", fields.time)
                )
            }
        }
    }

    /// Whether a medium is here.
    package func isHere(_ medium: RandomID) throws(CatalogError) -> Bool {
        guard let last = try presences(of: medium).last else {
            return false
        }
        return last.detached == nil
    }

    /// Begins a time in which a medium is here; it need not be back on any day then.
    ///
    /// - Returns: false if it is here already.
    /// - Throws: ``CatalogError/refused(reason:)`` for a medium that was never recorded.
    package func beginPresence(
        of medium: RandomID,
        at time: Timestamp
    ) throws(CatalogError) -> Bool {
        try writing { database in
            let number = try Catalog.number(ofMedium: medium, in: database)
            let sql = "SELECT 1 FROM media_presences WHERE medium_number = ? AND detached IS NULL"
            guard try Row.fetchOne(database, sql: sql, arguments: [number]) == nil else {
                return false
            }
            try database.execute(
                sql: "INSERT INTO media_presences (medium_number, attached) VALUES (?, ?)",
                arguments: [number, time.seconds]
            )
            try database.execute(
                sql: "UPDATE media SET due = NULL WHERE number = ?",
                arguments: [number]
            )
            return true
        }
    }

    /// Ends the time in which a medium is here, if it is, and says when it must be back. A clock
    /// that was set back meanwhile makes that time nothing.
    ///
    /// - Parameters:
    ///   - medium: its id.
    ///   - time: by the host's clock.
    ///   - due: when it must be back.
    /// - Returns: false if it is not here: then its day stays as whoever took it away has said.
    /// - Throws: ``CatalogError/refused(reason:)`` for a medium that was never recorded.
    @discardableResult
    package func endPresence(
        of medium: RandomID,
        at time: Timestamp,
        due: Timestamp
    ) throws(CatalogError) -> Bool {
        try writing { database in
            let number = try Catalog.number(ofMedium: medium, in: database)
            try database.execute(
                sql: """
                    UPDATE media_presences SET detached = max(attached, ?)
                    WHERE medium_number = ? AND detached IS NULL
                    """,
                arguments: [time.seconds, number]
            )
            guard database.changesCount > 0 else {
                return false
            }
            try database.execute(
                sql: "UPDATE media SET due = ? WHERE number = ?",
                arguments: [due.seconds, number]
            )
            return true
        }
    }

    /// Notes who keeps a medium, where, and until when; nil leaves what is known.
    package func note(
        custodian: String?,
        location: String?,
        due: Timestamp?,
        of medium: RandomID
    ) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: """
                    UPDATE media SET custodian = coalesce(?, custodian),
                        location = coalesce(?, location), due = coalesce(?, due)
                    WHERE id = ?
                    """,
                arguments: [custodian, location, due?.seconds, medium.blob]
            )
        }
    }

    /// Notes what a medium lies on.
    ///
    /// - Parameters:
    ///   - filesystem: the UUID of its file system; nil where that is not known.
    ///   - serial: of the device; nil where none is known.
    ///   - medium: its id.
    /// - Throws: ``CatalogError``.
    package func note(
        filesystem: String?,
        serial: String?,
        of medium: RandomID
    ) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: "UPDATE media SET filesystem = ?, serial = ? WHERE id = ?",
                arguments: [filesystem, serial, medium.blob]
            )
        }
    }

    /// Notes since when a medium is not what it ought to be; nil if it is.
    package func note(doubted: Timestamp?, of medium: RandomID) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: "UPDATE media SET doubted = ? WHERE id = ?",
                arguments: [doubted?.seconds, medium.blob]
            )
        }
    }

    /// Gives a medium up: nothing is asked of it any more.
    package func retire(medium: RandomID, at time: Timestamp) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: "UPDATE media SET retired = ? WHERE id = ?",
                arguments: [time.seconds, medium.blob]
            )
        }
    }

    private static func number(ofMedium id: RandomID, in database: Database) throws -> Int64 {
        let sql = "SELECT number FROM media WHERE id = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [id.blob]) else {
            throw CatalogError.refused(reason: "the medium \(id.hex) was never recorded")
        }
        return try Fields(row).integer("number")
    }
}
