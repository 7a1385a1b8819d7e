import FileSystem
import Glibc

/// Gives `body` an empty folder of its own, and removes it afterwards, whatever happened.
///
/// - Parameters:
///   - inMemory: whether it lies on a file system in memory, where there is one: for tests that
///     write much and ask nothing of the disk.
///   - body: gets the folder's path.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws; ``FileSystemError`` if there is no folder.
package func withTemporaryFolder<R>(
    inMemory: Bool = false,
    _ body: (String) throws -> R
) throws -> R {
    let hasMemory = unsafe access("/dev/shm", W_OK) == 0
    let place = inMemory && hasMemory ? "/dev/shm" : "/tmp"
    var template = Array("\(place)/toride-test-XXXXXX".utf8CString)
    let path = unsafe template.withUnsafeMutableBufferPointer { buffer -> String? in
        guard let base = buffer.baseAddress, let made = unsafe mkdtemp(base) else {
            return nil
        }
        return unsafe String(cString: made)
    }
    guard let path else {
        throw FileSystemError.last("mkdtemp", "/tmp")
    }
    defer { removeTree(path) }
    return try body(path)
}

/// Removes a file, or a folder and all that is in it, however deep; what cannot be removed stays.
package func removeTree(_ path: String) {
    _ = FolderTree.remove(path)
    _ = unsafe unlink(path)
}

/// The regular files beneath a folder, by their path in it; folders with nil.
package func contents(of path: String) throws -> [String: [UInt8]?] {
    var contents: [String: [UInt8]?] = [:]
    let folder = try FileHandle.open(path, O_RDONLY | O_DIRECTORY)
    for name in try folder.names() {
        let text = String(decoding: name, as: UTF8.self)
        switch try folder.status(name: name).kind {
        case .regular:
            contents[text] = try folder.open(name: name, O_RDONLY).readAll(bytesMax: 1 << 30)
        case .directory:
            contents[text] = .some(nil)
            for (inner, bytes) in try TestSupport.contents(of: "\(path)/\(text)") {
                contents["\(text)/\(inner)"] = bytes
            }
        default: contents[text] = .some(nil)
        }
    }
    return contents
}
