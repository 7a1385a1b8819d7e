import FileSystem
import Glibc
import Model
package import ObjectStore

/// What anyone can try who may run programs as the user that Toride runs as.
extension LocalStore: AttackableStore {
    /// Tries it on the object's file. A directory has no versions and no lock but the file's flag.
    package func attempt(_ attack: Attack, on key: String) throws(StoreError) -> AttackAnswer {
        do throws(FileSystemError) {
            let file = try open(key)
            let (folder, text) = split(key)
            let directory = try openFolder(folder)
            let name = Array(text.utf8)
            switch attack {
            case .delete:
                try directory.remove(name: name)
            case .overwrite:
                try overwrite(name, in: directory)
            case .removeLock:
                // Where it cannot be told whether there is a flag, none is kept by us.
                guard (try? file.isImmutable()) == true else {
                    return .notApplicable
                }
                try file.setImmutable(false)
                try directory.remove(name: name)
            case .deleteVersion, .deleteInBatch, .bypass, .shortenLock, .weakenLock,
                .liftHold, .suspendVersions, .disableLocks:
                return .notApplicable
            }
            return .done
        } catch {
            guard LocalStore.isRefusal(error) else {
                throw failed("attacking", key, error)
            }
            return .refused(error.reason)
        }
    }

    /// Writes into a file; what cannot be written into may still be renamed over.
    private func overwrite(
        _ name: [UInt8],
        in directory: borrowing FileHandle
    ) throws(FileSystemError) {
        let bytes: [UInt8] = [0]
        do throws(FileSystemError) {
            try directory.open(name: name, O_WRONLY | O_TRUNC).write(bytes)
        } catch {
            try replace(name, by: bytes, in: directory)
        }
    }

    private func replace(
        _ name: [UInt8],
        by bytes: [UInt8],
        in directory: borrowing FileHandle
    ) throws(FileSystemError) {
        let other = name + Array(".other".utf8)
        try directory.open(name: other, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).write(bytes)
        do throws(FileSystemError) {
            try directory.renameOver(other, to: name)
        } catch {
            // The refusal is what counts; a file that stays is told as foreign.
            _ = try? directory.remove(name: other)
            throw error
        }
    }
}
