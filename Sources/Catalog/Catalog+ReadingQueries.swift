import GRDB
package import Model

extension Catalog {
    // MARK: - A listing

    /// When all that lies in a store was last listed; nil if it never was.
    package func lastListing(of place: String) throws(CatalogError) -> Timestamp? {
        try reading { database in
            let sql = "SELECT listed FROM stores WHERE place = ?"
            return try Row.fetchOne(database, sql: sql, arguments: [place]).flatMap { row in
                let fields = Fields(row)
                return try fields.optional("listed", fields.time)
            }
        }
    }

    /// How many of a listing are not known.
    static let countNew = """
        SELECT count(*) FROM temp.listing WHERE NOT EXISTS (
            SELECT 1 FROM readings WHERE store_number = ? AND readings.key = listing.key
        )
        """
    /// Forgets what a listing lacks.
    static let forgetGone = """
        DELETE FROM readings WHERE store_number = ? AND NOT EXISTS (
            SELECT 1 FROM temp.listing WHERE listing.key = readings.key
        )
        """
    /// Takes times that are yet to come for none.
    static let resetFuture = """
        UPDATE readings SET read = iif(read > ?2, NULL, read), arrived = min(arrived, ?2)
        WHERE store_number = ?1 AND (read > ?2 OR arrived > ?2)
        """
    /// Adds what is new in a listing, and what has another size or mark as new.
    static let addListing = """
        INSERT INTO readings (store_number, key, size, mark, arrived)
        SELECT ?1, listing.key, listing.size, listing.mark, ?2 FROM temp.listing WHERE true
        ON CONFLICT (store_number, key) DO UPDATE SET
            size = excluded.size, mark = excluded.mark, arrived = excluded.arrived,
            read = NULL, damaged = 0
        WHERE readings.size <> excluded.size OR readings.mark IS NOT excluded.mark
        """

    // MARK: - Readings

    /// Notes an object that was read.
    static let addRead = """
        INSERT INTO readings (store_number, key, size, mark, arrived, read)
        VALUES (?1, ?2, ?3, ?4, ?5, ?5)
        ON CONFLICT (store_number, key) DO UPDATE SET
            size = excluded.size, mark = excluded.mark, damaged = 0,
            read = max(coalesce(readings.read, excluded.read), excluded.read)
        """
    /// Notes an object that is damaged, which nobody has read whole since.
    static let addDamaged = """
        INSERT INTO readings (store_number, key, size, mark, arrived, damaged)
        VALUES (?1, ?2, ?3, ?4, ?5, 1)
        ON CONFLICT (store_number, key) DO UPDATE SET
            size = excluded.size, mark = excluded.mark, damaged = 1, read = NULL
        """

    // MARK: - What is due

    // A store may list any size, and sums of them must not overflow: none counts for more than
    // 1 TiB, and no object is as large.

    /// A page of those that were never read.
    static let dueUnread = """
        SELECT readings.* FROM readings JOIN stores ON stores.number = store_number
        WHERE place = ? AND read IS NULL AND (arrived, key) > (?, ?)
        ORDER BY arrived, key LIMIT ?
        """
    /// A page of those that were read before a time.
    static let dueRead = """
        SELECT readings.* FROM readings JOIN stores ON stores.number = store_number
        WHERE place = ? AND read < ? AND (read, arrived, key) > (?, ?, ?)
        ORDER BY read, arrived, key LIMIT ?
        """
    /// How much is due; what was read at a time that is yet to come was not.
    static let countDue = """
        SELECT count(*) AS objects, coalesce(sum(min(size, 1099511627776)), 0) AS bytes
        FROM readings JOIN stores ON stores.number = store_number
        WHERE place = ?1 AND damaged <= ?5
            AND (read IS NULL AND arrived < ?2 OR read < ?3 OR read > ?4)
        """
    /// Bytes by the hour of their deadlines.
    static let byHour = """
        SELECT (CASE WHEN read IS NULL THEN arrived + ?2 ELSE read + ?3 END) / 3600 AS hour,
            sum(min(size, 1099511627776)) AS bytes
        FROM readings JOIN stores ON stores.number = store_number
        WHERE place = ?1 GROUP BY hour ORDER BY hour
        """
    /// All of a store; what was read at a time that is yet to come was read longest ago.
    static let standing = """
        SELECT listed, count(key) AS objects,
            coalesce(sum(min(size, 1099511627776)), 0) AS bytes,
            coalesce(sum(key IS NOT NULL AND read IS NULL), 0) AS unread,
            coalesce(sum(damaged), 0) AS damaged,
            min(CASE WHEN read IS NULL THEN arrived END) AS oldest_arrival,
            min(iif(read > ?2, 0, read)) AS oldest_read
        FROM stores LEFT JOIN readings ON store_number = stores.number
        WHERE place = ?1 GROUP BY stores.number
        """
}
