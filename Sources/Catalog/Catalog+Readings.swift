import GRDB
package import Model

extension Catalog {
    /// Takes what lies in a store: adds what is new, forgets what is gone. What has another size or
    /// mark than before is another object, which nobody has read.
    ///
    /// A time in the future, from a clock that was ahead, is none: else what was read by it would
    /// never be due.
    ///
    /// - Parameters:
    ///   - objects: all that lies there and has a name that its bytes can be hashed to.
    ///   - place: the store's name and place.
    ///   - time: by the host's clock.
    ///   - begun: when it was listed, if that was earlier; what came since may be lacking.
    /// - Returns: how many were not known, and how many were forgotten.
    /// - Throws: ``CatalogError``.
    package func note(
        listing objects: [ReadingRow.Object],
        of place: String,
        at time: Timestamp,
        begun: Timestamp? = nil
    ) throws(CatalogError) -> (new: Int, gone: Int) {
        try writing { database in
            let store = try Catalog.number(ofStore: place, in: database)
            try Catalog.fillListing(objects, in: database)
            let new = try Int.fetchOne(database, sql: Catalog.countNew, arguments: [store]) ?? 0
            try database.execute(sql: Catalog.forgetGone, arguments: [store])
            let gone = database.changesCount
            try database.execute(sql: Catalog.resetFuture, arguments: [store, time.seconds])
            try database.execute(sql: Catalog.addListing, arguments: [store, time.seconds])
            try database.execute(
                sql: "UPDATE stores SET listed = ? WHERE number = ?",
                arguments: [min(begun ?? time, time).seconds, store]
            )
            try database.execute(sql: "DROP TABLE temp.listing")
            return (new, gone)
        }
    }

    /// Notes objects that were read to their ends and were what their names say.
    package func note(
        read objects: [ReadingRow.Object],
        of place: String,
        at time: Timestamp
    ) throws(CatalogError) {
        try note(objects, of: place, at: time, by: Catalog.addRead)
    }

    /// Notes objects that were found damaged, unreadable or missing. They stay due: damage is read
    /// again, and seen again.
    package func note(
        damaged objects: [ReadingRow.Object],
        of place: String,
        at time: Timestamp
    ) throws(CatalogError) {
        try note(objects, of: place, at: time, by: Catalog.addDamaged)
    }

    private func note(
        _ objects: [ReadingRow.Object],
        of place: String,
        at time: Timestamp,
        by sql: String
    ) throws(CatalogError) {
        guard !objects.isEmpty else {
            return
        }
        try writing { database in
            let store = try Catalog.number(ofStore: place, in: database)
            let statement = try database.makeStatement(sql: sql)
            for object in objects {
                try statement.execute(
                    arguments: [
                        store, object.key, try object.size.column("size"), object.mark,
                        time.seconds,
                    ]
                )
            }
        }
    }

    // MARK: - Asking

    /// A page of the objects of a store that are due: those that were never read, the oldest
    /// arrival first; then what was read longest ago.
    ///
    /// - Parameters:
    ///   - place: the store's name and place.
    ///   - limit: what was read before is due.
    ///   - last: where the page before ended; nil for the first.
    ///   - count: how many at most.
    /// - Returns: fewer, or none, at the end.
    /// - Throws: ``CatalogError``.
    package func dueReadings(
        of place: String,
        readBefore limit: Timestamp,
        after last: ReadingRow?,
        atMost count: Int
    ) throws(CatalogError) -> [ReadingRow] {
        try reading { database in
            var rows: [ReadingRow] = []
            let read = last?.read
            if read == nil {
                let arrived: Int64 = last?.arrived.seconds ?? .min
                let key = last?.object.key ?? ""
                rows = try Catalog.readings(
                    Catalog.dueUnread,
                    [place, arrived, key, count],
                    in: database
                )
            }
            if rows.count < count {
                // After the last that was never read, those that were are begun with.
                let start = read == nil ? nil : last
                let readAt: Int64 = start?.read?.seconds ?? .min
                let arrived: Int64 = start?.arrived.seconds ?? .min
                let key = start?.object.key ?? ""
                rows += try Catalog.readings(
                    Catalog.dueRead,
                    [place, limit.seconds, readAt, arrived, key, count - rows.count],
                    in: database
                )
            }
            return rows
        }
    }

    /// How much of a store was never read though it came before a time, or was last read before
    /// another.
    ///
    /// - Parameters:
    ///   - place: the store's name and place.
    ///   - arrival: what came before this and was never read counts.
    ///   - limit: what was read before this counts.
    ///   - now: what was read after this counts too, for that is yet to come.
    ///   - countsDamaged: whether what was found damaged counts: it is due, and not late.
    /// - Returns: how many objects, and their bytes.
    /// - Throws: ``CatalogError``.
    package func readings(
        of place: String,
        arrivedBefore arrival: Timestamp,
        readBefore limit: Timestamp,
        at now: Timestamp,
        countsDamaged: Bool
    ) throws(CatalogError) -> (objects: UInt64, bytes: UInt64) {
        try reading { database in
            let arguments: StatementArguments = [
                place, arrival.seconds, limit.seconds, now.seconds, countsDamaged ? 1 : 0,
            ]
            let row = try Row.fetchOne(database, sql: Catalog.countDue, arguments: arguments)
            guard let row else {
                return (0, 0)
            }
            let fields = Fields(row)
            return (try fields.natural("objects"), try fields.natural("bytes"))
        }
    }

    /// Until when how many bytes of a store must be read, by the hour, rising. Hours are rounded
    /// down.
    ///
    /// - Parameters:
    ///   - place: the store's name and place.
    ///   - fresh: how soon after its arrival an object must be read for the first time.
    ///   - within: how soon after a reading it must be read again.
    /// - Returns: a row for each hour in which something is due.
    /// - Throws: ``CatalogError``.
    package func deadlines(
        of place: String,
        fresh: Duration,
        within: Duration
    ) throws(CatalogError) -> [(deadline: Timestamp, bytes: UInt64)] {
        try reading { database in
            let arguments: StatementArguments = [
                place, fresh.components.seconds, within.components.seconds,
            ]
            let rows = try Row.fetchAll(database, sql: Catalog.byHour, arguments: arguments)
            return try rows.map { row in
                let fields = Fields(row)
                let (seconds, overflow) = try fields.integer("hour")
                    .multipliedReportingOverflow(by: 3_600)
                guard !overflow else {
                    throw BadValue(column: "readings.read")
                }
                return (Timestamp(seconds: seconds), try fields.natural("bytes"))
            }
        }
    }

    /// How far the objects of a store are read.
    ///
    /// - Parameters:
    ///   - place: the store's name and place.
    ///   - now: what was read after this, by a clock that was ahead, counts as read in 1970.
    /// - Returns: nil if it was never listed, nor any of it read.
    /// - Throws: ``CatalogError``.
    package func readingStanding(
        of place: String,
        at now: Timestamp
    ) throws(CatalogError) -> ReadingStanding? {
        try reading { database in
            let arguments: StatementArguments = [place, now.seconds]
            let row = try Row.fetchOne(database, sql: Catalog.standing, arguments: arguments)
            return try row.map { row in
                let fields = Fields(row)
                return ReadingStanding(
                    listed: try fields.optional("listed", fields.time),
                    objects: try fields.natural("objects"),
                    bytes: try fields.natural("bytes"),
                    unread: try fields.natural("unread"),
                    damaged: try fields.natural("damaged"),
                    oldestArrival: try fields.optional("oldest_arrival", fields.time),
                    oldestRead: try fields.optional("oldest_read", fields.time)
                )
            }
        }
    }

    // MARK: - Rows

    private static func readings(
        _ sql: String,
        _ arguments: StatementArguments,
        in database: Database
    ) throws -> [ReadingRow] {
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
            let fields = Fields(row)
            return ReadingRow(
                object: ReadingRow.Object(
                    key: try fields.text("key"),
                    size: try fields.natural("size"),
                    mark: try fields.optional("mark", fields.text)
                ),
                arrived: try fields.time("arrived"),
                read: try fields.optional("read", fields.time),
                isDamaged: try fields.integer("damaged") == 1
            )
        }
    }

    /// The row number of a store, which is added if it is new.
    private static func number(ofStore place: String, in database: Database) throws -> Int64 {
        try database.execute(
            sql: "INSERT INTO stores (place) VALUES (?) ON CONFLICT DO NOTHING",
            arguments: [place]
        )
        let sql = "SELECT number FROM stores WHERE place = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [place]) else {
            throw BadValue(column: "stores.place")
        }
        return try Fields(row).integer("number")
    }

    /// A listing is compared by SQLite, which holds none of the rows that it is compared with.
    private static func fillListing(
        _ objects: [ReadingRow.Object],
        in database: Database
    ) throws {
        try database.execute(
            sql: """
                CREATE TEMP TABLE listing (
                    key TEXT PRIMARY KEY, size INTEGER NOT NULL, mark TEXT
                ) STRICT, WITHOUT ROWID
                """
        )
        let statement = try database.makeStatement(
            sql: "INSERT OR REPLACE INTO temp.listing VALUES (?, ?, ?)"
        )
        for object in objects {
            try statement.execute(
                arguments: [object.key, try object.size.column("size"), object.mark]
            )
        }
    }
}
