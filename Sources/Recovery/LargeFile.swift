import FileSystem
import Format
import Glibc
import Model
import Sealing
import Synchronization

/// A file of many pieces that several threads write; the last of them judges the whole.
///
/// Half a file must not look like a file: it has another name until it is whole
/// (``UnfinishedRestore``), by which a restore that goes on finds it.
final class LargeFile: Sendable {
    private struct State: Sendable {
        var partsLeft: Int
        var digests: [Digest?]
        /// What this file cannot have, and the first piece that is known to lack it.
        var fault: (piece: Int, error: any Error)?
    }

    let task: FileTask
    let file: FileHandle
    let placement: DataPlacement
    /// Whether a restore that was stopped has written some of it.
    let hasRemains: Bool
    private let partName: [UInt8]
    private let state: Mutex<State>

    /// Takes over the open file of `task`.
    ///
    /// - Parameters:
    ///   - task: what it is to be.
    ///   - file: to read and to write.
    ///   - partName: its name as long as it is not whole.
    ///   - hasRemains: whether some of it may be there.
    init(
        _ task: FileTask,
        _ file: consuming FileHandle,
        as partName: [UInt8],
        hasRemains: Bool
    ) {
        self.task = task
        self.file = file
        self.partName = partName
        self.hasRemains = hasRemains
        placement = DataPlacement(task.content)
        let pieces = task.content.pieces.count
        state = Mutex(
            State(
                partsLeft: LargeFile.parts(of: task.content).count,
                digests: [Digest?](repeating: nil, count: pieces)
            )
        )
    }

    /// Which pieces are written together.
    static func parts(of content: FileRecord.Content) -> [Range<Int>] {
        let count = content.pieces.count
        return stride(from: 0, to: count, by: Limits.restorePartPieces).map { start in
            start..<min(start + Limits.restorePartPieces, count)
        }
    }

    /// About how many bytes of memory the record takes, shared among the parts.
    var recordBytesPerPart: Int {
        task.recordBytes / max(1, task.content.pieces.count / Limits.restorePartPieces)
    }

    // MARK: - Parts

    /// A piece was written.
    func note(_ digest: Digest, of piece: Int) {
        state.withLock { $0.digests[piece] = digest }
    }

    /// A piece cannot be had, or not be written.
    func note(_ error: any Error, of piece: Int) {
        state.withLock { state in
            if state.fault.map({ piece < $0.piece }) ?? true {
                state.fault = (piece, error)
            }
        }
    }

    /// Whether the file is lost by a piece before this one. The first fault is told, however many
    /// threads there are, so what comes before it is read all the same.
    func isLost(before piece: Int) -> Bool {
        state.withLock { $0.fault.map { $0.piece < piece } ?? false }
    }

    /// A part is written, or given up.
    ///
    /// - Returns: whether it was the last.
    func endPart() -> Bool {
        state.withLock { state in
            state.partsLeft -= 1
            return state.partsLeft == 0
        }
    }

    // MARK: - The whole

    /// The digest of all that was written.
    ///
    /// - Throws: what was noted of its first fault.
    func digest() throws -> Digest {
        let (digests, fault) = state.withLock { ($0.digests, $0.fault) }
        if let fault {
            throw fault.error
        }
        var whole = FileDigest()
        for (number, piece) in task.content.pieces.enumerated() {
            guard let digest = digests[number] else {
                preconditionFailure("piece \(number) of \(digests.count) is not written")
            }
            whole.append(length: Int(piece.length), digest: digest)
        }
        return whole.finish(hasHoles: task.content.extents != nil)
    }

    /// It is whole: it gets its name.
    func complete() throws(FileSystemError) {
        guard try Self.rename(partName, to: task.name, in: task.parent) else {
            let path = task.parent.handle.fullPath(task.name)
            throw FileSystemError("rename", path, code: EEXIST)
        }
    }

    /// Renames without overwriting.
    ///
    /// - Returns: false if the new name was taken.
    static func rename(
        _ old: [UInt8],
        to new: [UInt8],
        in folder: FolderChain.Open
    ) throws(FileSystemError) -> Bool {
        do throws(FileSystemError) {
            return try folder.handle.rename(old, to: new, in: folder.handle)
        } catch {
            // Neither a rename that never overwrites nor a second name is known there.
            guard [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(error.code),
                try folder.handle.statusIfThere(name: new) == nil
            else {
                throw error
            }
            try folder.handle.renameOver(old, to: new)
            return true
        }
    }

    /// Removes it: it cannot be made.
    func remove() throws(FileSystemError) {
        try task.parent.handle.remove(name: partName)
    }
}
