package import Catalog
package import Format
package import Model
import ObjectStore
package import Repository

/// Records snapshots of a repository in a catalog; reads of each the list pages that the catalog
/// does not have yet, which after a backup is one or two.
package struct SnapshotRecorder: Sendable {
    private let catalog: Catalog
    private let repository: Repository

    /// Records what `repository` holds in `catalog`.
    package init(_ catalog: Catalog, _ repository: Repository) {
        self.catalog = catalog
        self.repository = repository
    }

    /// Records the snapshot whose manifest is durable under `name`.
    ///
    /// A page that is missing or damaged is left out and told: the catalog then differs from the
    /// manifest, and ``CatalogCheck`` says so until the page is healed and it is recorded again.
    ///
    /// - Parameters:
    ///   - manifest: what was signed.
    ///   - name: SHA-256 of its stored bytes.
    ///   - setName: the set's name in the configuration; nil if it is not known.
    ///   - contents: what the run took; nil if it is not known.
    /// - Returns: a `manifest-list-invalid` for each page that could not be understood.
    /// - Throws: ``CatalogError``; ``RepositoryError`` if the store cannot be read.
    package func record(
        _ manifest: Manifest,
        name: ObjectName,
        setName: String?,
        contents: SnapshotRow.Contents?
    ) throws -> [Finding] {
        var findings: [Finding] = []
        var pages: [PageRow] = []
        var lost: Set<ObjectName> = []
        for page in try catalog.unknownPages(of: manifest.pages, in: manifest.set) {
            do throws(RepositoryError) {
                pages.append(PageRow(name: page, page: try repository.page(page)))
            } catch {
                guard error.isDamage else {
                    throw error
                }
                lost.insert(page)
                findings.append(
                    Finding(
                        .manifestListInvalid,
                        .object(StoreKey.list(page)),
                        evidence: ["reason": error.description],
                        breaks: [manifest.ref]
                    )
                )
            }
        }
        try catalog.record(
            snapshot: SnapshotRow(manifest, name: name, contents: contents),
            setName: setName,
            pages: manifest.pages.filter { !lost.contains($0) },
            contents: pages
        )
        return findings
    }
}

extension RepositoryError {
    /// Whether an object was looked at and is missing or wrong, as against a store that could not
    /// be looked at or a version that we do not know.
    var isDamage: Bool {
        switch self {
        case .store(.missing), .store(.tooLarge), .store(.truncated): true
        case .format(.unknownVersion, _): false
        case .format: true
        case .store, .noRepository, .alreadyThere: false
        }
    }
}
