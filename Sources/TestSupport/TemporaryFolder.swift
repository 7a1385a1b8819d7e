import FileSystem
import Glibc

/// Gives `body` an empty folder of its own, and removes it afterwards, whatever happened.
package func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
    var template = Array("/tmp/toride-test-XXXXXX".utf8CString)
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

/// Removes a folder and all that is in it; what cannot be removed stays.
package func removeTree(_ path: String) {
    guard let folder = try? FileHandle.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else {
        _ = unsafe unlink(path)
        return
    }
    empty(folder)
    _ = unsafe rmdir(path)
}

private func empty(_ folder: borrowing FileHandle) {
    for name in (try? folder.names()) ?? [] {
        if let inner = try? folder.open(name: name, O_RDONLY | O_DIRECTORY) {
            empty(inner)
            _ = try? folder.remove(name: name, directory: true)
        } else {
            _ = try? folder.remove(name: name)
        }
    }
}
