package import Format
import FileSystem
import Glibc
package import Model
import Primitives
import Sealing

/// Takes what a source holds, in path order, and makes chunks and records of it.
///
/// Used by one thread: the source's. Records wait here until the workers have named their chunks,
/// and leave in order.
package final class SnapshotWriter {
    /// Counts for progress and summaries.
    package struct Counts: Hashable, Sendable {
        /// Records that were added, of every kind.
        package var files: UInt64 = 0
        /// Bytes of content that the source gave; unchanged files give none.
        package var bytesRead: UInt64 = 0
        /// Files that were taken from the list of the snapshot before, unread.
        package var unchangedFiles: UInt64 = 0
    }

    private enum Waiting {
        case ready(FileRecord)
        case kept(PreviousRecord)
        case inBundle(FileRecord, bundle: Int, slot: Int)
        case inPieces(FileRecord, [(ticket: ChunkSink.Ticket, length: Int)], isSparse: Bool)
    }

    private static let waitingMax = 20_000

    /// When the run began, as its file list will say.
    package let started: Timestamp
    private let sink: ChunkSink
    private let progress: (Counts) -> Void
    private var cutter: ContentCutter
    private var list: FileListWriter
    private var tickets = 0
    private var waiting: [Waiting] = []
    private var waitingHead = 0
    private var bundles = OpenBundles()
    /// How far it is.
    package private(set) var counts = Counts()
    /// What was not taken whole, and other things worth knowing.
    package private(set) var findings: [Finding] = []
    /// Who is shown every file's bytes; nil where nobody asks.
    package var observer: (any FileObserver)?
    /// Sealed documents that were attached, in the order of attaching.
    package private(set) var attachments: [SnapshotRoot.Attachment] = []

    init(
        started: Timestamp,
        sink: ChunkSink,
        cutter: consuming ContentCutter,
        list: consuming FileListWriter,
        progress: @escaping (Counts) -> Void
    ) {
        self.started = started
        self.sink = sink
        self.cutter = cutter
        self.list = list
        self.progress = progress
    }

    // MARK: - For sources

    /// Files up to this size are bundled, and so can be read whole.
    package static var smallBytesMax: Int { 256 << 10 }

    /// Notes what is wrong with a part of the source.
    package func note(_ finding: Finding) {
        findings.append(finding)
    }

    /// Adds a record that needs no content: a directory, a link, a special file.
    package func add(_ record: FileRecord) throws {
        try enqueue(.ready(record))
    }

    /// Adds a record as the newest snapshot has it; of a regular file, by ``addUnchanged(_:)``.
    package func add(kept: PreviousRecord) throws {
        try enqueue(.kept(kept))
    }

    /// Adds a regular file as the newest snapshot has it, if the store still holds its content.
    ///
    /// - Returns: false if the content must be stored again.
    /// - Throws: what the store throws; the snapshot cannot be finished then.
    package func addUnchanged(_ kept: PreviousRecord) throws -> Bool {
        guard case .regular(let content) = kept.record.kind,
            observer?.knows(kept.record.path) ?? true, sink.use(content.pieces)
        else {
            return false
        }
        counts.unchangedFiles += 1
        try observer?.keep(kept.record.path)
        try enqueue(.kept(kept))
        return true
    }

    /// Adds a file whose content the newest snapshot has, if the store still holds all of it.
    ///
    /// - Parameters:
    ///   - record: of kind `regular`; its content is filled in.
    ///   - content: of the newest snapshot.
    ///   - bytes: the content, if it was read and found to be the same.
    /// - Returns: false if the content must be stored again.
    /// - Throws: what the store throws; the snapshot cannot be finished then.
    package func addUnchanged(
        _ record: FileRecord,
        content: FileRecord.Content,
        read bytes: ArraySlice<UInt8>? = nil
    ) throws -> Bool {
        guard bytes != nil || observer?.knows(record.path) ?? true, sink.use(content.pieces)
        else {
            return false
        }
        if let bytes {
            counts.bytesRead += content.size
            try observer?.see(record.path, bytes)
        } else {
            counts.unchangedFiles += 1
            try observer?.keep(record.path)
        }
        var record = record
        record.kind = .regular(content)
        try add(record)
        return true
    }

    /// Adds a small file.
    ///
    /// - Parameters:
    ///   - record: of kind `regular`; its content is filled in.
    ///   - bytes: all of its content.
    /// - Throws: what the store throws; the snapshot cannot be finished then.
    package func add(small record: FileRecord, bytes: ArraySlice<UInt8>) throws {
        counts.bytesRead += UInt64(bytes.count)
        try observer?.see(record.path, bytes)
        guard !bytes.isEmpty else {
            var record = record
            record.kind = .regular(
                FileRecord.Content(
                    size: 0,
                    digest: SHA256.hash([]),
                    extents: nil,
                    pieces: []
                )
            )
            return try add(record)
        }
        if !bundles.hasRoom(for: bytes.count) {
            try closeBundle()
        }
        let place = bundles.append(bytes)
        // Only now: with too many records waiting this closes the bundle, which must hold the file.
        try enqueue(.inBundle(record, bundle: place.bundle, slot: place.slot))
    }

    /// Adds a file whose content comes as a stream.
    ///
    /// - Parameters:
    ///   - record: of kind `regular`; its content is filled in.
    ///   - expected: how long the stream is thought to be; nil if nobody knows.
    ///   - extents: where the data lies if the file has holes; the stream is then the data alone.
    ///   - size: the logical size if the file has holes; else it is what was read.
    ///   - read: fills a buffer; fewer bytes than asked means that the stream ends.
    ///   - accept: asked once the stream has ended; false drops what was read.
    /// - Returns: what `accept` said.
    /// - Throws: what `read`, `accept` or the store throws.
    package func add(
        stream record: FileRecord,
        expecting expected: UInt64? = nil,
        extents: [FileRecord.Extent]? = nil,
        size: UInt64? = nil,
        reading read: (UnsafeMutableRawBufferPointer) throws -> Int,
        accept: (_ bytes: UInt64) throws -> Bool = { _ in true }
    ) throws -> Bool {
        var pieces: [(ticket: ChunkSink.Ticket, length: Int)] = []
        try observer?.begin(record.path, size: size ?? expected, extents: extents)
        let total = unsafe try cutter.cut(reading: read) { piece in
            try observer?.see(piece: piece)
            let ticket = nextTicket()
            pieces.append((ticket, piece.count))
            counts.bytesRead += UInt64(piece.count)
            progress(counts)
            try sink.submit(.content, piece, ticket: ticket)
        }
        let isTaken = try accept(total)
        try observer?.end(isTaken: isTaken)
        guard isTaken else {
            for piece in pieces {
                _ = try sink.await(piece.ticket)
            }
            return false
        }
        var record = record
        record.kind = .regular(
            FileRecord.Content(
                size: size ?? total,
                digest: .zero,
                extents: extents,
                pieces: []
            )
        )
        try enqueue(.inPieces(record, pieces, isSparse: extents != nil))
        return true
    }

    /// Adds a sealed document, such as the witness.
    package func attach(_ name: String, _ bytes: [UInt8]) throws {
        var chunks: [ChunkID] = []
        for start in stride(from: 0, to: bytes.count, by: 4 << 20) {
            let ticket = nextTicket()
            let end = min(start + 4 << 20, bytes.count)
            try sink.submit(.witness, Array(bytes[start..<end]), ticket: ticket)
            chunks.append(try sink.await(ticket).chunk)
        }
        attachments.append(SnapshotRoot.Attachment(name: name, chunks: chunks))
    }

    // MARK: - For the run

    /// Ends the snapshot's content.
    func finish() throws -> (list: [SnapshotRoot.ListChunk], files: UInt64, bytes: UInt64) {
        try drain(downTo: 0)
        precondition(waitingHead == waiting.count, "a record is left out of the list")
        let chunks = try list.finish { nextTicket() }
        return (chunks, list.files, list.contentBytes)
    }

    /// Stores the root and returns its chunk; nil if it is too large for one.
    func store(_ root: SnapshotRoot) throws -> ChunkID? {
        let bytes = root.encoded
        // A reader's limits are ours: what he would refuse must not be written.
        guard bytes.count <= Limits.chunkBytesMax, (try? SnapshotRoot(decoding: bytes)) != nil
        else {
            return nil
        }
        let ticket = nextTicket()
        try sink.submit(.root, bytes, ticket: ticket)
        return try sink.await(ticket).chunk
    }

    // MARK: - Waiting

    private func nextTicket() -> ChunkSink.Ticket {
        tickets += 1
        return ChunkSink.Ticket(number: tickets)
    }

    private func enqueue(_ record: Waiting) throws {
        waiting.append(record)
        counts.files += 1
        if counts.files.isMultiple(of: 64) {
            progress(counts)
        }
        if waiting.count - waitingHead > Self.waitingMax {
            // Not all: the newest are still under way, and to wait for them would leave idle who
            // reads ahead.
            try drain(downTo: Self.waitingMax / 2)
        } else if counts.files.isMultiple(of: 256) {
            try drain(downTo: nil)
        }
    }

    private func closeBundle() throws {
        guard !bundles.isOpenEmpty else {
            return
        }
        let ticket = nextTicket()
        try sink.submit(.bundle, bundles.close(under: ticket), ticket: ticket)
    }

    /// Lets records out, in order, as far as their chunks are named; waits for chunks until no more
    /// than `rest` records are left.
    private func drain(downTo rest: Int?) throws {
        while waitingHead < waiting.count {
            let isBlocking = rest.map { waiting.count - waitingHead > $0 } ?? false
            if isBlocking, case .inBundle(_, bundles.openNumber, _) = waiting[waitingHead] {
                // Nobody names what is in the bundle that is still open.
                try closeBundle()
            }
            guard let (record, encoded) = try finished(waiting[waitingHead], blocking: isBlocking)
            else {
                precondition(!isBlocking, "a record waits for a bundle that nobody closes")
                break
            }
            waitingHead += 1
            let refusal = try list.append(record, encoded: encoded) { nextTicket() }
            if let refusal {
                // Better told than unreadable.
                let evidence = ["error": refusal.description]
                note(Finding(.fileUnreadable, .path(record.path), evidence: evidence))
            }
        }
        // Rarely, for what stays is moved: each record once at most, taken together.
        if waitingHead > waiting.count / 2 {
            waiting.removeSubrange(..<waitingHead)
            waitingHead = 0
        }
    }

    private func finished(
        _ record: Waiting,
        blocking: Bool
    ) throws -> (FileRecord, encoded: ArraySlice<UInt8>?)? {
        switch record {
        case .ready(let record): return (record, nil)
        case .kept(let before): return (before.record, before.encoded)
        case .inBundle(var record, let bundle, let slot):
            let named = try bundles.outcome(of: bundle) { ticket in
                blocking ? try sink.await(ticket) : sink.take(ticket)
            }
            guard let (outcome, offsets) = named else {
                return nil
            }
            let length = offsets[slot + 1] - offsets[slot]
            let piece = FileRecord.Piece(
                kind: .bundle,
                chunk: outcome.chunk,
                offset: UInt32(offsets[slot]),
                length: UInt32(length)
            )
            record.kind = .regular(
                FileRecord.Content(
                    size: UInt64(length),
                    digest: outcome.digests[slot],
                    extents: nil,
                    pieces: [piece]
                )
            )
            return (record, nil)
        case .inPieces(let record, let pieces, let isSparse):
            guard blocking || pieces.isEmpty else {
                // The last piece is named last or nearly so; waiting for it costs little then.
                guard try drainable(pieces) else {
                    return nil
                }
                return (try finish(record, pieces, isSparse), nil)
            }
            return (try finish(record, pieces, isSparse), nil)
        }
    }

    private func drainable(_ pieces: [(ticket: ChunkSink.Ticket, length: Int)]) throws -> Bool {
        guard let last = pieces.last else {
            return true
        }
        try sink.check()
        return tickets - last.ticket.number > 2 * Limits.chunksInFlightMax
    }

    private func finish(
        _ record: FileRecord,
        _ pieces: [(ticket: ChunkSink.Ticket, length: Int)],
        _ isSparse: Bool
    ) throws -> FileRecord {
        guard case .regular(var content) = record.kind else {
            preconditionFailure("only regular files have pieces")
        }
        var digests = FileDigest()
        for piece in pieces {
            let outcome = try sink.await(piece.ticket)
            digests.append(length: piece.length, digest: outcome.digests[0])
            content.pieces.append(
                FileRecord.Piece(
                    kind: .content,
                    chunk: outcome.chunk,
                    offset: 0,
                    length: UInt32(piece.length)
                )
            )
        }
        content.digest = digests.finish(hasHoles: isSparse)
        var record = record
        record.kind = .regular(content)
        return record
    }
}
