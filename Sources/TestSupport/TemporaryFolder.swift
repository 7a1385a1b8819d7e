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

/// Removes a folder and all that is in it, however deep; what cannot be removed stays.
package func removeTree(_ path: String) {
    guard let folder = try? FileHandle.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else {
        _ = unsafe unlink(path)
        return
    }
    try? empty(FolderChain(folder))
    _ = unsafe rmdir(path)
}

private func empty(_ chain: FolderChain) throws {
    var folders: [(name: [UInt8], left: [[UInt8]])] = [
        ([], try chain.innermost().handle.names())
    ]
    while let folder = folders.last {
        guard let name = folder.left.last else {
            folders.removeLast()
            if !folders.isEmpty {
                chain.leave()
                _ = try? chain.innermost().handle.remove(name: folder.name, directory: true)
            }
            continue
        }
        folders[folders.count - 1].left.removeLast()
        if (try? chain.enter(name)) != nil {
            folders.append((name, (try? chain.innermost().handle.names()) ?? []))
        } else {
            _ = try? chain.innermost().handle.remove(name: name)
        }
    }
}
