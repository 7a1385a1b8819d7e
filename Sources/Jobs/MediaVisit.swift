import Catalog
package import Configuration
import Format
package import Model

/// The time that work spends with the media that are mounted: an interval of the presence of each,
/// unless somebody attached it by hand. Begun by ``init(_:stores:now:)``, ended by ``end()`` for
/// those that are not mounted any more: one that stays is as near to an attacker as any store.
package struct MediaVisit: Sendable {
    /// The labels of media that are mounted and not in the catalog, which keeps no time of them.
    package let unknown: [String]

    private let site: Site
    private let begun: [MediumRow]
    private let now: @Sendable () -> Timestamp

    /// Begins.
    ///
    /// - Parameters:
    ///   - site: whose catalog keeps the time.
    ///   - stores: which the work goes to; those that have no media are passed over.
    ///   - now: the host's clock.
    /// - Throws: ``MediaError/wrong(_:)`` if what is mounted is not what it says, or lies on
    ///   another device: nothing is to be read or written in another's name. ``CatalogError``;
    ///   ``StoreError``.
    package init(
        _ site: Site,
        stores: [Configuration.Store],
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        var unknown: [String] = []
        var begun: [MediumRow] = []
        for store in stores {
            guard let medium = try MediaVisit.medium(in: store, of: site) else {
                continue
            }
            let catalog = try site.catalog()
            let rows = try catalog.media()
            guard let row = medium.row(among: rows) else {
                unknown.append(medium.document.label)
                continue
            }
            if try catalog.beginPresence(of: row.id, at: now()) {
                begun.append(row)
            }
        }
        self.site = site
        self.unknown = unknown
        self.begun = begun
        self.now = now
    }

    /// The medium that is mounted in a store, which is what it says.
    ///
    /// - Parameters:
    ///   - store: where; of one that has no media there is none.
    ///   - site: whose it must be.
    /// - Returns: nil if none is mounted.
    /// - Throws: as ``init(_:stores:now:)``.
    package static func medium(
        in store: Configuration.Store,
        of site: Site
    ) throws -> MountedMedium? {
        guard let medium = try MountedMedium(in: store) else {
            return nil
        }
        let rows = try site.catalog().media()
        var findings = try medium.findings(site, among: rows)
        // What cannot be looked at is not shown to be another.
        if let row = medium.row(among: rows), let path = store.folder,
            let mounted = try? MountedFileSystem(of: path)
        {
            findings += row.findings(on: mounted)
        }
        guard !findings.contains(where: { $0.code == .mediumWrong }) else {
            throw MediaError.wrong(medium.document.label)
        }
        return medium
    }

    /// Ends for each medium that is gone: from now on the day counts on which it must be back. Of
    /// one that is mounted still `media detach` ends the time, and `medium-online` tells till then.
    ///
    /// - Throws: ``CatalogError``.
    package func end() throws {
        guard !begun.isEmpty else {
            return
        }
        let catalog = try site.catalog()
        for row in begun {
            // Any mount point will do for a medium, whichever store it was made for.
            guard !site.configuration.stores.contains(where: { row.isMounted(in: $0) }) else {
                continue
            }
            let policy = site.configuration.store(named: row.store)?.media ?? .standard
            let end = now()
            try catalog.endPresence(of: row.id, at: end, due: end.adding(policy.returnWithin))
        }
    }
}
