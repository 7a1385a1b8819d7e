import Format
import HostState
import Model
import Primitives
import Repository
import Sealing
import Workers

/// Takes pieces of content from one reader and stores them, on several threads: names each, drops
/// the known ones, compresses, seals, checks and packs the rest.
///
/// Each worker fills a pack of its own, so that none waits for another. What is durable is written
/// into the journal with an index at least every 256 MiB.
final class ChunkSink: Sendable {
    /// What a submitted piece will be known by.
    struct Ticket: Hashable, Sendable {
        let number: Int
    }

    /// What became of a piece.
    struct Outcome: Sendable {
        let chunk: ChunkID
        /// Of the piece; of each file, for a bundle.
        let digests: [Digest]
    }

    /// What the sink has stored and knows.
    struct State: Sendable {
        var known: KnownChunks
        var outcomes: [Int: Outcome] = [:]
        var failure: (any Error)?
        var unindexed: [PackContents] = []
        var unindexedBytes = 0
        var unindexedChunks = 0
        var lastIndexed: ContinuousClock.Instant
        var storedPacks: [ObjectRef] = []
        var storedIndexes: [ObjectRef] = []
        var storedBytes: UInt64 = 0
        var newChunks = 0
    }

    private struct Job: Sendable {
        let ticket: Ticket
        let kind: FrameKind
        let plaintext: [UInt8]
    }

    /// One more than cores: one of them waits for the disk now and then.
    private static let workers = Workers.suitable + 1
    /// Up to six workers' packs under construction have at most 96 MiB together; of more workers
    /// each has one that must hold a chunk of any size.
    private static let packBytes = max(
        2 * Limits.chunkBytesMax,
        min(Limits.packBytesMax, (96 << 20) / workers)
    )

    let keys: RunKeys
    private let repository: Repository
    private let journal: Journal
    private let compression: CompressionPolicy
    private let queue = BoundedQueue<Job>(limit: Limits.chunksInFlightMax)
    private let state: Monitor<State>
    private let clock = ContinuousClock()

    init(
        keys: RunKeys,
        repository: Repository,
        journal: Journal,
        known: KnownChunks,
        compression: CompressionPolicy = .automatic
    ) {
        self.keys = keys
        self.repository = repository
        self.journal = journal
        self.compression = compression
        state = Monitor(State(known: known, lastIndexed: ContinuousClock().now))
    }

    /// Runs `lead` with workers that store what it submits; afterwards everything is durable and
    /// indexed.
    func run<R>(lead: () throws -> R) throws -> R {
        do {
            let result = try Workers.run(Self.workers) { _ in
                self.work()
            } lead: {
                // What was handed over is stored, even if the lead stopped for its own reasons.
                defer { queue.close() }
                return try lead()
            }
            try check()
            try flushIndex()
            return result
        } catch {
            // What is durable should serve the next run. If that fails too, it is stored again.
            _ = try? flushIndex()
            throw error
        }
    }

    // MARK: - For the lead

    /// Hands over a piece; waits while too many are under way.
    func submit(_ kind: FrameKind, _ plaintext: [UInt8], ticket: Ticket) throws {
        guard queue.push(Job(ticket: ticket, kind: kind, plaintext: plaintext)) else {
            try check()
            preconditionFailure("the queue was closed, but nothing had failed")
        }
    }

    /// What became of a piece, if it is known yet. Each outcome can be taken once.
    func take(_ ticket: Ticket) -> Outcome? {
        state.withLock { $0.outcomes.removeValue(forKey: ticket.number) }
    }

    /// Waits for what became of a piece.
    func await(_ ticket: Ticket) throws -> Outcome {
        let outcome: Outcome? = state.wait { state in
            if let outcome = state.outcomes.removeValue(forKey: ticket.number) {
                return .some(outcome)
            }
            return state.failure == nil ? nil : .some(nil)
        }
        guard let outcome else {
            try check()
            preconditionFailure("an outcome is missing, but nothing had failed")
        }
        return outcome
    }

    /// Whether all of `pieces` are in the store; then their packs count as used.
    func use(_ pieces: [FileRecord.Piece]) -> Bool {
        state.withLock { $0.known.use(pieces) }
    }

    /// Reads the state, once the run is over.
    func withState<R>(_ body: (State) -> R) -> R {
        state.withLock { body($0) }
    }

    /// Throws what made a worker fail, if one did.
    func check() throws {
        if let failure = state.withLock({ $0.failure }) {
            throw failure
        }
    }

    // MARK: - For the workers

    private func work() {
        do {
            let codec = ChunkCodec(compression)
            let namer = try keys.secret.namer()
            var pack = try PackBuilder(
                scope: keys.scope,
                run: keys.run,
                keyObject: keys.runObject,
                bytesMax: Self.packBytes
            )
            while let job = queue.pop() {
                try store(job, codec, namer, &pack)
            }
            if !pack.isEmpty {
                try store(&pack)
            }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            queue.cancel()
        }
    }

    private func store(
        _ job: Job,
        _ codec: borrowing ChunkCodec,
        _ namer: borrowing ChunkNamer,
        _ pack: inout PackBuilder
    ) throws {
        let digests = try ChunkDigest.parts(job.kind, job.plaintext)
        let chunk = namer.id(job.kind, digest: digests.whole)
        let claim = state.withLock { $0.known.claim(chunk) }
        if claim == .yours {
            unsafe try codec.withFrame(of: job.plaintext) { frame in
                if !pack.fits(frame.count + AEADKey.overhead) {
                    try store(&pack)
                    try pack.startNext(run: keys.run)
                }
                unsafe try pack.append(
                    frame: frame,
                    kind: job.kind,
                    chunk: chunk,
                    codec: codec,
                    namer: namer
                )
            }
        }
        state.withLock { state in
            state.outcomes[job.ticket.number] = Outcome(
                chunk: chunk,
                digests: digests.parts.map(\.digest)
            )
            state.newChunks += claim == .yours ? 1 : 0
        }
    }

    /// Stores a pack; writes an index when enough has come together.
    private func store(_ pack: inout PackBuilder) throws {
        let (bytes, contents) = try pack.finish()
        let object = ObjectRef(kind: .pack, name: contents.name, size: contents.size)
        try repository.put(bytes, object: object)
        let now = clock.now
        let isDue = state.withLock { state in
            state.unindexed.append(contents)
            state.unindexedBytes += bytes.count
            state.unindexedChunks += contents.entries.count
            state.storedPacks.append(object)
            state.storedBytes += UInt64(bytes.count)
            return state.unindexedBytes >= Limits.indexFlushBytes
                || state.unindexedChunks >= Limits.indexEntriesMax / 2
                || now - state.lastIndexed >= .seconds(Limits.indexFlushSeconds)
        }
        if isDue {
            try flushIndex()
        }
    }

    private func flushIndex() throws {
        let now = clock.now
        let packs = state.withLock { state in
            defer {
                state.unindexed = []
                state.unindexedBytes = 0
                state.unindexedChunks = 0
                state.lastIndexed = now
            }
            return state.unindexed
        }
        var start = 0
        while start < packs.count {
            var (end, chunks) = (start + 1, packs[start].entries.count)
            while end < packs.count, chunks + packs[end].entries.count <= Limits.indexEntriesMax {
                chunks += packs[end].entries.count
                end += 1
            }
            try storeIndex(Array(packs[start..<end]))
            start = end
        }
    }

    /// Seals and stores an index, once it has been opened again and says the same: whoever loses
    /// an index loses all that it tells of.
    private func storeIndex(_ packs: [PackContents]) throws {
        let table = ChunkTable(
            keys: [
                keys.run.id: keys.runObject, keys.secret.id: keys.secretObject,
            ],
            packs: packs
        )
        let (bytes, name) = try IndexCodec.seal(table, scope: keys.scope, secret: keys.secret)
        guard try IndexCodec.open(bytes, scope: keys.scope, secret: keys.secret) == table else {
            throw SealingError.indexCheckFailed(name)
        }
        let object = ObjectRef(kind: .index, name: name, size: UInt64(bytes.count))
        try repository.put(bytes, object: object)
        try journal.note(index: object)
        state.withLock { state in
            state.storedIndexes.append(object)
            state.storedBytes += object.size
        }
    }
}
