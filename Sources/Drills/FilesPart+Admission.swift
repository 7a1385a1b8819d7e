import FileSystem
import Glibc
import Processes

/// Who besides us may come into the restored tree.
extension FilesPart {
    /// Lets a server's user into the set's own folder, and nobody else of this machine; what was
    /// restored beneath it has the modes that it had.
    ///
    /// - Parameters:
    ///   - account: who; nil where the server is who we are.
    ///   - folder: the set's.
    /// - Throws: ``FileSystemError``.
    func admit(_ account: Account?, to folder: String) throws(FileSystemError) {
        if let account, unsafe lchown(folder, 0, account.groupID) != 0 {
            throw .last("chown", folder)
        }
        guard unsafe chmod(folder, account == nil ? 0o700 : 0o750) == 0 else {
            throw .last("chmod", folder)
        }
    }
}
