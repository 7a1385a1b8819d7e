import FileSystem
import Glibc
import Processes

/// The folders of an Orthanc that was stopped, or was copied in one moment: what it stored, and the
/// SQLite index that says what that is.
package struct OrthancStore: Hashable, Sendable {
    /// `StorageDirectory`: two levels of folders, a file an attachment.
    package let storage: String
    /// `IndexDirectory`: where the file `index` lies. Often the same.
    package let index: String

    /// States where the folders are: absolute paths.
    package init(storage: String, index: String) {
        self.storage = storage
        self.index = index
    }

    /// The files of an index: SQLite's, with its journals.
    package static let indexFiles = ["index", "index-journal", "index-wal", "index-shm"]

    /// Who is to read the storage: its owner where this process is root and he is not, else the
    /// user of nobody. A server that works on hostile data is not root.
    ///
    /// - Returns: nil where this process is not root: then the server is who it is.
    func account() throws(FileSystemError) -> Account? {
        guard Account.isRoot else {
            return nil
        }
        let status = try FileHandle.open(storage, O_RDONLY | O_DIRECTORY).status()
        guard status.uid == 0 else {
            return Account(userID: status.uid, groupID: status.gid)
        }
        guard let nobody = Account(named: "nobody") else {
            throw FileSystemError("look up the user nobody", storage, code: ENOENT)
        }
        return nobody
    }
}
