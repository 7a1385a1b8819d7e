import Chunking
import FileSystem
import Format
import Glibc
import HostState
import Model
import Sealing

/// Writes the file list: into sealed chunks, and into the host's own copy of the newest.
struct FileListWriter: ~Copyable {
    static let sizes = Chunker.Sizes(min: 128 << 10, normal: 512 << 10, max: 2 << 20)

    private let sink: ChunkSink
    private let chunker: Chunker
    private let copy: FileHandle
    private var unwritten: [UInt8] = []
    private var buffer: [UInt8] = []
    private var ends: [Int] = []
    private var firsts: [[UInt8]] = []
    private var pending: [(ticket: ChunkSink.Ticket, first: [UInt8], records: Int)] = []
    private var last: [UInt8] = []
    private(set) var files: UInt64 = 0
    private(set) var contentBytes: UInt64 = 0

    init(sink: ChunkSink, copyPath: String, started: Timestamp) throws {
        let key = try sink.keys.secret.chunkerKey("file-list")
        let copy = try Self.keeping { () throws(FileSystemError) in
            let copy = try FileHandle.open(copyPath, O_WRONLY | O_CREAT | O_TRUNC)
            try copy.write(PreviousList.header(started: started))
            return copy
        }
        self.sink = sink
        chunker = Chunker(key: key, sizes: Self.sizes)
        self.copy = copy
    }

    /// Adds the next record; paths must rise.
    ///
    /// - Returns: false if the record is larger than a reader would take; it is then left out.
    mutating func append(
        _ record: FileRecord,
        nextTicket: () -> ChunkSink.Ticket
    ) throws -> Bool {
        precondition(
            last.isEmpty || RecordPath.precedes(last, record.path),
            "records out of order"
        )
        let start = buffer.count
        record.append(to: &buffer)
        guard buffer.count - start <= Limits.fileRecordBytesMax else {
            buffer.removeSubrange(start...)
            return false
        }
        last = record.path
        try keep(buffer[start...])
        ends.append(buffer.count)
        firsts.append(record.path)
        files += 1
        if case .regular(let content) = record.kind {
            contentBytes += content.size
        }
        if buffer.count >= Self.sizes.max {
            try cut(isLast: false, nextTicket)
        }
        return true
    }

    /// Ends the list.
    ///
    /// - Returns: where its pieces lie, in order.
    mutating func finish(
        nextTicket: () -> ChunkSink.Ticket
    ) throws -> [SnapshotRoot.ListChunk] {
        while !buffer.isEmpty {
            try cut(isLast: true, nextTicket)
        }
        try writeCopy()
        try Self.keeping { () throws(FileSystemError) in try copy.synchronize() }
        var list: [SnapshotRoot.ListChunk] = []
        for piece in pending {
            let outcome = try sink.await(piece.ticket)
            list.append(
                SnapshotRoot.ListChunk(
                    chunk: outcome.chunk,
                    first: piece.first,
                    records: UInt64(piece.records)
                )
            )
        }
        return list
    }

    private mutating func keep(_ record: ArraySlice<UInt8>) throws {
        unwritten += record
        unwritten.append(fixed: PreviousList.checksum(record))
        if unwritten.count >= 256 << 10 {
            try writeCopy()
        }
    }

    private mutating func writeCopy() throws {
        let bytes = unwritten
        try Self.keeping { () throws(FileSystemError) in try copy.write(bytes) }
        unwritten.removeAll(keepingCapacity: true)
    }

    /// An error of the host's own disk must not look like one of the source's.
    private static func keeping<R: ~Copyable>(
        _ body: () throws(FileSystemError) -> R
    ) throws(HostStateError) -> R {
        do throws(FileSystemError) {
            return try body()
        } catch {
            throw .unwritable(error.description, hint: error.hint)
        }
    }

    /// Submits the records up to the first cut: cuts follow content, but fall between records.
    private mutating func cut(isLast: Bool, _ nextTicket: () -> ChunkSink.Ticket) throws {
        let place = unsafe buffer.withUnsafeBytes {
            unsafe chunker.firstCut($0, isLast: isLast)
        }
        guard let place, let record = ends.firstIndex(where: { $0 >= place }) else {
            preconditionFailure("a buffer of \(buffer.count) bytes has a cut")
        }
        let ticket = nextTicket()
        let end = ends[record]
        try sink.submit(.fileList, Array(buffer[..<end]), ticket: ticket)
        pending.append((ticket, firsts[0], record + 1))
        buffer.removeSubrange(..<end)
        ends.removeSubrange(...record)
        firsts.removeSubrange(...record)
        ends = ends.map { $0 - end }
    }
}
