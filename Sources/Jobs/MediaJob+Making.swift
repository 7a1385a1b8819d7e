package import Catalog
import Configuration
import FileSystem
import Format
import Glibc
import LocalStore
package import Model
import Repository

extension MediaJob {
    /// A medium that was made, or taken up.
    package struct Made: Sendable {
        /// What the catalog knows of it now.
        package let row: MediumRow
        /// The repository that it carries.
        package let repository: RepositoryID
        /// How `toride-verify` came to it; nil if it was made before, and is only taken up.
        package let program: Program?
    }

    /// What may lie on an empty file system: its own folder, and what a making left that was cut
    /// short.
    private static let remains: Set<String> = ["lost+found", "medium", "toride.json", "unfinished"]

    /// Makes the mounted, empty file system a medium: repository, medium folder, catalog row. A
    /// medium of this label that is there already, and that the catalog does not know, is taken up
    /// as it is: after the catalog was lost, or from an image.
    ///
    /// - Parameters:
    ///   - label: what stands on its outside.
    ///   - custodian: who keeps it.
    ///   - location: where it lies when it is not here.
    /// - Returns: what was made; the time in which it is here has begun.
    /// - Throws: ``MediaError``; ``StoreError``, ``RepositoryError``, ``FileSystemError`` if it
    ///   cannot be written; ``CatalogError``.
    package func make(
        _ label: String,
        custodian: String,
        location: String
    ) throws -> Made {
        let mounted = try mount()
        let catalog = try site.catalog()
        let repository = try site.repositoryID()
        let started = now()
        let document: MediumDocument
        let program: Program?
        if let there = try MountedMedium(in: store) {
            document = try adopt(there, label, catalog)
            program = nil
        } else {
            document = try MediumDocument.new(label, of: repository, made: started)
            try demandFree(document, catalog)
            try demandEmpty()
            try prepare(repository)
            program = try MediumFolder(at: path).write(document, signers: try site.signerFile())
        }
        let marks = mounted.marks()
        try catalog.record(
            medium: MediumRow(
                id: document.id,
                label: document.label,
                store: store.name,
                filesystem: marks.filesystem,
                serial: marks.serial,
                custodian: custodian,
                location: location,
                added: started
            )
        )
        _ = try catalog.beginPresence(of: document.id, at: started)
        return Made(
            row: try row(of: document.id, catalog),
            repository: repository,
            program: program
        )
    }

    /// A medium of ours that the catalog does not know.
    private func adopt(
        _ medium: MountedMedium,
        _ label: String,
        _ catalog: Catalog
    ) throws -> MediumDocument {
        let rows = try catalog.media()
        guard medium.document.label == label, medium.row(among: rows) == nil else {
            throw MediaError.isMedium(path, label: medium.document.label)
        }
        try demandFree(medium.document, catalog)
        let findings = try medium.findings(site, among: rows)
        guard findings.allSatisfy({ $0.code == .mediumUnknown }) else {
            throw MediaError.wrong(label)
        }
        return medium.document
    }

    private func demandFree(_ document: MediumDocument, _ catalog: Catalog) throws {
        let rows = try catalog.media()
        guard !rows.contains(where: { $0.label == document.label }) else {
            throw MediaError.labelTaken(document.label)
        }
    }

    private func demandEmpty() throws {
        let folder = try FileHandle.open(path, O_RDONLY | O_DIRECTORY)
        let names = try folder.names().map { String(decoding: $0, as: UTF8.self) }
        if let found = names.first(where: { !Self.remains.contains($0) }) {
            throw MediaError.notEmpty(path, found: found)
        }
    }

    /// The repository of the site, without a snapshot yet.
    private func prepare(_ repository: RepositoryID) throws {
        let objects = try LocalStore(name: store.name, root: path)
        do throws(RepositoryError) {
            guard try Repository(opening: objects).descriptor.repository == repository else {
                throw RepositoryError.alreadyThere(place: objects.place)
            }
        } catch {
            guard case .noRepository = error else {
                throw error
            }
            _ = try Repository(creating: repository, in: objects)
        }
    }
}
