import Catalog
import Format
import GRDB
import Model
import Primitives
import TestSupport

/// A digest that stands for `number`.
func digest(_ number: Int) -> Digest {
    SHA256.hash(Array("\(number)".utf8))
}

func object(_ number: Int, size: UInt64 = 100) -> ObjectRef {
    ObjectRef(kind: .pack, name: ObjectName(digest(number)), size: size)
}

func set(_ number: UInt8) -> SetID {
    guard let id = RandomID([UInt8](repeating: number, count: 16)) else {
        preconditionFailure("16 bytes make an id")
    }
    return SetID(id)
}

/// A page of `number` that holds `objects`, by slot.
func page(_ number: UInt32, _ objects: [UInt16: ObjectRef]) -> PageRow {
    let entries = objects.sorted { $0.key < $1.key }
        .map { ListPage.Entry(slot: $0.key, object: $0.value) }
    let page = ListPage(number: number, entries: entries)
    return PageRow(name: ObjectName(SHA256.hash(page.encoded)), page: page)
}

func snapshot(
    _ sequence: UInt64,
    of id: SetID = set(1),
    name: Int? = nil,
    complete: Bool = true,
    contents: SnapshotRow.Contents? = nil
) -> SnapshotRow {
    let number = name ?? Int(sequence)
    let manifest = Manifest(
        set: id,
        sequence: sequence,
        previous: sequence == 1 ? nil : ObjectName(digest(number - 1)),
        repository: RepositoryID(id.id),
        descriptor: digest(0),
        run: KeyID(digest(2)),
        secret: KeyID(digest(3)),
        epoch: 1,
        keys: [KeyID(digest(2))],
        recipients: ["age1"],
        root: ChunkID(digest(4)),
        pages: [],
        needed: Manifest.Totals(objects: 2, bytes: 200),
        new: Manifest.Totals(objects: 1, bytes: 100),
        complete: complete,
        started: Timestamp(seconds: 1_800_000_000),
        finished: Timestamp(seconds: 1_800_000_100),
        tool: "toride test"
    )
    return SnapshotRow(manifest, name: ObjectName(digest(number)), contents: contents)
}

extension Catalog {
    /// Records a snapshot with all its pages.
    func record(
        _ snapshot: SnapshotRow,
        _ pages: [PageRow],
        named name: String? = nil
    ) throws(CatalogError) {
        try record(
            snapshot: snapshot,
            setName: name,
            pages: pages.map(\.name),
            contents: pages
        )
    }
}

/// Gives `body` a new catalog.
func withCatalog(_ body: (Catalog) throws -> Void) throws {
    try withTemporaryFolder { folder in
        let catalog = try Catalog(path: "\(folder)/catalog.sqlite")
        try body(catalog)
        try catalog.close()
    }
}

/// Runs `sql` on a database from outside, as damage does.
func tamper(_ path: String, _ sql: String, foreignKeys: Bool = false) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = foreignKeys
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { try $0.execute(sql: sql) }
    try queue.close()
}
