import Catalog
import Format
import Model
import ObjectStore
import Repository

/// What ``CatalogCheck`` has seen so far.
struct Comparison {
    let catalog: Catalog
    let repository: Repository
    /// The sizes of the store's objects by key, in bytes.
    let present: [String: UInt64]
    /// What was found.
    var findings: [Finding] = []
    /// Objects that were told already: one difference is one finding.
    private var told: Set<ObjectName> = []

    /// Compares nothing yet.
    init(catalog: Catalog, repository: Repository, present: [String: UInt64]) {
        self.catalog = catalog
        self.repository = repository
        self.present = present
    }

    /// Compares one set with its believed manifests.
    mutating func compare(_ set: SetID, _ stored: [StoredManifest]) throws {
        told = []
        let rows = Dictionary(grouping: try catalog.snapshots(of: set), by: \.ref)
        let manifests = Dictionary(grouping: stored, by: \.manifest.ref)
        var pages: Set<ObjectName> = []
        for ref in Set(rows.keys).union(manifests.keys).sorted() {
            pages.formUnion(try compare(ref, rows[ref] ?? [], manifests[ref] ?? []))
        }
        for page in pages.sorted() {
            try compare(page, in: set)
        }
        try compareObjects(of: set)
    }

    // MARK: - Snapshots

    /// Compares the snapshots of one number: one each, but for a forked history.
    ///
    /// - Returns: the list pages of those that are in both.
    private mutating func compare(
        _ ref: SnapshotRef,
        _ rows: [SnapshotRow],
        _ manifests: [StoredManifest]
    ) throws -> Set<ObjectName> {
        if rows.count == 1, manifests.count == 1, rows[0].name != manifests[0].name {
            findings.append(
                Finding(
                    .catalogSnapshotDiffers,
                    .snapshot(ref),
                    evidence: ["catalog": rows[0].name.hex, "store": manifests[0].name.hex],
                    breaks: [ref]
                )
            )
            return []
        }
        var pages: Set<ObjectName> = []
        for row in rows {
            guard let stored = manifests.first(where: { $0.name == row.name }) else {
                note(.catalogSnapshotMissing, ref, row.name)
                continue
            }
            let listed = try catalog.pages(of: row)
            let expected = SnapshotRow(stored.manifest, name: stored.name, contents: row.contents)
            if row != expected || listed != stored.manifest.pages {
                note(.catalogSnapshotDiffers, ref, row.name)
            }
            pages.formUnion(Set(listed).intersection(stored.manifest.pages))
        }
        for stored in manifests where !rows.contains(where: { $0.name == stored.name }) {
            note(.catalogSnapshotUnknown, ref, stored.name)
        }
        return pages
    }

    private mutating func note(_ code: FindingCode, _ ref: SnapshotRef, _ name: ObjectName) {
        // What the catalog alone got wrong breaks no snapshot of the store.
        let breaks = code == .catalogSnapshotMissing ? [ref] : []
        findings.append(
            Finding(code, .snapshot(ref), evidence: ["name": name.hex], breaks: breaks)
        )
    }

    // MARK: - Pages

    /// Compares what catalog and store hold of one list page.
    private mutating func compare(_ name: ObjectName, in set: SetID) throws {
        let stored: ListPage
        do throws(RepositoryError) {
            stored = try repository.page(name)
        } catch {
            guard error.isDamage else {
                throw error
            }
            try notePage(name, in: set, error)
            return
        }
        let before = byName(try catalog.page(name, in: set)?.entries ?? [])
        let after = byName(stored.entries)
        for (object, entry) in after.sorted(by: { $0.key < $1.key }) where before[object] != entry {
            let code: FindingCode =
                before[object] == nil ? .catalogObjectUnknown : .catalogObjectDiffers
            try note(
                code,
                object,
                entry.object.storeKey,
                catalog: before[object]?.object.size,
                store: entry.object.size
            )
        }
        for (object, entry) in before.sorted(by: { $0.key < $1.key }) where after[object] == nil {
            try note(
                .catalogObjectDiffers,
                object,
                entry.object.storeKey,
                catalog: entry.object.size,
                store: nil
            )
        }
    }

    private func byName(_ entries: [ListPage.Entry]) -> [ObjectName: ListPage.Entry] {
        Dictionary(entries.map { ($0.object.name, $0) }, uniquingKeysWith: { one, _ in one })
    }

    /// A page that is not there, or has another size, is told with the other objects; one of the
    /// right size whose bytes are wrong is told here, for we have read it.
    private mutating func notePage(
        _ name: ObjectName,
        in set: SetID,
        _ error: RepositoryError
    ) throws {
        let key = StoreKey.list(name)
        let size = try catalog.page(name, in: set).map { UInt64($0.encoded.count) }
        guard case .format = error, present[key] == size, told.insert(name).inserted else {
            return
        }
        findings.append(
            Finding(
                .objectDamaged,
                .object(StoreKey.list(name)),
                evidence: ["reason": error.description],
                breaks: try catalog.snapshots(needing: name)
            )
        )
    }

    // MARK: - Objects

    /// Compares what the catalog knows of a set's objects with the listing.
    private mutating func compareObjects(of set: SetID) throws {
        var differing: [Catalog.NeededObject] = []
        let present = present
        try catalog.forEachObject(of: set) { object in
            if present[object.storeKey] != object.size {
                differing.append(object)
            }
        }
        for object in differing.sorted(by: { $0.storeKey < $1.storeKey }) {
            let size = present[object.storeKey]
            try note(
                size == nil ? .catalogObjectMissing : .catalogObjectDiffers,
                object.name,
                object.storeKey,
                catalog: object.size,
                store: size
            )
        }
    }

    private mutating func note(
        _ code: FindingCode,
        _ name: ObjectName,
        _ key: String,
        catalog known: UInt64?,
        store: UInt64?
    ) throws {
        guard told.insert(name).inserted else {
            return
        }
        var evidence: [String: String] = [:]
        evidence["bytesCatalog"] = known.map { "\($0)" }
        evidence["bytesStore"] = store.map { "\($0)" }
        let breaks = try catalog.snapshots(needing: name)
        findings.append(Finding(code, .object(key), evidence: evidence, breaks: breaks))
    }
}
