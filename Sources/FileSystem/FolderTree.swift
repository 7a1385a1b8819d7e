import Glibc

/// Whole trees of folders.
package enum FolderTree {
    /// Makes `path` and what is missing above it; an existing folder keeps its mode.
    package static func make(_ path: String, mode: UInt32) throws(FileSystemError) {
        var built = ""
        for part in path.split(separator: "/") {
            built += "/" + part
            guard unsafe mkdir(built, mode) == 0 || errno == EEXIST else {
                throw .last("mkdir", built)
            }
        }
    }

    /// Removes the folder `path` and all that is in it, however deep. What cannot be removed
    /// stays, and so does what is no folder; links are removed, not followed.
    package static func remove(_ path: String) {
        guard let folder = try? FileHandle.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW) else {
            return
        }
        // What is left of a tree makes its folder stay, which the caller sees.
        try? empty(FolderChain(folder))
        _ = unsafe rmdir(path)
    }

    /// Empties the top of `chain`, with a list of its own in place of recursion: a tree can be
    /// deeper than a stack.
    private static func empty(_ chain: FolderChain) throws(FileSystemError) {
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
}
