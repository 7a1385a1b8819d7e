import Format

/// What the scouts of a walk share: which folders nobody has begun with, and what was seen of
/// others.
struct ScoutedFolders: Sendable {
    /// A scout looks at so many folders, one in another, before it tells.
    static let batchFoldersMax = 32
    /// And ends at the folder in which it has seen so many names.
    static let batchNamesMax = 2_048
    /// Of the files that it reads, a scout holds so many bytes at most.
    static let batchBytesMax = 1 << 20
    private static let foldersAheadMax = 192
    private static let namesAheadMax = 16_384
    private static let bytesAheadMax = 8 << 20
    /// So many folders the walk may leave, and so much memory, before a scout has come for them.
    private static let spentMax = 80
    private static let spentBytesMax = 2 << 20

    /// How much is known ahead of the walk.
    private struct Amount: Sendable {
        var folders = 0
        var names = 0
        var bytes = 0

        static func += (sum: inout Amount, more: Amount) {
            sum.folders += more.folders
            sum.names += more.names
            sum.bytes += more.bytes
        }

        static func -= (sum: inout Amount, less: Amount) {
            sum.folders -= less.folders
            sum.names -= less.names
            sum.bytes -= less.bytes
        }

        /// Whether it is below a part of what may be known.
        func isBelow(oneOf parts: Int) -> Bool {
            folders < foldersAheadMax / parts && names < namesAheadMax / parts
                && bytes < bytesAheadMax / parts
        }
    }

    /// What a scout that has begun may bring.
    private static let begun = Amount(folders: batchFoldersMax, bytes: batchBytesMax)

    private enum Phase: Sendable {
        case begun
        case seen(FolderScout.Look, Amount)
    }

    /// What a scout is given to do.
    struct Task: Sendable {
        /// The folder that it is to look at, if there is one.
        let folder: FolderScout.Folder?
        /// What it is to let go, by forgetting this.
        var spent: [TreeWalk.Level]
    }

    /// What nobody has begun with; the last is the next in path order.
    private var stack: [FolderScout.Folder] = []
    /// What scouts have begun with and the walk not yet taken.
    private var ahead: [UInt64: Phase] = [:]
    private var amount = Amount()
    private var spent: [TreeWalk.Level] = []
    private var spentBytes = 0
    /// Whether a scout waits for room.
    private var isStalled = false
    /// Whether a scout waits for work.
    private var isIdle = false
    /// What the walk waits for, which a scout has begun with.
    private var awaited: UInt64?
    /// Whether the walk is over.
    var isClosed = false

    /// Puts folders on the stack, at their place in path order: all that lies in one folder stands
    /// together, but another scout may have told of a later one before.
    ///
    /// - Returns: whether a scout waits for them.
    mutating func push(_ folders: [FolderScout.Folder]) -> Bool {
        guard let first = folders.first else {
            return false
        }
        var (low, high) = (0, stack.count)
        while low < high {
            let middle = (low + high) / 2
            if RecordPath.precedes(first.place.path, stack[middle].place.path) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        stack.insert(contentsOf: folders.reversed(), at: low)
        guard isIdle else {
            return false
        }
        isIdle = false
        // One that waited for work waits for room now, if there is none.
        let isRoom = amount.isBelow(oneOf: 1)
        isStalled = isStalled || !isRoom
        return isRoom
    }

    /// What a scout is to do; nil if there is nothing.
    mutating func next() -> Task? {
        let folder = begin()
        guard folder != nil || !spent.isEmpty else {
            return nil
        }
        defer { (spent, spentBytes) = ([], 0) }
        return Task(folder: folder, spent: spent)
    }

    /// Leaves folders to the scouts to be let go; those that are too many the walk lets go of
    /// itself, for each holds a descriptor, and some hold what was read.
    mutating func drop(_ levels: [TreeWalk.Level], bytes: Int) {
        if spent.count + levels.count <= Self.spentMax, spentBytes < Self.spentBytesMax {
            spent += levels
            spentBytes += bytes
        }
    }

    /// The folder that a scout is to look at; nil if there is none, or no room.
    mutating func begin() -> FolderScout.Folder? {
        guard amount.isBelow(oneOf: 1) else {
            isStalled = true
            return nil
        }
        guard let folder = stack.popLast() else {
            (isStalled, isIdle) = (false, true)
            return nil
        }
        ahead[folder.number] = .begun
        amount += Self.begun
        return folder
    }

    /// Takes in what a scout saw; dropped if the walk went another way meanwhile.
    ///
    /// - Returns: whether somebody waits for that.
    mutating func add(
        _ look: FolderScout.Look,
        _ batch: FolderScout.Batch,
        at number: UInt64
    ) -> Bool {
        amount -= Self.begun
        guard ahead[number] != nil else {
            return endsStall()
        }
        let seen = Amount(folders: batch.folders, names: batch.names, bytes: batch.bytes)
        ahead[number] = .seen(look, seen)
        amount += seen
        let isWork = push(batch.unseen)
        return isWork || awaited == number || endsStall()
    }

    /// Notes that the walk waits for a folder that a scout has begun with.
    mutating func await(_ number: UInt64) {
        awaited = number
    }

    /// What a scout saw of a folder; nil if none has, or has yet.
    mutating func take(_ number: UInt64) -> FolderScout.Look? {
        guard case .seen(let look, let seen) = ahead[number] else {
            return nil
        }
        ahead[number] = nil
        awaited = nil
        amount -= seen
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
    ///
    /// - Parameter parts: 1 if any room will do, for they are behind the walk: what is known lies
    ///   far ahead.
    /// - Returns: true once, and then they are to be woken.
    mutating func endsStall(oneOf parts: Int = 2) -> Bool {
        guard isStalled, amount.isBelow(oneOf: parts) else {
            return false
        }
        isStalled = false
        return true
    }
}
