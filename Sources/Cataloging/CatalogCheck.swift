package import Catalog
import Format
package import Model
import ObjectStore
package import Repository

/// Compares a catalog with the repository that it remembers, without any key and without reading
/// a pack: manifests, list pages, and presence and size of every object by one listing.
///
/// Not while a backup runs: its snapshot would be in the one and not yet in the other. Objects
/// that no manifest needs are not the catalog's concern; verification reports them.
package enum CatalogCheck {
    /// Names each difference.
    ///
    /// - Parameters:
    ///   - catalog: the host's.
    ///   - repository: where the sets commit to.
    ///   - signers: whose manifests are believed. Another's counts as not there, and is told.
    ///   - sets: which sets; nil for all. A host whose sets commit to several stores must say.
    /// - Returns: what is wrong with single manifests, then the differences; nothing if catalog
    ///   and repository agree.
    /// - Throws: ``CatalogError`` or ``RepositoryError`` if one of them cannot be looked at.
    package static func run(
        _ catalog: Catalog,
        _ repository: Repository,
        _ signers: TrustedSigners,
        sets: Set<SetID>? = nil
    ) throws -> [Finding] {
        let history = try History(of: repository, trusting: signers)
        let present = Dictionary(
            try repository.store.list(prefix: "").map { ($0.key, $0.size) },
            uniquingKeysWith: { one, _ in one }
        )
        var comparison = Comparison(catalog: catalog, repository: repository, present: present)
        comparison.findings = history.findings.filter { finding in
            guard let sets else {
                return true
            }
            return finding.breaks.contains { sets.contains($0.set) }
        }
        let known = Set(try catalog.sets().map(\.id)).union(history.manifests.keys)
        for set in known.sorted() where sets?.contains(set) ?? true {
            let stored = (history.manifests[set] ?? []).filter(\.isTrusted)
            try comparison.compare(set, stored)
        }
        return comparison.findings
    }
}
