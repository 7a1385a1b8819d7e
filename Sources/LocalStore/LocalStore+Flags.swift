import FileSystem
import Glibc
import Model
package import ObjectStore

extension LocalStore: FlaggedStore {
    /// Whether the object's file has the flag; false where the file system has no flags.
    package func isFlagged(_ key: String) throws(StoreError) -> Bool {
        do throws(FileSystemError) {
            return try open(key).isImmutable()
        } catch {
            guard LocalStore.lacksFlags(error) else {
                throw failed("looking at", key, error)
            }
            return false
        }
    }

    /// Sets the flag of the object's file.
    package func protect(_ key: String) throws(StoreError) -> String? {
        do throws(FileSystemError) {
            return try LocalStore.setFlag(of: open(key))
        } catch {
            throw failed("protecting", key, error)
        }
    }

    /// Makes a file immutable, unless it is.
    ///
    /// - Parameter file: open for reading or for writing.
    /// - Returns: why it cannot be; nil if it is now.
    /// - Throws: ``FileSystemError`` for what is neither a lack of rights nor of flags.
    static func setFlag(of file: borrowing FileHandle) throws(FileSystemError) -> String? {
        do throws(FileSystemError) {
            // Setting it again would need the right to, even where nothing changes.
            if try !file.isImmutable() {
                try file.setImmutable(true)
            }
            return nil
        } catch {
            guard isRefusal(error) || lacksFlags(error) else {
                throw error
            }
            return error.reason
        }
    }

    /// Whether whoever asked lacks the right.
    static func isRefusal(_ error: FileSystemError) -> Bool {
        [EPERM, EACCES, EROFS].contains(error.code)
    }

    /// Whether the file system, or the server behind it, knows no such flag.
    private static func lacksFlags(_ error: FileSystemError) -> Bool {
        [ENOTTY, EOPNOTSUPP, ENOSYS, EINVAL].contains(error.code)
    }
}
