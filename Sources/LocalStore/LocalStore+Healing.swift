import FileSystem
import Glibc
import Model
package import ObjectStore

extension LocalStore: HealableStore {
    /// So often one object can be set aside; a disk that damages it oftener is to be replaced.
    private static let asideMax = 1_000

    /// Moves what has the name to `quarantine/`, by a rename that never overwrites, and then stores
    /// as ever.
    package func heal(_ bytes: [UInt8], at key: String) throws(StoreError) {
        do throws(FileSystemError) {
            try setAside(key)
        } catch {
            // chattr(1): not even root renames a file with the immutable flag.
            let path = root.fullPath(Array(key.utf8))
            throw .failed(
                operation: "setting aside",
                key: key,
                place: place,
                reason: error.description,
                hint: error.code == EPERM
                    ? "if it is immutable, run `chattr -i \(path)` as root, then this again"
                    : error.hint
            )
        }
        try put(bytes, at: key)
    }

    private func setAside(_ key: String) throws(FileSystemError) {
        let (folder, name) = split(key)
        let directory = try openFolder(folder)
        let old = Array(name.utf8)
        guard try directory.statusIfThere(name: old) != nil else {
            return
        }
        let quarantine = try openFolder("quarantine")
        let aside = key.replacing("/", with: "-")
        for number in 1...LocalStore.asideMax {
            let new = Array("\(aside).\(number)".utf8)
            if try directory.rename(old, to: new, in: quarantine) {
                try quarantine.synchronize()
                try directory.synchronize()
                return
            }
        }
        throw FileSystemError("rename", quarantine.fullPath(Array(aside.utf8)), code: EEXIST)
    }
}
