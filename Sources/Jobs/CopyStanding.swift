package import Catalog
package import Configuration
import Format
package import Model

/// How far each copy of a site's sets is, and what is held, as the catalog remembers it.
package struct CopyStanding: Sendable {
    /// A set in one of its further stores.
    package struct Copy: Sendable {
        /// The set's name.
        package let set: String
        /// The store.
        package let store: Configuration.Store
        /// Which of the store's media; nil where it has none, or none was made yet.
        package let medium: String?
        /// The number of the set's newest snapshot; nil if it has none.
        package let newest: UInt64?
        /// What was brought last; nil if nothing was.
        package let last: CopyRow?
        /// What the last verification of it said; nil if there was none.
        let verified: Verdict?
        /// Whether anything can be brought there now: a medium may lie in a safe.
        let isHere: Bool

        /// The store, and the medium if it is one.
        package var name: String { [store.name, medium].compactMap(\.self).joined(separator: "/") }
    }

    /// A snapshot that is under a legal hold.
    package struct Hold: Sendable {
        /// The set's name.
        package let set: String
        /// The store's name; of one that is configured no more its place.
        package let store: String
        /// Since when, and why.
        package let row: HoldRow
    }

    /// Every set in each of its further stores, in the configuration's order.
    package let copies: [Copy]
    /// What is held of the sets, in whichever store.
    package let holds: [Hold]
    /// Copies that lack what the first store has.
    package let behind: [Finding]
    /// Copies in which something was found wrong, or could not be shown to be well, when they were
    /// last brought or verified, and holds that nobody looks after: no time makes that better.
    package let wrong: [Finding]

    /// All that is to be told of copies.
    package var findings: [Finding] { behind + wrong }

    /// Asks the catalog.
    ///
    /// - Parameters:
    ///   - site: its configuration and state.
    ///   - sets: which are asked for.
    /// - Throws: ``CatalogError``; ``HostStateError``.
    package init(_ site: Site, sets: [Configuration.BackupSet]) throws {
        let catalog = try site.catalog()
        let rows = try catalog.openHolds()
        var copies: [Copy] = []
        var holds: [Hold] = []
        for set in sets {
            let id = try site.setID(named: set.name)
            let head = try id.flatMap { try catalog.head(of: $0) }
            holds += rows.filter { $0.set == id }
                .map { Hold(set: set.name, store: CopyStanding.store(of: $0, site), row: $0) }
            for store in site.configuration.stores(of: set).dropFirst() {
                for place in try CopyStanding.places(of: store, catalog) {
                    copies.append(
                        Copy(
                            set: set.name,
                            store: store,
                            medium: place.medium,
                            newest: head?.sequence,
                            last: try site.lastCopy(of: set, at: place.name),
                            verified: try id.flatMap {
                                try catalog.newestVerification(of: $0, store: place.name)
                            }?.verdict,
                            isHere: place.isHere
                        )
                    )
                }
            }
        }
        self.copies = copies
        self.holds = holds
        behind = copies.compactMap(Self.judge)
        wrong = copies.flatMap(Self.faults) + holds.compactMap { Self.doubt($0.row, site) }
    }

    private static func store(of hold: HoldRow, _ site: Site) -> String {
        site.configuration.stores.first { Site.place(of: $0) == hold.store }?.name ?? hold.store
    }

    /// What is held in a store that is configured no more is looked at by no copy run.
    private static func doubt(_ hold: HoldRow, _ site: Site) -> Finding? {
        guard !site.configuration.stores.contains(where: { Site.place(of: $0) == hold.store })
        else {
            return nil
        }
        let head = hold.head
        return Finding(
            .objectUnreadable,
            .object(StoreKey.manifest(set: hold.set, sequence: head.sequence, name: head.name)),
            evidence: ["reason": "the store is not configured any more", "store": hold.store],
            breaks: [hold.snapshot]
        )
    }

    private struct Place {
        let medium: String?
        let name: String
        let isHere: Bool
    }

    /// A store is one place; of one with media each medium that counts is.
    private static func places(
        of store: Configuration.Store,
        _ catalog: Catalog
    ) throws -> [Place] {
        var found: [Place] = []
        for row in try catalog.media() where row.store == store.name && row.counts {
            let place = Place(
                medium: row.label,
                name: Site.place(ofMedium: row.label, in: store),
                isHere: try catalog.isHere(row.id)
            )
            found.append(place)
        }
        guard found.isEmpty else {
            return found
        }
        return [Place(medium: nil, name: Site.place(of: store), isHere: true)]
    }

    private static func judge(_ copy: Copy) -> Finding? {
        guard let newest = copy.newest else {
            return nil  // A set without a snapshot is told as that.
        }
        let copied = copy.last?.head?.sequence ?? 0
        // A medium that is away falls behind every night; what counts is that it comes back.
        guard copied < newest, copy.isHere || copied == 0 else {
            return nil
        }
        return Finding(
            .copyBehind,
            copy.subject,
            evidence: [
                "copied": copied == 0 ? "none" : "\(copied)", "missing": "\(newest - copied)",
                "newest": "\(newest)",
            ]
        )
    }

    /// What the last copy run met, and what the last verification found.
    private static func faults(_ copy: Copy) -> [Finding] {
        var codes: [FindingCode] = []
        switch copy.last?.verdict {
        case .failed: codes.append(.copyFailed)
        case .notProven: codes.append(.copyNotProven)
        case .proven, nil: break
        }
        if copy.verified == .failed {
            codes.append(.verificationFailed)
        }
        return codes.map { Finding($0, copy.subject) }
    }
}

extension CopyStanding.Copy {
    /// The set and the place, as findings call them.
    fileprivate var subject: Subject { .named("\(set) → \(name)") }
}
