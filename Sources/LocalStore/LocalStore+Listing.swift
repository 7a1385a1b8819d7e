import FileSystem
import Glibc
import Model
package import ObjectStore

extension LocalStore {
    /// What a file system puts at its own top.
    private static let systemFolder = Array("lost+found".utf8)

    /// Lists what lies in the directory, foreign files too, except a file system's `lost+found`.
    ///
    /// Folders more than 8 deep are an error: no key has so many parts.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        var objects: [StoredObject] = []
        do throws(FileSystemError) {
            let disk = try root.fileSystemID()
            try list(root, at: "", prefix: prefix, depth: 0, on: disk, into: &objects)
        } catch {
            throw .failed(
                operation: "listing",
                key: prefix,
                place: place,
                reason: error.description,
                hint: error.hint
            )
        }
        return objects
    }

    private func list(
        _ directory: borrowing FileHandle,
        at path: String,
        prefix: String,
        depth: Int,
        on disk: UInt64,
        into objects: inout [StoredObject]
    ) throws(FileSystemError) {
        guard depth < 8 else {
            throw FileSystemError("listing", path, code: ELOOP)
        }
        for name in try directory.names() where depth > 0 || name != LocalStore.systemFolder {
            // A name that is not UTF-8 is none of ours; it is listed so that it is seen.
            let key = path + String(decoding: name, as: UTF8.self)
            let folder = key + "/"
            let length = min(folder.utf8.count, prefix.utf8.count)
            guard folder.utf8.prefix(length).elementsEqual(prefix.utf8.prefix(length)) else {
                continue
            }
            let status: FileStatus
            do throws(FileSystemError) {
                status = try directory.status(name: name)
            } catch {
                guard error.isMissing else {
                    throw error
                }
                continue  // A writer has just finished it.
            }
            if status.kind == .directory {
                let inner = try directory.open(name: name, O_RDONLY | O_DIRECTORY)
                try list(
                    inner,
                    at: folder,
                    prefix: prefix,
                    depth: depth + 1,
                    on: disk,
                    into: &objects
                )
            } else if key.hasPrefix(prefix) {
                // A copy of the file has another inode, or the same made at another time; a copy of
                // the whole disk lies on another one.
                let changed = "\(status.changed.seconds).\(status.changed.nanoseconds)"
                let mark = "\(disk)-\(status.inode)-\(changed)"
                objects.append(StoredObject(key: key, size: status.size, mark: mark))
            }
        }
    }
}
