import FileSystem
import Format
import Glibc
import Model

/// Folders: entered, listed, and what was seen of them ahead.
extension TreeWalk {
    /// A folder that is open, and what a scout saw in it, if that still holds.
    private struct Opened {
        let open: FolderChain.Open
        let status: FileStatus
        /// Just before that was asked, since the machine started.
        let askedAt: Duration
        let seen: FolderScout.Seen?
        /// As it was told of.
        var told: FolderScout.Folder?
    }

    /// Records a folder and goes into it.
    ///
    /// - Throws: ``FileSystemError`` as of a name: docs/decisions/0007. A folder that cannot be
    ///   opened is recorded all the same when this is the last look at it.
    func enter(
        _ entry: Entry,
        _ parent: FolderChain.Open,
        isInside: Bool,
        isLast: Bool,
        _ previous: inout PreviousList
    ) throws {
        guard isEntered(entry, isInside: isInside, device: entry.status.device) else {
            return try add(entry, try fileRecord(entry, .directory, parent.handle))
        }
        let opened: Opened
        do throws(FileSystemError) {
            opened = try open(entry, parent, isLast: isLast)
        } catch {
            guard !entry.isAhead, isLast || error.code != ESTALE else {
                throw error
            }
            // Even if it cannot be opened, its own record can be had.
            try add(entry, try fileRecord(entry, .directory, parent.handle))
            noteMount(entry, device: entry.status.device)
            throw error
        }
        // As it is now, where it is the same: its attributes are of now, too.
        let current =
            opened.status.isSameFile(as: entry.status) ? entry.again(opened.status) : entry
        try add(
            current,
            current.record(
                .directory,
                try current.attributes { () throws(FileSystemError) in
                    try opened.open.handle.attributes()
                }
            )
        )
        let device = opened.status.device
        guard isEntered(entry, isInside: isInside, device: device) else {
            return
        }
        noteMount(entry, device: device)
        chain.enter(entry.name, by: opened.open, opened.status)
        path = entry.path
        var level = Level(
            pathCount: path.count,
            isInside: isInside,
            listed: opened.status,
            listedAt: opened.seen?.moment ?? FileHandle.clock(),
            names: [],
            checkedAt: opened.askedAt,
            seen: opened.status
        )
        // One with folders in it would keep all open that was seen in it.
        level.told = opened.seen?.folders.isEmpty == true ? opened.told : nil
        if source.roots.contains(entry.path), previous.holdsFiles(beneath: entry.path) {
            level.metBefore = met
        }
        defer { levels.append(level) }
        guard isInside else {
            // Above the configured paths only the names that lead to them matter.
            level.names = source.roots.names(in: entry.path)
            return
        }
        do throws(FileSystemError) {
            let seen =
                if let seen = opened.seen {
                    seen
                } else {
                    try scout.see(
                        opened.open,
                        opened.status,
                        path: entry.path,
                        depth: chain.depth
                    )
                }
            (level.names, level.statuses) = (seen.listing.names, seen.listing.statuses)
            level.contents = seen.contents
            level.contentBytes = seen.contents.reduce(0) { $0 + ($1?.cost ?? 0) }
            level.scouted = seen.folders.reversed()
        } catch {
            note(error, at: entry.path)
        }
    }

    /// Whether a folder that lies on a device is entered, or is the edge of the file system.
    private func isEntered(_ entry: Entry, isInside: Bool, device: UInt64) -> Bool {
        !isInside || source.roots.contains(entry.path) || !source.staysOnFileSystem
            || device == levels[levels.count - 1].listed.device
    }

    private func noteMount(_ entry: Entry, device: UInt64) {
        if device != levels[levels.count - 1].listed.device {
            mounts.insert(entry.path)
        } else if expected.contains(entry.path) {
            writer.note(Finding(.sourceUnmounted, .path(entry.path)))
        }
    }

    /// Opens a folder, or takes what a scout has opened.
    ///
    /// - Throws: ``FileSystemError``; with ESTALE if it is another folder than the entry's, unless
    ///   this is the last look: there are file systems that never agree with themselves.
    private func open(
        _ entry: Entry,
        _ parent: FolderChain.Open,
        isLast: Bool
    ) throws(FileSystemError) -> Opened {
        if let told = scouted(entry), let seen = try? scout.take(told).get() {
            let askedAt = FileHandle.uptime()
            if let status = try? seen.open.handle.status(), status.isSameFile(as: entry.status),
                status.isUnchanged(since: seen.status)
            {
                return Opened(
                    open: seen.open,
                    status: status,
                    askedAt: askedAt,
                    seen: seen,
                    told: told
                )
            }
            scout.forget(seen.folders)
        }
        // What failed for a scout may go well now.
        let open = try parent.folder(entry.name)
        let askedAt = FileHandle.uptime()
        let status = try open.handle.status()
        guard isLast || status.isSameFile(as: entry.status) else {
            throw FileSystemError("open", open.handle.path, code: ESTALE)
        }
        return Opened(open: open, status: status, askedAt: askedAt, seen: nil)
    }

    /// A folder as scouts know it; nil if it is none for them.
    private func scouted(_ entry: Entry) -> FolderScout.Folder? {
        let top = levels.count - 1
        while let next = levels[top].scouted.last,
            next.place.name.lexicographicallyPrecedes(entry.name)
        {
            // Something else than a folder has its name now.
            scout.forget([next])
            levels[top].scouted.removeLast()
        }
        guard let next = levels[top].scouted.last, next.place.name == entry.name else {
            return nil
        }
        return levels[top].scouted.removeLast()
    }

    // MARK: - What was seen ahead

    /// Asks whether the innermost folder has changed, if what was seen in it has been believed for
    /// long enough.
    func recheckIfDue(at name: [UInt8], _ folder: borrowing FileHandle) {
        let top = levels.count - 1
        let age = FileHandle.uptime() - levels[top].checkedAt
        if age >= max(source.believesFor, levels[top].pause) {
            recheck(at: name, folder)
        }
    }

    /// Asks whether the innermost folder has changed; if so, names that came behind `name` are
    /// taken too, for they may be others' that went.
    func recheck(at name: [UInt8], _ folder: borrowing FileHandle) {
        let top = levels.count - 1
        guard levels[top].isInside else {
            return
        }
        levels[top].checkedAt = FileHandle.uptime()
        let now = try? folder.status()
        if let now, now.isUnchanged(since: levels[top].seen) {
            return
        }
        levels[top].seen = now ?? levels[top].seen
        refresh(at: name, folder)
    }

    /// Whether names came into the innermost folder, all of whose names were taken, one by one as
    /// they came. Of a folder that was seen at once it need not be asked, and one into which files
    /// come faster than the walk takes them must not keep it.
    func hasMoreNames() -> Bool {
        let top = levels.count - 1
        guard levels[top].isInside, levels[top].statuses.isEmpty,
            levels[top].pause < Self.pauseMax,
            let last = levels[top].names.last, let folder = try? chain.innermost()
        else {
            return false
        }
        recheck(at: last, folder.handle)
        return levels[top].next < levels[top].names.count
    }

    /// Forgets what was seen ahead of the names in the innermost folder: each is looked at anew in
    /// its turn.
    func distrust() {
        let top = levels.count - 1
        levels[top].statuses = []
        levels[top].contents = []
        scout.forget(levels[top].scouted)
        levels[top].scouted = []
    }
}
