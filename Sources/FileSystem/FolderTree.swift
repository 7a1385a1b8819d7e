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

    /// Removes the folder `path` and all that is in it, however deep, folders too that forbid
    /// their owner to. What cannot be removed stays, and so does what is no folder; links are
    /// removed, not followed.
    ///
    /// - Returns: whether nothing is there any more.
    package static func remove(_ path: String) -> Bool {
        do throws(FileSystemError) {
            let folder = try FileHandle.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
            try empty(FolderChain(folder))
        } catch {
            // Whatever it was: what it left behind makes rmdir(2) fail.
        }
        return unsafe rmdir(path) == 0 || errno == ENOENT
    }

    /// Empties the top of `chain`, with a list of its own in place of recursion: a tree can be
    /// deeper than a stack. What cannot be removed is passed over, for its folder then stays too.
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
            if (try? enter(name, chain)) != nil {
                folders.append((name, (try? chain.innermost().handle.names()) ?? []))
            } else {
                _ = try? chain.innermost().handle.remove(name: name)
            }
        }
    }

    /// Enters a folder, and lets its owner empty it: a tree that was restored has the modes that
    /// it had, and may forbid that.
    private static func enter(_ name: [UInt8], _ chain: FolderChain) throws(FileSystemError) {
        do throws(FileSystemError) {
            try chain.enter(name)
        } catch {
            // Only of a folder: open(2) gives ENOTDIR for all else before it looks at modes.
            guard error.code == EACCES else {
                throw error
            }
            try chain.innermost().handle.setMode(name: name, 0o700)
            try chain.enter(name)
        }
        // Where it is another's, removing fails, which is seen then.
        _ = fchmod(try chain.innermost().handle.descriptor, 0o700)
    }
}
