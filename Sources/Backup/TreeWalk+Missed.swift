import FileSystem
import Format
import Model

/// Names that are gone, or cannot be taken.
extension TreeWalk {
    private static let relistingsMax = 16

    /// Notes what is wrong with a name. One that has gone meanwhile may have got another name: its
    /// folder is listed again.
    func missed(
        _ name: [UInt8],
        at path: [UInt8],
        _ error: FileSystemError,
        _ folder: borrowing FileHandle
    ) throws {
        guard error.isMissing, (try? folder.status(name: name)) == nil else {
            return note(error, at: path)
        }
        writer.note(Finding(.fileGone, .path(path)))
        relist(at: name, folder)
    }

    /// Lists the innermost folder again, for `name` is not what it was when it was listed: what had
    /// that name may have another, or what has it now may have had another. What was seen ahead of
    /// the names is forgotten.
    func relist(at name: [UInt8], _ folder: borrowing FileHandle) {
        distrust()
        let top = levels.count - 1
        guard levels[top].isInside else {
            return
        }
        let fresh = try? folder.names()
        // A file system that numbers files as it likes has not changed.
        guard fresh != levels[top].names else {
            return
        }
        levels[top].relistings += 1
        let level = levels[top]
        guard level.relistings <= Self.relistingsMax, let fresh else {
            return writer.note(Finding(.fileChangedWhileRead, .path(self.path)))
        }
        take(fresh, at: name)
        let behind = level.names[..<level.next]
        let taken = Set(behind)
        // A name before this one cannot be taken any more. If the file is new, it need not be; if
        // it is older than the listing, it was there, perhaps under the name that has gone.
        let isLost = fresh.contains { other in
            guard other.lexicographicallyPrecedes(name), !taken.contains(other),
                let status = try? folder.status(name: other)
            else {
                return false
            }
            return status.modified <= level.listedAt
        }
        if isLost {
            writer.note(Finding(.fileChangedWhileRead, .path(self.path)))
        }
    }

    /// Lists the innermost folder again, for it changed: names that came are taken, if they are
    /// still to come in the walk. New files come all the time in some folders, so this is no hole,
    /// and not done for ever.
    func refresh(at name: [UInt8], _ folder: borrowing FileHandle) {
        distrust()
        let top = levels.count - 1
        guard levels[top].isInside, levels[top].refreshes < Self.relistingsMax,
            let fresh = try? folder.names(), fresh != levels[top].names
        else {
            return
        }
        levels[top].refreshes += 1
        take(fresh, at: name)
    }

    /// Puts what is listed now behind `name` among the names to come.
    private func take(_ fresh: [[UInt8]], at name: [UInt8]) {
        let level = levels[levels.count - 1]
        let (behind, ahead) = (level.names[..<level.next], level.names[level.next...])
        let added = fresh.filter { name.lexicographicallyPrecedes($0) }
        levels[levels.count - 1].names =
            behind
            + Set(ahead).union(added).sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Notes a file that could not be taken.
    func note(_ error: FileSystemError, at path: [UInt8]) {
        met += 1
        let evidence = ["error": "\(error.operation) \(error.code)"]
        writer.note(Finding(.fileUnreadable, .path(path), evidence: evidence))
    }
}
