import GRDB

/// The host's memory of what it did: snapshots and the objects that they need, verifications,
/// drills, key checks, and the daemon's runs. An SQLite database for its owner only.
///
/// **Rule 1: record a thing after it is durable in the store, in one call.** Each `record` is one
/// transaction, synchronized before it returns.
/// - *Why:* the repository is the truth and the catalog follows it. A crash between the two leaves
///   the catalog behind, which ``CatalogCheck`` names and a rebuild mends.
/// - *If not:* a catalog that is ahead remembers a head that no store has, and every verification
///   from then on says that the newest snapshot was removed.
///
/// **Rule 2: keep no patient data, no path and no secret.** Findings and claims come as JSON text
/// in which whoever made it has put tokens for paths and tables, as records have.
/// - *Why:* the file lies in clear on the host, is sent to whoever helps, and must be worth
///   nothing to a thief. File names are patient data; the newest list has a file of its own.
/// - *If not:* `secure_delete`, key handling and an erasure duty come to a cache.
///
/// Open it once in a process. Calls block and may come from any thread; other processes may have
/// it open too, and a writer waits up to 30 s for them.
package final class Catalog: Sendable {
    /// Where the file is.
    package let path: String
    private let queue: DatabaseQueue

    /// Opens the catalog at `path`, making an empty one (0600) if there is no file.
    ///
    /// - Throws: ``CatalogError/damaged(path:reason:)`` if what is there is not a sound catalog of
    ///   a version that we know; it is left as it is. ``CatalogError/unusable(path:reason:hint:)``
    ///   if it cannot be read or written.
    /// - Complexity: reads the whole file once (SQLite's `quick_check`).
    package init(path: String) throws(CatalogError) {
        try CatalogFile.makeIfMissing(path)
        self.path = path
        queue = try CatalogFile.open(path)
    }

    /// Closes the file, which is then whole without its `-wal` file. Later calls throw.
    package func close() throws(CatalogError) {
        do {
            try queue.close()
        } catch {
            throw CatalogError(error, path: path)
        }
    }

    /// Runs `body` in a read transaction.
    func reading<R>(_ body: (Database) throws -> R) throws(CatalogError) -> R {
        do {
            return try queue.read(body)
        } catch {
            throw CatalogError(error, path: path)
        }
    }

    /// Runs `body` in a write transaction; nothing of it remains if it throws.
    func writing<R>(_ body: (Database) throws -> R) throws(CatalogError) -> R {
        do {
            return try queue.write(body)
        } catch {
            throw CatalogError(error, path: path)
        }
    }
}
