import FileSystem
import Format
import Glibc
import Model
import Synchronization
import Workers

/// Opens and lists folders ahead of a walk, on threads of its own: docs/decisions/0007.
///
/// Shared by the scouts' threads and the walk's. It decides nothing but who looks: what is seen of
/// a folder is the same.
final class FolderScout: Sendable {
    /// Where a folder is that the walk will enter.
    struct Place: Sendable {
        let parent: FolderChain.Open
        /// How many folders lie above it.
        let depth: Int
        /// What it was when its parent was listed.
        let status: FileStatus
        /// Its name in its parent.
        let name: [UInt8]
        /// Its path, as records have it.
        let path: [UInt8]
    }

    /// A folder that the walk will enter.
    final class Folder: Sendable {
        /// Tells it from all others of the walk.
        let number: UInt64
        let place: Place
        /// What was seen of it, if whoever looked at its parent looked at it too.
        let look: Look?

        init(_ number: UInt64, _ place: Place, _ look: Look?) {
            self.number = number
            self.place = place
            self.look = look
        }
    }

    /// What was seen of a folder.
    struct Seen: Sendable {
        /// The folder itself.
        let open: FolderChain.Open
        /// What it was just before it was listed.
        let status: FileStatus
        /// When that was, by the clock that files get their times from.
        let moment: Timestamp
        /// What is in it.
        let listing: FolderListing
        /// What was read of the first of its names; nil of those that were not.
        let contents: [Content?]
        /// Those of its folders that the walk will enter, in the order of their names.
        let folders: [Folder]
    }

    typealias Look = Result<Seen, FileSystemError>

    private static let statusesMax = 4_096
    /// A folder with more names is left to the walk.
    private static let namesMax = 16_384
    /// How deep folders are looked at ahead: each that is open costs a descriptor.
    private static let depthMax = 64

    let source: TreeSource
    /// Which files are surely to be read.
    let reads: ReadAhead
    /// Of one folder so many names are looked at as soon as it is listed.
    private let statusesMax: Int
    private let hasScouts: Bool
    private let numbers = Atomic<UInt64>(0)
    private let state = Monitor(ScoutedFolders())

    /// Prepares the scouts of a walk.
    ///
    /// - Parameters:
    ///   - source: says which folders are entered.
    ///   - count: how many threads will ``work()``; with none, names are looked at in their turn.
    ///   - reads: which files are read ahead.
    init(_ source: TreeSource, count: Int, reading reads: ReadAhead) {
        self.source = source
        self.reads = reads
        hasScouts = count > 0
        statusesMax = count > 0 ? FolderScout.statusesMax : 0
    }

    // MARK: - For the scouts

    /// Looks at folders until there is nothing more to be done.
    func work() {
        while var task = next() {
            // Before the look, which may take long.
            task.spent = []
            guard let folder = task.folder else {
                continue
            }
            var batch = Batch(
                foldersLeft: ScoutedFolders.batchFoldersMax,
                bytesLeft: ScoutedFolders.batchBytesMax
            )
            let look = look(at: folder.place, &batch)
            if state.withQuietLock({ $0.add(look, batch, at: folder.number) }) {
                state.wake()
            }
        }
    }

    /// The next folder, once there is one and room for what it holds, and what is to be dropped;
    /// nil when all is over.
    private func next() -> ScoutedFolders.Task? {
        // What a scout takes nobody else waits for.
        state.waitQuietly { state -> ScoutedFolders.Task?? in
            state.isClosed ? .some(nil) : state.next().map { .some($0) }
        }
    }

    // MARK: - For the walk

    /// What is in a folder that the walk opened by itself, and whose status it took then.
    ///
    /// - Throws: ``FileSystemError`` if it cannot be listed.
    func see(
        _ open: FolderChain.Open,
        _ status: FileStatus,
        path: [UInt8],
        depth: Int
    ) throws(FileSystemError) -> Seen {
        var batch = Batch(foldersLeft: 0, bytesLeft: 0)
        let seen = try see(open, status, path: path, depth: depth, namesMax: .max, &batch)
        leave(batch.unseen)
        return seen
    }

    /// What is in a folder that the walk enters now: waits for the scout that is at it, or looks
    /// itself if none has begun.
    func take(_ folder: Folder) -> Look {
        if let look = folder.look {
            return look
        }
        // Scouts are woken only if they can do something, once in many folders.
        let (seen, isRoom) = state.waitQuietly { state -> (Look?, Bool)? in
            if let look = state.take(folder.number) {
                return (look, state.endsStall())
            }
            if state.remove(folder.number) {
                return (nil, state.endsStall(oneOf: 1))
            }
            state.await(folder.number)
            return nil
        }
        if isRoom {
            state.wake()
        }
        if let seen {
            return seen
        }
        var batch = Batch(foldersLeft: 1, bytesLeft: 0)
        let own = look(at: folder.place, &batch)
        leave(batch.unseen)
        return own
    }

    /// Leaves folders to the scouts.
    private func leave(_ folders: [Folder]) {
        if state.withQuietLock({ $0.push(folders) || $0.endsStall() }) {
            state.wake()
        }
    }

    /// Forgets folders that the walk will not enter after all, and what is in them.
    func forget(_ folders: some Collection<Folder>) {
        guard !folders.isEmpty else {
            return
        }
        state.withLock { state in
            var left = Array(folders)
            while let folder = left.popLast() {
                if let look = folder.look ?? state.forget(folder.number) {
                    left += (try? look.get())?.folders ?? []
                }
            }
        }
    }

    /// Takes folders that the walk is done with. A scout lets them go when it comes for work; none
    /// is woken for that.
    ///
    /// - Parameters:
    ///   - levels: the folders.
    ///   - bytes: about how much memory they take.
    func drop(_ levels: [TreeWalk.Level], bytes: Int) {
        if hasScouts {
            state.withQuietLock { $0.drop(levels, bytes: bytes) }
        }
    }

    /// Ends the scouts.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    // MARK: - Looking

    /// What one look, at a folder and what lies in it, comes to.
    struct Batch {
        /// At how many folders it may still look.
        var foldersLeft: Int
        /// How many bytes of memory what it reads of files may still take; the walk's own look
        /// reads none.
        var bytesLeft: Int
        /// How many it takes.
        var bytes = 0
        /// How many names it saw.
        var names = 0
        /// How many folders it saw.
        var folders = 0
        /// Folders that it left for others, in the order of the walk.
        var unseen: [Folder] = []
    }

    private func look(at place: Place, _ batch: inout Batch) -> Look {
        batch.foldersLeft -= 1
        batch.folders += 1
        do throws(FileSystemError) {
            let open = try place.parent.folder(place.name)
            let status = try open.handle.status()
            guard status.isSameFile(as: place.status) else {
                throw FileSystemError("open", open.handle.path, code: ESTALE)
            }
            return .success(
                try see(
                    open,
                    status,
                    path: place.path,
                    depth: place.depth,
                    namesMax: FolderScout.namesMax,
                    &batch
                )
            )
        } catch {
            return .failure(error)
        }
    }

    /// Lists an open folder, whose status was taken before: what changes it while it is listed
    /// shows by that, too.
    private func see(
        _ open: FolderChain.Open,
        _ status: FileStatus,
        path: [UInt8],
        depth: Int,
        namesMax: Int,
        _ batch: inout Batch
    ) throws(FileSystemError) -> Seen {
        let moment = FileHandle.clock()
        let listing = try open.handle.listing(statusesMax: statusesMax, namesMax: namesMax)
        batch.names += listing.names.count
        let contents = contents(of: listing, in: open, path, &batch)
        var folders: [Folder] = []
        // Deeper ones are left to the walk.
        let statuses = depth < FolderScout.depthMax ? listing.statuses : []
        for (name, inner) in zip(listing.names, statuses) {
            guard let inner, inner.kind == .directory else {
                continue
            }
            let path = RecordPath.joined(path, name)
            guard source.enters(path, isElsewhere: inner.device != status.device) else {
                continue
            }
            let place = Place(
                parent: open,
                depth: depth + 1,
                status: inner,
                name: name,
                path: path
            )
            let isNow =
                batch.foldersLeft > 0 && batch.names < ScoutedFolders.batchNamesMax
                && batch.bytes < ScoutedFolders.batchBytesMax / 2 && !source.stop.isStopping
            let folder = Folder(
                numbers.add(1, ordering: .relaxed).newValue,
                place,
                isNow ? look(at: place, &batch) : nil
            )
            if !isNow {
                batch.unseen.append(folder)
            }
            folders.append(folder)
        }
        return Seen(
            open: open,
            status: status,
            moment: moment,
            listing: listing,
            contents: contents,
            folders: folders
        )
    }
}
