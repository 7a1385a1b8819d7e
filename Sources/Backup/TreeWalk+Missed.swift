import FileSystem
import Format
import Model

/// Names that are gone, or cannot be taken.
extension TreeWalk {
    private static let relistingsMax = 16
    private static let pauseMin = Duration.milliseconds(10)
    static let pauseMax = Duration.seconds(10)

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
    ///
    /// - Parameters:
    ///   - name: has been looked at.
    ///   - folder: the innermost.
    ///   - was: what had that name, where it is known.
    func relist(
        at name: [UInt8],
        _ folder: borrowing FileHandle,
        whichWas was: FileStatus? = nil
    ) {
        distrust()
        let top = levels.count - 1
        guard levels[top].isInside else {
            return
        }
        let (names, next, listedAt) = (levels[top].names, levels[top].next, levels[top].listedAt)
        guard let fresh = try? folder.names() else {
            return writer.note(Finding(.fileChangedWhileRead, .path(self.path)))
        }
        // A name before this one cannot be taken any more. If it is the file that had this name, it
        // is lost. Where that is not known: if the file is new, it need not be in the snapshot; if
        // it is older than the listing, it was there, perhaps under the name that has gone.
        let isLost = isAnyLost(fresh, before: name, folder) { status in
            was.map { status.isSameFile(as: $0) } ?? (status.modified <= listedAt)
        }
        if isLost {
            writer.note(Finding(.fileChangedWhileRead, .path(self.path)))
        }
        // A file system that numbers files as it likes has not changed.
        guard names[next...] != fresh.drop(while: { !name.lexicographicallyPrecedes($0) }) else {
            return
        }
        levels[top].relistings += 1
        guard levels[top].relistings <= Self.relistingsMax else {
            return writer.note(Finding(.fileChangedWhileRead, .path(self.path)))
        }
        take(fresh, at: name)
    }

    /// Lists the innermost folder again, for it changed: names that came are taken, if they are
    /// still to come in the walk. New files come all the time in some folders, so each time a
    /// longer pause follows.
    func refresh(at name: [UInt8], _ folder: borrowing FileHandle) {
        let top = levels.count - 1
        let level = levels[top]
        let ahead = level.statuses.dropFirst(level.next).compactMap(\.self)
        distrust()
        levels[top].pause = min(Self.pauseMax, max(Self.pauseMin, level.pause * 2))
        guard let fresh = try? folder.names() else {
            return
        }
        // What was seen ahead and has a name by now that cannot be taken any more.
        let isLost = isAnyLost(fresh, before: name, folder) { status in
            ahead.contains { $0.isSameFile(as: status) }
        }
        if isLost {
            writer.note(Finding(.fileChangedWhileRead, .path(self.path)))
        }
        take(fresh, at: name)
    }

    /// Whether a name before `name` that was not taken is one that was to be.
    private func isAnyLost(
        _ fresh: [[UInt8]],
        before name: [UInt8],
        _ folder: borrowing FileHandle,
        _ isLost: (FileStatus) -> Bool
    ) -> Bool {
        let level = levels[levels.count - 1]
        let taken = Set(level.names[..<level.next])
        for other in fresh where other.lexicographicallyPrecedes(name) && !taken.contains(other) {
            if let status = try? folder.status(name: other), isLost(status) {
                return true
            }
        }
        return false
    }

    /// Puts what is listed now behind `name` among the names to come.
    private func take(_ fresh: [[UInt8]], at name: [UInt8]) {
        let level = levels[levels.count - 1]
        let (behind, ahead) = (level.names[..<level.next], level.names[level.next...])
        let added = fresh.drop { !name.lexicographicallyPrecedes($0) }
        guard added != ahead else {
            return
        }
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
