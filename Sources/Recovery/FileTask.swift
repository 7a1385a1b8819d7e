import FileSystem
import Format
import Model

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
    /// Whether a restore that was stopped has left something under its name.
    var isRemaining = false

    /// About how many bytes of memory the record takes.
    var recordBytes: Int {
        record.path.count + MemoryLayout<FileRecord.Piece>.size * content.pieces.count
            + MemoryLayout<FileRecord.Extent>.size * (content.extents?.count ?? 0)
            + record.attributes.reduce(0) { $0 + $1.name.count + $1.value.count }
    }
}

/// Files that one thread makes, one after another: those that lie in one bundle, so that it is
/// opened once for all of them.
struct FileBatch: Sendable {
    /// The files, in the order of the list.
    private(set) var tasks: [FileTask] = []
    /// About how many bytes of memory their records take.
    private(set) var recordBytes = 0
    private var chunk: ChunkID?

    /// Whether a file may be added. Files without content lie in no chunk and go with any.
    func accepts(_ task: FileTask) -> Bool {
        let other = task.content.pieces.first?.chunk
        return tasks.count < Limits.restoreBatchMax
            && recordBytes < Limits.restoreRecordBytesMax / 16
            && (chunk == nil || other == nil || chunk == other)
    }

    /// Adds a file.
    mutating func append(_ task: FileTask) {
        tasks.append(task)
        recordBytes += task.recordBytes
        chunk = chunk ?? task.content.pieces.first?.chunk
    }
}

/// What a thread that makes files is given at once.
enum FileJob: Sendable {
    /// Whole files.
    case files(FileBatch)
    /// Some pieces of a large file, and how many bytes of its data come before them.
    case part(LargeFile, pieces: Range<Int>, position: UInt64)

    /// How many files it is; a part counts as one.
    var fileCount: Int {
        switch self {
        case .files(let batch): batch.tasks.count
        case .part: 1
        }
    }

    /// About how many bytes of memory the records take; of a large file, its own is held once.
    var recordBytes: Int {
        switch self {
        case .files(let batch): batch.recordBytes
        case .part(let large, _, _): large.recordBytesPerPart
        }
    }
}
