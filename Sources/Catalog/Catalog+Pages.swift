import Foundation
package import Format
import GRDB
package import Model

extension Catalog {
    /// Those of `pages` whose contents the catalog does not have, in their order.
    package func unknownPages(
        of pages: [ObjectName],
        in set: SetID
    ) throws(CatalogError) -> [ObjectName] {
        try reading { database in
            let known = try database.cachedStatement(
                sql: """
                    SELECT 1 FROM pages JOIN sets ON sets.number = set_number
                    WHERE pages.name = ? AND sets.id = ?
                    """
            )
            return try pages.filter { page in
                try Row.fetchOne(known, arguments: [page.blob, set.blob]) == nil
            }
        }
    }

    /// The list pages of a snapshot, in its manifest's order; none if it is not known.
    package func pages(of snapshot: SnapshotRow) throws(CatalogError) -> [ObjectName] {
        try reading { database in
            let sql = """
                SELECT pages.name FROM snapshot_pages
                JOIN snapshots ON snapshots.number = snapshot_number
                JOIN sets ON sets.number = snapshots.set_number
                JOIN pages ON pages.number = page_number
                WHERE sets.id = ? AND sequence = ? AND snapshots.name = ? ORDER BY position
                """
            let sequence = try snapshot.ref.sequence.column("sequence")
            return try Row.fetchAll(
                database,
                sql: sql,
                arguments: [snapshot.ref.set.blob, sequence, snapshot.name.blob]
            ).map { try Fields($0).name("name") }
        }
    }

    /// What a list page holds; nil if it is not known.
    package func page(_ name: ObjectName, in set: SetID) throws(CatalogError) -> ListPage? {
        try reading { database in
            let sql = """
                SELECT pages.* FROM pages JOIN sets ON sets.number = set_number
                WHERE pages.name = ? AND sets.id = ?
                """
            let row = try Row.fetchOne(database, sql: sql, arguments: [name.blob, set.blob])
            return try row.map { try Catalog.page(Fields($0), in: database) }
        }
    }

    // MARK: - Rows

    private static func page(_ fields: Fields, in database: Database) throws -> ListPage {
        guard let place = UInt32(exactly: try fields.integer("place")) else {
            throw BadValue(column: "pages.place")
        }
        let slots = Slots(bytes: try fields.bytes("slots"))
        let set = try fields.integer("set_number")
        var objects = try occupants(of: place, set: set, in: database)
        objects = objects.filter { slots.contains($0.key) }
        let sql = "SELECT * FROM stray_objects WHERE page_number = ?"
        let number = try fields.integer("number")
        for row in try Row.fetchAll(database, sql: sql, arguments: [number]) {
            let fields = Fields(row)
            guard let slot = UInt16(exactly: try fields.integer("slot")) else {
                throw BadValue(column: "stray_objects.slot")
            }
            objects[slot] = try fields.object()
        }
        let entries = objects.sorted { $0.key < $1.key }
            .map { ListPage.Entry(slot: $0.key, object: $0.value) }
        return ListPage(number: place, entries: entries)
    }

    /// The objects of a set that have the ordinals of one page, by slot.
    private static func occupants(
        of place: UInt32,
        set: Int64,
        in database: Database
    ) throws -> [UInt16: ObjectRef] {
        let first = Int64(place) * Int64(Limits.pageEntriesMax)
        let sql = "SELECT * FROM objects WHERE set_number = ? AND ordinal >= ? AND ordinal < ?"
        let rows = try Row.fetchAll(
            database,
            sql: sql,
            arguments: [set, first, first + Int64(Limits.pageEntriesMax)]
        )
        var objects: [UInt16: ObjectRef] = [:]
        for row in rows {
            let fields = Fields(row)
            guard let slot = UInt16(exactly: try fields.integer("ordinal") - first) else {
                throw BadValue(column: "objects.ordinal")
            }
            objects[slot] = try fields.object()
        }
        return objects
    }

    /// Adds a page and those of its objects that are new; does nothing if the page is known.
    static func insert(_ row: PageRow, set: Int64, in database: Database) throws {
        let page = row.page
        let first = Int64(page.number) * Int64(Limits.pageEntriesMax)
        let known = try occupants(of: page.number, set: set, in: database)
        let add = try database.cachedStatement(
            sql: """
                INSERT INTO objects (set_number, ordinal, name, kind, size) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """
        )
        var slots = Slots()
        var strays: [ListPage.Entry] = []
        for entry in page.entries {
            var fits = known[entry.slot] == entry.object
            if known[entry.slot] == nil {
                try add.execute(arguments: [
                    set, first + Int64(entry.slot), entry.object.name.blob,
                    entry.object.kind.rawValue, try entry.object.size.column("size"),
                ])
                fits = database.changesCount == 1
            }
            if fits { slots.insert(entry.slot) } else { strays.append(entry) }
        }
        try database.execute(
            sql: """
                INSERT INTO pages (set_number, place, name, size, slots) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [
                set, page.number, row.name.blob, page.encoded.count, Data(slots.bytes),
            ]
        )
        guard database.changesCount == 1 else {
            return
        }
        try insert(strays, page: database.lastInsertedRowID, in: database)
    }

    private static func insert(
        _ strays: [ListPage.Entry],
        page: Int64,
        in database: Database
    ) throws {
        for entry in strays {
            try database.execute(
                sql: """
                    INSERT INTO stray_objects (page_number, slot, name, kind, size)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    page, entry.slot, entry.object.name.blob, entry.object.kind.rawValue,
                    try entry.object.size.column("size"),
                ]
            )
        }
    }

    /// Notes that a snapshot needs `pages`, in that order.
    static func link(
        _ snapshot: Int64,
        to pages: [ObjectName],
        set: Int64,
        in database: Database
    ) throws {
        let find = try database.cachedStatement(
            sql: "SELECT number FROM pages WHERE name = ? AND set_number = ?"
        )
        let add = try database.cachedStatement(
            sql: """
                INSERT INTO snapshot_pages (snapshot_number, position, page_number)
                VALUES (?, ?, ?)
                """
        )
        // Pages that an earlier record could not tell are told now; the list is replaced whole.
        try database.execute(
            sql: "DELETE FROM snapshot_pages WHERE snapshot_number = ?",
            arguments: [snapshot]
        )
        for (position, page) in pages.enumerated() {
            guard let number = try Int64.fetchOne(find, arguments: [page.blob, set]) else {
                throw CatalogError.refused(reason: "page \(page.hex) is not known")
            }
            try add.execute(arguments: [snapshot, position, number])
        }
    }
}
