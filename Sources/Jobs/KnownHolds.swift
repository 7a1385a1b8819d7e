import Catalog
import Configuration
import Format
import Model
import ObjectStore
import Repository

/// The legal holds in a store, as far as anyone here can know of them: those in the catalog, and
/// those that only the signed records there tell. They are another host's, or of a catalog that was
/// lost, or of a time at which the store had another name.
struct KnownHolds {
    /// The holds; of one that is known by two names of the store there are two.
    let rows: [HoldRow]
    /// What of the records is missing or cannot be read: there may be more holds.
    let findings: [Finding]

    /// Asks the catalog and the store.
    ///
    /// - Parameters:
    ///   - store: in which they are.
    ///   - site: its catalog, and whom it believes.
    /// - Throws: ``CatalogError``, ``HostStateError``, ``SiteError``; ``RepositoryError`` or
    ///   ``StoreError`` if the store does not tell what it has.
    init(in store: any ObjectStore, of site: Site) throws {
        let place = store.place
        let stores = site.configuration.stores
        let recorded = try RecordedHolds(in: store, trusting: try site.signers())
        let known = try site.catalog().openHolds(in: place).map { row in
            var row = row
            row.placed = recorded.open.filter(row.isSame(as:)).map(\.placed)
                .reduce(row.placed, max)
            return row
        }
        let others = try recorded.open.filter { row in
            guard !known.contains(where: row.isSame(as:)) else {
                return false
            }
            if let isOwn = KnownHolds.isOwn(row, of: place, among: stores) {
                return isOwn
            }
            return try known.contains { $0.set == row.set && $0.head == row.head }
                || KnownHolds.isHeld(row, in: store)
        }
        rows = known + others
        findings = recorded.findings
    }

    /// Whether a recorded hold is in the store at `place`; nil if its store is configured no more.
    /// Records travel with copies: those of holds in other stores say nothing of this one.
    private static func isOwn(
        _ row: HoldRow,
        of place: String,
        among stores: [Configuration.Store]
    ) -> Bool? {
        let (name, location) = parts(of: row.store)
        let own = parts(of: place)
        let others = stores.map { parts(of: Site.place(of: $0)) }
        // A name can be given to another store, a place cannot.
        if location == own.location {
            return true
        }
        if others.contains(where: { $0.location == location }) {
            return false
        }
        if name == own.name {
            return true
        }
        return others.contains { $0.name == name } ? false : nil
    }

    /// A store's name, and where it lies, as findings and records call it (``Site/place(of:)``).
    private static func parts(of place: String) -> (name: Substring, location: Substring) {
        let end = place.firstRange(of: " (")?.lowerBound ?? place.endIndex
        return (place[..<end], place[end...])
    }

    /// Whether any version of a hold's manifest is held here.
    private static func isHeld(
        _ row: HoldRow,
        in store: any ObjectStore
    ) throws(StoreError) -> Bool {
        guard let bucket = ManyVersions.base(of: store) as? any LockableStore else {
            return false
        }
        let key = StoreKey.manifest(set: row.set, sequence: row.head.sequence, name: row.head.name)
        for version in try bucket.versions(prefix: key) where !version.isDeleteMarker {
            if try bucket.isHeld(version.key, version: version.version) {
                return true
            }
        }
        return false
    }
}
