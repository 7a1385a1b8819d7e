import FileSystem
import Format
import Model
import Sealing
import Synchronization

/// A regular file that is to be made.
struct FileTask: Sendable {
    /// The folder, whose metadata waits for it.
    let folder: RestoredFolder?
    /// The folder, open.
    let parent: FolderChain.Open
    /// The file's name in it.
    let name: [UInt8]
    /// What it is to be.
    let record: FileRecord
    /// The same, of the content alone.
    let content: FileRecord.Content
    /// Its place in the list.
    let number: UInt64
}

/// A file of many pieces that several threads write; the last of them judges the whole.
final class LargeFile: Sendable {
    private struct State: Sendable {
        var partsLeft: Int
        var digests: [Digest?]
        var fault: ChunkFault?
    }

    /// Pieces of a part: about 16 MiB.
    static let partPieces = 16

    let task: FileTask
    let file: FileHandle
    let placement: DataPlacement
    private let state: Mutex<State>

    init(_ task: FileTask, _ file: consuming FileHandle) {
        self.task = task
        self.file = file
        placement = DataPlacement(task.content)
        let pieces = task.content.pieces.count
        state = Mutex(
            State(
                partsLeft: (pieces + Self.partPieces - 1) / Self.partPieces,
                digests: [Digest?](repeating: nil, count: pieces),
                fault: nil
            )
        )
    }

    /// A piece was written.
    func note(_ digest: Digest, of piece: Int) {
        state.withLock { $0.digests[piece] = digest }
    }

    /// A part is written, or cannot be.
    ///
    /// - Returns: the digest of the whole, or why there is none, if it was the last part.
    func endPart(_ fault: ChunkFault?) -> Result<Digest, ChunkFault>? {
        state.withLock { state in
            state.partsLeft -= 1
            state.fault = state.fault ?? fault
            guard state.partsLeft == 0 else {
                return nil
            }
            if let fault = state.fault {
                return .failure(fault)
            }
            var whole = FileDigest()
            for (piece, digest) in zip(task.content.pieces, state.digests) {
                guard let digest else {
                    preconditionFailure(
                        "a part ended without a fault, but not all of it is written"
                    )
                }
                whole.append(length: Int(piece.length), digest: digest)
            }
            return .success(whole.finish(hasHoles: task.content.extents != nil))
        }
    }
}

/// What a thread that makes files is given at once.
enum FileJob: Sendable {
    /// Whole files, of one bundle or of few chunks.
    case files([FileTask])
    /// Some pieces of a large file, and how many bytes of its data come before them.
    case part(LargeFile, pieces: Range<Int>, position: UInt64)

    /// How many files it is; a part counts as one.
    var fileCount: Int {
        switch self {
        case .files(let tasks): tasks.count
        case .part: 1
        }
    }
}
