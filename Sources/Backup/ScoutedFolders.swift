/// What the scouts of a walk share: which folders nobody has begun with, and what was seen of
/// others.
struct ScoutedFolders: Sendable {
    /// A scout looks at so many folders, one in another, before it tells.
    static let batchFoldersMax = 32
    /// And ends at the folder in which it has seen so many names.
    static let batchNamesMax = 2_048
    private static let foldersAheadMax = 96
    private static let namesAheadMax = 16_384

    private enum Phase: Sendable {
        case begun
        case seen(FolderScout.Look, folders: Int, names: Int)
    }

    /// What nobody has begun with; the last is the next in path order.
    private var stack: [FolderScout.Folder] = []
    /// What scouts have begun with and the walk not yet taken.
    private var ahead: [UInt64: Phase] = [:]
    private var foldersAhead = 0
    private var namesAhead = 0
    /// Whether a scout waits for room.
    private var isStalled = false
    /// Whether the walk is over.
    var isClosed = false

    /// Puts folders on the stack, the first on top.
    mutating func push(_ folders: [FolderScout.Folder]) {
        stack += folders.reversed()
    }

    /// The folder that a scout is to look at; nil if there is none, or no room.
    mutating func begin() -> FolderScout.Folder? {
        guard foldersAhead < Self.foldersAheadMax, namesAhead < Self.namesAheadMax else {
            isStalled = true
            return nil
        }
        guard let folder = stack.popLast() else {
            return nil
        }
        ahead[folder.number] = .begun
        foldersAhead += Self.batchFoldersMax
        return folder
    }

    /// Takes in what a scout saw; dropped if the walk went another way meanwhile.
    mutating func add(
        _ look: FolderScout.Look,
        _ batch: FolderScout.Batch,
        at number: UInt64
    ) {
        foldersAhead -= Self.batchFoldersMax
        guard ahead[number] != nil else {
            return
        }
        ahead[number] = .seen(look, folders: batch.folders, names: batch.names)
        foldersAhead += batch.folders
        namesAhead += batch.names
        push(batch.unseen)
    }

    /// What a scout saw of a folder; nil if none has, or has yet.
    mutating func take(_ number: UInt64) -> FolderScout.Look? {
        guard case .seen(let look, let folders, let names) = ahead[number] else {
            return nil
        }
        ahead[number] = nil
        foldersAhead -= folders
        namesAhead -= names
        return look
    }

    /// Takes a folder from the stack; false if it is not there.
    mutating func remove(_ number: UInt64) -> Bool {
        guard let index = stack.lastIndex(where: { $0.number == number }) else {
            return false
        }
        stack.remove(at: index)
        return true
    }

    /// Forgets a folder, wherever it is, and gives what was seen of it.
    mutating func forget(_ number: UInt64) -> FolderScout.Look? {
        let look = take(number)
        ahead[number] = nil
        _ = remove(number)
        return look
    }

    /// Whether scouts that wait for room should go on: once half of it is free, for waking them for
    /// every folder would cost more than they spare.
    mutating func endsStall() -> Bool {
        guard isStalled, foldersAhead <= Self.foldersAheadMax / 2,
            namesAhead <= Self.namesAheadMax / 2
        else {
            return false
        }
        isStalled = false
        return true
    }
}
