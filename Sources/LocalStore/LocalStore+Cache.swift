import FileSystem
import ObjectStore

extension LocalStore: CachedStore {
    /// Drops what the page cache has of a file.
    package func forgetCache(of key: String) {
        do throws(FileSystemError) {
            let file = try open(key)
            file.forgetCache()
        } catch {
            // Whoever reads it next is told.
        }
    }
}
