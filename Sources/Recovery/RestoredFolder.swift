import FileSystem
import Format
import Synchronization

/// A folder that is being filled, and how many of its files are still to be made.
///
/// Shared by the thread that goes through the list and those that make files: whoever comes last
/// sets its metadata, which later writes into it would have changed.
final class RestoredFolder: Sendable {
    private struct State {
        var pending = 0
        /// The folder itself, once nothing new comes into it.
        var open: FolderChain.Open?
    }

    /// Its record, whose path is its name alone: paths can be long and folders many.
    let record: FileRecord
    /// The length of its path.
    let pathCount: Int
    /// Its place in the list.
    let number: UInt64
    /// The names that a restore that was stopped has left in it.
    let remains: Set<[UInt8]>
    private let state = Mutex(State())

    init(record: FileRecord, pathCount: Int, number: UInt64, remains: Set<[UInt8]> = []) {
        self.record = record
        self.pathCount = pathCount
        self.number = number
        self.remains = remains
    }

    /// One more file is to be made in it.
    func beginFile() {
        state.withLock { $0.pending += 1 }
    }

    /// A file of it is made, or cannot be.
    ///
    /// - Returns: the folder, if that was the last and the folder was left: its metadata is due.
    func endFile() -> FolderChain.Open? {
        state.withLock { state in
            state.pending -= 1
            return state.pending == 0 ? state.open : nil
        }
    }

    /// Nothing new comes into it.
    ///
    /// - Returns: whether all is made: its metadata is due.
    func leave(_ open: FolderChain.Open) -> Bool {
        state.withLock { state in
            state.open = open
            return state.pending == 0
        }
    }
}
