package import Configuration
package import FileSystem
import Format
import LocalStore
import Model
package import ObjectStore
import Repository

extension Site {
    /// The repository that all stores of the site hold.
    ///
    /// - Throws: ``MediaError/noHome`` if every store is one of media; ``StoreError`` or
    ///   ``RepositoryError`` if it cannot be opened.
    func repositoryID() throws -> RepositoryID {
        guard let home = configuration.stores.first(where: { $0.media == nil }) else {
            throw MediaError.noHome
        }
        return try repository(in: home).descriptor.repository
    }

    /// The configured stores to go through, or the one that was named: without those of media at
    /// which none is mounted, for most of them lie in a safe.
    ///
    /// - Parameter name: of a store that must be there, whatever it is.
    /// - Returns: the stores in the configuration's order.
    /// - Throws: ``SiteError/noSuchStore(_:known:)``.
    package func storesHere(
        named name: String? = nil
    ) throws(SiteError) -> [Configuration.Store] {
        try stores(named: name).filter { name != nil || isHere($0) }
    }

    /// Whether a store is there: of those of media, whether one is mounted. Whoever opens what
    /// cannot be read is told why; it is here.
    package func isHere(_ store: Configuration.Store) -> Bool {
        guard store.media != nil else {
            return true
        }
        do throws(StoreError) {
            return try MountedMedium(in: store) != nil
        } catch {
            return true
        }
    }

    /// How the objects are called that are in a store now: of media each has a place of its own.
    ///
    /// - Throws: ``StoreError`` if no medium is mounted.
    package func presentPlace(of store: Configuration.Store) throws(StoreError) -> String {
        guard store.media != nil else {
            return Site.place(of: store)
        }
        return try MountedMedium.required(in: store).objects.place
    }

    /// What is mounted at a store's folder itself; nil if nothing is, or there is no such folder.
    package static func mount(
        of store: Configuration.Store,
        in table: MountTable
    ) -> MountTable.Mount? {
        // Nothing is mounted at what is not there.
        guard let folder = store.folder, let path = try? RealPath.of(folder),
            let mount = table.mount(holding: path)
        else {
            return nil
        }
        return mount.point == path ? mount : nil
    }

    /// How the objects of a medium are called.
    ///
    /// - Parameters:
    ///   - label: the medium's.
    ///   - store: where it is mounted.
    /// - Returns: the same as of the medium itself when it is mounted.
    package static func place(ofMedium label: String, in store: Configuration.Store) -> String {
        LocalStore.place(named: label, root: store.folder ?? "")
    }
}
