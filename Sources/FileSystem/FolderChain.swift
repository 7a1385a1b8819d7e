import Glibc

/// Folders that are open one in another, however deep.
///
/// Only the innermost few hold a descriptor, for a process has no more than a thousand or so.
/// The others are opened anew on the way back, and must then be the same folders as before: nobody
/// can lead a walk elsewhere by moving folders under it.
package final class FolderChain {
    /// A folder that is open.
    package final class Open: Sendable {
        /// The folder itself.
        package let handle: FileHandle

        /// Holds `handle` as long as someone needs it.
        package init(_ handle: consuming FileHandle) {
            self.handle = handle
        }

        /// Opens a folder in this one, whatever the walk through the chain does meanwhile.
        package func folder(_ name: [UInt8]) throws(FileSystemError) -> Open {
            Open(try handle.open(name: name, O_RDONLY | O_DIRECTORY | O_NONBLOCK))
        }
    }

    private struct Level {
        let name: [UInt8]
        let device: UInt64
        let inode: UInt64
        var open: Open?
    }

    private static let openMax = 128

    /// Where it starts.
    package let top: Open
    private var levels: [Level] = []

    /// Starts at `top`, which stays open.
    package init(_ top: consuming FileHandle) {
        self.top = Open(top)
    }

    /// How many folders lie between the top and the innermost one, which counts.
    package var depth: Int { levels.count }

    /// Opens the folder `name` in the innermost one, which it then is.
    package func enter(_ name: [UInt8]) throws(FileSystemError) {
        let open = try innermost().folder(name)
        enter(name, by: open, try open.handle.status())
    }

    /// Goes into the folder `name` of the innermost one, which is open and has that status.
    package func enter(_ name: [UInt8], by open: Open, _ status: FileStatus) {
        levels.append(
            Level(name: name, device: status.device, inode: status.inode, open: open)
        )
        if levels.count > FolderChain.openMax {
            levels[levels.count - 1 - FolderChain.openMax].open = nil
        }
    }

    /// Leaves the innermost folder.
    ///
    /// - Returns: the folder, if it is open: who drops it last closes it.
    @discardableResult
    package func leave() -> Open? {
        precondition(!levels.isEmpty, "the top of a chain is not left")
        return levels.removeLast().open
    }

    /// The innermost folder.
    ///
    /// - Throws: ``FileSystemError`` with ESTALE if it had to be opened anew and is another one.
    package func innermost() throws(FileSystemError) -> Open {
        guard let last = levels.last else {
            return top
        }
        return if let open = last.open { open } else { try reopen() }
    }

    /// Opens the innermost folders anew, as many as may be open less one half, so that the next
    /// steps back cost nothing.
    private func reopen() throws(FileSystemError) -> Open {
        let start = max(0, levels.count - FolderChain.openMax / 2)
        let way = Array(levels[...start].map(\.name).joined(separator: [UInt8(ascii: "/")]))
        var open = Open(try top.handle.open(beneath: way, O_RDONLY | O_DIRECTORY))
        try check(open, start)
        for index in levels.indices.dropFirst(start + 1) {
            open = Open(try open.handle.open(name: levels[index].name, O_RDONLY | O_DIRECTORY))
            try check(open, index)
        }
        return open
    }

    private func check(_ open: Open, _ index: Int) throws(FileSystemError) {
        let status = try open.handle.status()
        guard status.device == levels[index].device, status.inode == levels[index].inode else {
            throw FileSystemError("open", open.handle.path, code: ESTALE)
        }
        levels[index].open = open
    }
}
