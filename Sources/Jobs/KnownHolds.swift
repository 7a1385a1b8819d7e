import Catalog
import Configuration
import Model
import ObjectStore

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
    /// - Throws: ``CatalogError``, ``HostStateError``, ``SiteError``; ``RepositoryError`` if the
    ///   store does not tell what it has.
    init(in store: any ObjectStore, of site: Site) throws {
        let place = store.place
        // Records travel with copies: those of holds in other stores say nothing of this one.
        let others = site.configuration.stores
            .map { String(Site.place(of: $0).dropFirst($0.name.count)) }
            .filter { !place.hasSuffix($0) }
        let known = try site.catalog().openHolds(in: place)
        let recorded = try RecordedHolds(in: store, trusting: try site.signers())
        rows =
            known
            + recorded.open.filter { row in
                !others.contains { row.store.hasSuffix($0) }
                    && !known.contains(where: row.isSame(as:))
            }
        findings = recorded.findings
    }
}
