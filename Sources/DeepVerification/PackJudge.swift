import Format
import Model
import Primitives
import Sealing
import Synchronization
import Workers

/// Judges packs on all cores: each one's own table, filler and trailer, whether an index tells the
/// same, and every chunk in it but the bundles, which are opened for the files that lie in them.
struct PackJudge: Sendable {
    /// A pack as an index tells of it.
    struct Job: Sendable {
        let account: Int32
        let contents: PackContents
        /// As the list pages have it.
        let size: UInt64
        /// Of each entry, whether it is opened here.
        let isOpened: [Bool]
    }

    /// What became of one chunk.
    struct Opened: Sendable {
        let entry: ChunkEntry
        let state: ChunkPlaces.State
        let content: ChunkPlaces.Content?
    }

    /// What became of a pack.
    struct Result: Sendable {
        var chunks: [Opened] = []
        /// What is wrong with its table; nil if nothing is.
        var tableFault: String?
        /// Why it could not be read; nil if it could.
        var unreadable: String?
    }

    let source: ChunkOpener.Source
    let stop: StopFlag
    /// Told of sealed bytes that were opened.
    let progress: @Sendable (UInt64) -> Void

    /// Judges all of `jobs`.
    ///
    /// - Returns: a result each, in the same order.
    /// - Throws: ``Stopped``; what keeps anyone from looking.
    func run(_ jobs: [Job]) throws -> [Result] {
        try inParallel(jobs, stop: stop, ChunkOpener.init, source) { job, opener in
            try judge(job, opener)
        }
    }

    private func judge(_ job: Job, _ opener: ChunkOpener) throws -> Result {
        var result = Result()
        let pack = job.contents.name
        var entries = zip(job.contents.entries, job.isOpened).filter { $0.1 }.map { $0.0 }
        do {
            let table = try table(of: job, opener)
            let told = Set(job.contents.entries)
            let strange = table.filter { !told.contains($0) }
            if !strange.isEmpty || table.count != told.count
                || told.count != job.contents.entries.count
            {
                result.tableFault = "it is not what the index tells"
            }
            // What nobody asks for must be what it says all the same.
            entries += strange
        } catch ChunkOpener.Fault.missing(let reason) {
            result.unreadable = reason
        } catch let error as SealingError where error.exitCode != .internalFault {
            result.tableFault = error.description
        }
        for entry in entries {
            try stop.check()
            do {
                let opened = try opener.open(entry, of: pack)
                let content = entry.kind == .content ? opened.parts.first : nil
                result.chunks.append(
                    Opened(
                        entry: entry,
                        state: .whole,
                        content: content.map {
                            ChunkPlaces.Content(
                                length: UInt32($0.range.count),
                                digest: $0.digest
                            )
                        }
                    )
                )
            } catch let fault as ChunkOpener.Fault {
                result.chunks.append(Opened(entry: entry, state: fault.state, content: nil))
            }
            progress(UInt64(entry.sealedBytes))
        }
        return result
    }

    /// The pack's own table. A pack does not say whose it is: mostly of the run that sealed what
    /// lies in it first, else of any; only the right key opens the trailer.
    private func table(of job: Job, _ opener: ChunkOpener) throws -> [ChunkEntry] {
        guard job.size == job.contents.size else {
            throw SealingError.format(.invalid("an index tells another size of a pack"))
        }
        let likely = Set(job.contents.entries.map(\.origin.run))
        let runs = likely.sorted() + source.runs.keys.filter { !likely.contains($0) }.sorted()
        var failure: (any Error)?
        for run in runs {
            guard let held = source.runs[run] else {
                continue
            }
            do {
                return try PackReader.contents(
                    ofSize: Int(clamping: job.size),
                    name: job.contents.name,
                    scope: source.scope,
                    run: held.key
                ) { try opener.read($0, of: job.contents.name) }.entries
            } catch SealingError.crypto(.authenticationFailed) {
                failure = failure ?? SealingError.crypto(.authenticationFailed)
            } catch let error as SealingError {
                failure = error
                break
            }
        }
        throw failure ?? SealingError.crypto(.authenticationFailed)
    }
}

/// Does work of one kind on all cores.
///
/// - Parameters:
///   - items: what is worked on, taken in this order.
///   - stop: asked before each.
///   - makeTool: makes what each thread needs for itself.
///   - source: what it is made of.
///   - body: the work on one item.
/// - Returns: a result for each item, in the same order.
/// - Throws: ``Stopped``; the first error that a thread met, after all have ended.
func inParallel<Item: Sendable, Source: Sendable, Tool, Result: Sendable>(
    _ items: [Item],
    stop: StopFlag,
    _ makeTool: @escaping @Sendable (Source) throws -> Tool,
    _ source: Source,
    _ body: @escaping @Sendable (Item, Tool) throws -> Result
) throws -> [Result] {
    let next = Atomic(0)
    let results = Mutex<[Int: Result]>([:])
    let failure = Mutex<(any Error)?>(nil)
    Workers.run(min(Workers.suitable, max(1, items.count))) { _ in
        do {
            let tool = try makeTool(source)
            while !stop.isStopping, failure.withLock({ $0 == nil }) {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < items.count else {
                    return
                }
                let result = try body(items[number], tool)
                results.withLock { $0[number] = result }
            }
        } catch {
            failure.withLock { $0 = $0 ?? error }
        }
    }
    if let failure = failure.withLock({ $0 }) {
        throw failure
    }
    try stop.check()
    return results.withLock { results in items.indices.compactMap { results[$0] } }
}
