import Format
import GRDB
package import Model

extension Catalog {
    /// Records a snapshot and what it needs, once its manifest is durable in the store.
    ///
    /// Recording it again changes nothing, except that contents, a name or pages that were not
    /// known are filled in.
    ///
    /// - Parameters:
    ///   - snapshot: what the manifest and the run tell.
    ///   - setName: the set's name in the configuration; nil if it is not known.
    ///   - pages: the manifest's list pages, in its order.
    ///   - contents: what those of `pages` hold that ``unknownPages(of:in:)`` names; others are
    ///     ignored if they are known already.
    /// - Throws: ``CatalogError/refused(reason:)`` if a page of `pages` is neither known nor given.
    package func record(
        snapshot: SnapshotRow,
        setName: String?,
        pages: [ObjectName],
        contents: [PageRow]
    ) throws(CatalogError) {
        try writing { database in
            let set = try Catalog.number(of: snapshot.ref.set, named: setName, in: database)
            for page in contents {
                try Catalog.insert(page, set: set, in: database)
            }
            try Catalog.insert(snapshot, set: set, in: database)
            let sql =
                "SELECT number FROM snapshots WHERE set_number = ? AND sequence = ? AND name = ?"
            let sequence = try snapshot.ref.sequence.column("sequence")
            guard
                let number = try Int64.fetchOne(
                    database,
                    sql: sql,
                    arguments: [set, sequence, snapshot.name.blob]
                )
            else {
                throw BadValue(column: "snapshots.name")
            }
            try Catalog.link(number, to: pages, set: set, in: database)
        }
    }

    /// The newest snapshot that this host remembers of a set, because it made it or saw it in a
    /// verification; nil before the first.
    package func head(of set: SetID) throws(CatalogError) -> Head? {
        let made = try newestSnapshot(of: set).map {
            Head(sequence: $0.ref.sequence, name: $0.name)
        }
        let seen = try newestHeadSeen(of: set)
        guard let made, let seen else {
            return made ?? seen
        }
        return seen.sequence > made.sequence ? seen : made
    }

    /// The snapshots of a set, rising by sequence.
    package func snapshots(of set: SetID) throws(CatalogError) -> [SnapshotRow] {
        try reading { database in
            try Row.fetchAll(
                database,
                sql: Catalog.selectSnapshots
                    + " WHERE sets.id = ? ORDER BY sequence, snapshots.number",
                arguments: [set.blob]
            ).map { try Catalog.snapshot(Fields($0)) }
        }
    }

    /// The newest snapshot of a set: of all, or of those that are complete or not.
    package func newestSnapshot(
        of set: SetID,
        complete: Bool? = nil
    ) throws(CatalogError) -> SnapshotRow? {
        try reading { database in
            let sql = """
                \(Catalog.selectSnapshots)
                WHERE sets.id = ? AND complete = coalesce(?, complete)
                ORDER BY sequence DESC, snapshots.number LIMIT 1
                """
            return try Row.fetchOne(database, sql: sql, arguments: [set.blob, complete]).map {
                try Catalog.snapshot(Fields($0))
            }
        }
    }

    // MARK: - Rows

    private static let selectSnapshots =
        "SELECT sets.id AS set_id, snapshots.* FROM snapshots JOIN sets ON sets.number = set_number"

    private static func snapshot(_ fields: Fields) throws -> SnapshotRow {
        let contents = try fields.optional("files") { files in
            SnapshotRow.Contents(
                files: try fields.natural(files),
                contentBytes: try fields.natural("content_bytes"),
                cut: try fields.time("cut")
            )
        }
        return SnapshotRow(
            ref: SnapshotRef(
                set: try fields.set("set_id"),
                sequence: try fields.natural("sequence")
            ),
            name: try fields.name("name"),
            previous: try fields.optional("previous", fields.name),
            started: try fields.time("started"),
            finished: try fields.time("finished"),
            complete: try fields.integer("complete") == 1,
            run: KeyID(try fields.digest("run")),
            secret: KeyID(try fields.digest("secret")),
            epoch: try fields.natural("epoch"),
            needed: Manifest.Totals(
                objects: try fields.natural("needed_objects"),
                bytes: try fields.natural("needed_bytes")
            ),
            new: Manifest.Totals(
                objects: try fields.natural("new_objects"),
                bytes: try fields.natural("new_bytes")
            ),
            contents: contents
        )
    }

    private static func insert(
        _ snapshot: SnapshotRow,
        set: Int64,
        in database: Database
    ) throws {
        let sql = """
            INSERT INTO snapshots
                (set_number, sequence, name, previous, started, finished, complete, run, secret,
                epoch, needed_objects, needed_bytes, new_objects, new_bytes, files, content_bytes,
                cut)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (set_number, sequence, name) DO UPDATE SET
                files = coalesce(files, excluded.files),
                content_bytes = coalesce(content_bytes, excluded.content_bytes),
                cut = coalesce(cut, excluded.cut)
            """
        let arguments: [(any DatabaseValueConvertible)?] = [
            set, try snapshot.ref.sequence.column("sequence"), snapshot.name.blob,
            snapshot.previous?.blob, snapshot.started.seconds, snapshot.finished.seconds,
            snapshot.complete, snapshot.run.digest.blob, snapshot.secret.digest.blob,
            try snapshot.epoch.column("epoch"),
            try snapshot.needed.objects.column("needed objects"),
            try snapshot.needed.bytes.column("needed bytes"),
            try snapshot.new.objects.column("new objects"),
            try snapshot.new.bytes.column("new bytes"),
            try snapshot.contents?.files.column("files"),
            try snapshot.contents?.contentBytes.column("content bytes"),
            snapshot.contents?.cut.seconds,
        ]
        try database.execute(sql: sql, arguments: StatementArguments(arguments))
    }
}
