import Chunking
import FileSystem
import Format
import Glibc
import HostState
import Model
import Sealing

/// Writes the file list: into sealed chunks, and into the host's own copy of the newest.
struct FileListWriter: ~Copyable {
    private let sink: ChunkSink
    private let chunker: Chunker
    private let copy: FileHandle
    private let copyHeader: [UInt8]
    /// The block of the copy that is not full yet.
    private var block: [UInt8] = []
    private var buffer: [UInt8] = []
    private var ends: [Int] = []
    private var firsts: [[UInt8]] = []
    private var pending: [(ticket: ChunkSink.Ticket, first: [UInt8], records: Int)] = []
    private var last: [UInt8] = []
    /// A folder that was left out, with all that is in it.
    private var leftFolder: [UInt8]?
    /// Other files that were left out: no later name can be a link to one.
    private var leftFiles: Set<[UInt8]> = []
    private(set) var files: UInt64 = 0
    private(set) var contentBytes: UInt64 = 0

    init(sink: ChunkSink, copyPath: String, started: Timestamp) throws {
        let key = try sink.keys.secret.chunkerKey("file-list")
        let header = PreviousList.header(started: started)
        let copy = try HostStateError.keeping { () throws(FileSystemError) in
            let copy = try FileHandle.open(copyPath, O_WRONLY | O_CREAT | O_TRUNC)
            try copy.write(header)
            return copy
        }
        self.sink = sink
        chunker = Chunker(key: key)
        self.copy = copy
        copyHeader = header
    }

    /// Adds the next record; paths must rise.
    ///
    /// - Parameters:
    ///   - record: what a restore needs to make the file again.
    ///   - encoded: its bytes, where they are known: of a record that the newest list had too.
    ///   - nextTicket: gives a ticket for a piece of the list.
    /// - Returns: why no reader would take the record, which is then left out: a reader's rules are
    ///   ours, and one bad record would cost him all others. Nil if it is in the list.
    /// - Throws: ``HostStateError``; what the store throws.
    mutating func append(
        _ record: FileRecord,
        encoded: ArraySlice<UInt8>? = nil,
        nextTicket: () -> ChunkSink.Ticket
    ) throws -> FormatError? {
        precondition(
            last.isEmpty || RecordPath.precedes(last, record.path),
            "records out of order"
        )
        let start = buffer.count
        do throws(FormatError) {
            try checkPlace(record)
            if let encoded {
                buffer += encoded
            } else {
                try record.checkMetadata()
                record.append(to: &buffer)
            }
            guard buffer.count - start <= Limits.fileRecordBytesMax else {
                throw .overLimit("a file record")
            }
        } catch {
            buffer.removeSubrange(start...)
            leaveOut(record)
            return error
        }
        last = record.path
        try keep(buffer[start...])
        ends.append(buffer.count)
        firsts.append(record.path)
        files += 1
        if case .regular(let content) = record.kind {
            contentBytes += content.size
        }
        if buffer.count >= chunker.sizes.max {
            try cut(isLast: false, nextTicket)
        }
        return nil
    }

    /// Judges what a source can make wrong about a record among the others.
    private func checkPlace(_ record: FileRecord) throws(FormatError) {
        if let leftFolder, RecordPath.isBeneath(record.path, leftFolder) {
            throw .invalid("a file record: its folder is not in the list")
        }
        switch record.kind {
        case .hardLink(let first):
            guard !leftFiles.contains(first) else {
                throw .invalid("a file record: its first name is not in the list")
            }
        case .regular(let content):
            // Sparse files can be as large as a number; JSON takes 63 bits.
            guard content.size <= UInt64(Int64.max) - contentBytes else {
                throw .overLimit("the size of all files")
            }
        default: break
        }
    }

    private mutating func leaveOut(_ record: FileRecord) {
        guard case .directory = record.kind else {
            leftFiles.insert(record.path)
            return
        }
        // Of folders the outermost: all that follows in it is beneath that.
        let isWithin = leftFolder.map { RecordPath.isBeneath(record.path, $0) } ?? false
        leftFolder = isWithin ? leftFolder : record.path
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
        try writeBlock()
        try HostStateError.keeping { () throws(FileSystemError) in try copy.synchronize() }
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
        block += record
        if block.count >= PreviousList.blockBytes {
            try writeBlock()
        }
    }

    private mutating func writeBlock() throws {
        guard !block.isEmpty else {
            return
        }
        let (head, bytes) = (PreviousList.head(of: block, header: copyHeader), block)
        try HostStateError.keeping { () throws(FileSystemError) in
            try copy.write(head)
            try copy.write(bytes)
        }
        block.removeAll(keepingCapacity: true)
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
