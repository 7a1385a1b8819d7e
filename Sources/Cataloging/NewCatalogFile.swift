import FileSystem
import Glibc
import HostState

/// A catalog that is made beside the one at `path` and then takes its place.
struct NewCatalogFile {
    /// Where the catalog is to be.
    let path: String

    /// Where it is made. Nobody else uses that name; what lies there is a killed rebuild's.
    var temporary: String { "\(path).rebuild" }

    /// What SQLite may keep beside a database.
    private static let companions = ["-wal", "-shm"]

    /// Removes what lies under the temporary name.
    func removeLeftovers() {
        for suffix in [""] + Self.companions {
            _ = unsafe unlink(temporary + suffix)
        }
    }

    /// Puts the new file in the place of the old one, which is kept.
    ///
    /// The old file gets its second name before it loses its first, and its log goes with it: left
    /// behind, SQLite would play it into the new file. At every moment there is a file at `path`
    /// (if there was one) and nothing of the old one is lost.
    ///
    /// - Returns: where the old one lies; nil if there was none.
    func install() throws(FileSystemError) -> String? {
        let kept = freeName()
        var wasThere = false
        if exists(path) {
            guard unsafe link(path, kept) == 0 else {
                throw .last("link", kept)
            }
            wasThere = true
        }
        for suffix in Self.companions where exists(path + suffix) {
            guard unsafe rename(path + suffix, kept + suffix) == 0 else {
                throw .last("rename", path + suffix)
            }
            wasThere = true
        }
        try SmallFile.synchronizeFolder(of: path)
        try SmallFile.replace(path, by: temporary)
        return wasThere ? kept : nil
    }

    /// The first `damaged-N` that no file has, nor a log without its file.
    private func freeName() -> String {
        var number = 1
        while ([""] + Self.companions).contains(where: { exists("\(path).damaged-\(number)\($0)") })
        {
            number += 1
        }
        return "\(path).damaged-\(number)"
    }

    private func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }
}
