import Format
import GRDB
package import Model

extension Catalog {
    /// An object in the store that a set's snapshots need.
    package struct NeededObject: Hashable, Sendable {
        /// Where it lies in a store.
        package let storeKey: String
        /// SHA-256 of its stored bytes.
        package let name: ObjectName
        /// The number of its stored bytes.
        package let size: UInt64
    }

    /// How much the catalog knows.
    package struct Counts: Hashable, Sendable {
        /// Backup sets.
        package let sets: Int
        /// Snapshots of all sets.
        package let snapshots: Int
        /// Different list pages.
        package let pages: Int
        /// Different objects that pages name.
        package let objects: Int
    }

    /// Calls `body` with every object that any snapshot of `set` needs, list pages among them;
    /// one that two pages state differently comes once for each.
    package func forEachObject(
        of set: SetID,
        _ body: (NeededObject) -> Void
    ) throws(CatalogError) {
        try reading { database in
            for sql in [Catalog.ownObjects, Catalog.strayObjects] {
                let rows = try Row.fetchCursor(database, sql: sql, arguments: [set.blob])
                while let row = try rows.next() {
                    let object = try Fields(row).object()
                    body(
                        NeededObject(
                            storeKey: object.storeKey,
                            name: object.name,
                            size: object.size
                        )
                    )
                }
            }
            let pages = try Row.fetchCursor(
                database,
                sql: Catalog.listPages,
                arguments: [set.blob]
            )
            while let row = try pages.next() {
                let fields = Fields(row)
                let name = try fields.name("name")
                body(
                    NeededObject(
                        storeKey: StoreKey.list(name),
                        name: name,
                        size: try fields.natural("size")
                    )
                )
            }
        }
    }

    /// The snapshots that need an object or a list page, rising; none if it is not known.
    ///
    /// - Complexity: one bitmap for each page that ever had the object's place.
    package func snapshots(needing name: ObjectName) throws(CatalogError) -> [SnapshotRef] {
        try reading { database in
            var pages: Set<Int64> = []
            for sql in [
                "SELECT number FROM pages WHERE name = ?",
                "SELECT page_number FROM stray_objects WHERE name = ?",
            ] {
                let found = try Int64.fetchAll(database, sql: sql, arguments: [name.blob])
                pages.formUnion(found)
            }
            let places = try Row.fetchAll(
                database,
                sql: "SELECT set_number, ordinal FROM objects WHERE name = ?",
                arguments: [name.blob]
            )
            for row in places {
                pages.formUnion(try Catalog.pages(naming: Fields(row), in: database))
            }
            var refs: Set<SnapshotRef> = []
            for page in pages {
                refs.formUnion(try Catalog.snapshots(needing: page, in: database))
            }
            return refs.sorted()
        }
    }

    /// Counts the rows.
    package func counts() throws(CatalogError) -> Counts {
        try reading { database in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
            }
            return Counts(
                sets: try count("sets"),
                snapshots: try count("snapshots"),
                pages: try count("pages"),
                objects: try count("objects")
            )
        }
    }

    // MARK: - Queries

    private static let ownObjects = """
        SELECT objects.* FROM objects JOIN sets ON sets.number = set_number WHERE sets.id = ?
        """
    private static let strayObjects = """
        SELECT stray_objects.* FROM stray_objects JOIN pages ON pages.number = page_number
        JOIN sets ON sets.number = set_number WHERE sets.id = ?
        """
    private static let listPages = """
        SELECT pages.* FROM pages JOIN sets ON sets.number = set_number WHERE sets.id = ?
        """

    /// The pages that name the object whose place `fields` gives.
    private static func pages(naming fields: Fields, in database: Database) throws -> [Int64] {
        let (place, slot) = try fields.integer("ordinal")
            .quotientAndRemainder(dividingBy: Int64(Limits.pageEntriesMax))
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT number, slots FROM pages WHERE set_number = ? AND place = ?",
            arguments: [try fields.integer("set_number"), place]
        )
        return try rows.compactMap { row in
            let fields = Fields(row)
            let slots = Slots(bytes: try fields.bytes("slots"))
            return slots.contains(UInt16(slot)) ? try fields.integer("number") : nil
        }
    }

    private static func snapshots(
        needing page: Int64,
        in database: Database
    ) throws -> [SnapshotRef] {
        let sql = """
            SELECT sets.id, sequence FROM snapshot_pages
            JOIN snapshots ON snapshots.number = snapshot_number
            JOIN sets ON sets.number = set_number WHERE page_number = ?
            """
        return try Row.fetchAll(database, sql: sql, arguments: [page]).map { row in
            let fields = Fields(row)
            return SnapshotRef(set: try fields.set("id"), sequence: try fields.natural("sequence"))
        }
    }
}
