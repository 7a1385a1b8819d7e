import Clinical
import Format
import Model
import Workers

/// Judges clinical files on several threads, and folds what they say in the files' order.
final class ClinicalStoreFold: Sendable {
    /// A store, what reads its files, and what they are folded into.
    struct Store: Sendable {
        /// Its root in the snapshot.
        let root: [UInt8]
        let reader: any FormatReader
        let profiler: StoreProfiler

        /// A file's path beneath the root.
        func relative(_ path: [UInt8]) -> [UInt8] {
            Array(path.dropFirst(root.isEmpty ? 0 : root.count + 1))
        }
    }

    /// What is to be made facts of.
    enum Work: Sendable {
        /// They are known.
        case facts(FileFacts)
        /// The file's bytes.
        case bytes([UInt8])
        /// They come in pieces.
        case pieces(PieceStream)
        /// Nothing that a reader would see can be had.
        case unseen
    }

    /// A file of one store.
    struct Item: Sendable {
        /// Its place in the order, from 0.
        let number: Int
        /// Which store.
        let store: Int
        /// In the snapshot.
        let path: [UInt8]
        let size: UInt64
        let work: Work
    }

    private enum Done: Sendable {
        case facts(Item, FileFacts)
        case unread(Item)
        /// The file came once more, or not at all.
        case dropped
    }

    private struct State: Sendable {
        var profilers: [StoreProfiler]
        var next = 0
        var done: [Int: Done] = [:]
        var writer = FactsWriter()
        var encoded: [UInt8] = []
    }

    /// Of small files, each of 256 KiB at most, so many wait: 16 MiB.
    private static let waitingMax = 64

    private let queue = BoundedQueue<Item>(limit: waitingMax)
    private let state: Monitor<State>
    private let stores: [Store]

    init(_ stores: [Store]) {
        self.stores = stores
        state = Monitor(State(profilers: stores.map(\.profiler)))
    }

    /// Waits for room and takes a file. Numbers rise by one.
    func push(_ item: Item) {
        let isTaken = queue.push(item)
        precondition(isTaken, "a file after the last")
    }

    /// No more files come.
    func close() {
        queue.close()
    }

    /// Judges files until no more come. For several threads.
    func work() {
        while let item = queue.pop() {
            let done = judge(item)
            state.withLock { state in
                state.done[item.number] = done
                fold(&state)
            }
        }
    }

    /// The encoded facts of files that were folded since the last call.
    func takeEncoded() -> [UInt8] {
        state.withLock { state in
            defer { state.encoded = [] }
            return state.encoded
        }
    }

    /// What the stores are like, once all threads have ended.
    func finish() -> ClinicalWitness {
        state.withLock { state in
            precondition(state.done.isEmpty, "a file was not folded")
            return ClinicalWitness(
                stores: stores.indices.map { index in
                    ClinicalWitness.Store(
                        root: stores[index].root,
                        profile: state.profilers[index].finish()
                    )
                }
            )
        }
    }

    private func judge(_ item: Item) -> Done {
        switch item.work {
        case .facts(let facts): return .facts(item, facts)
        case .unseen: return .unread(item)
        case .bytes(let bytes): return read(item, ContentReader(bytes))
        case .pieces(let stream):
            let done = read(item, stream.content(size: item.size))
            return stream.finish() ? done : .dropped
        }
    }

    private func read(_ item: Item, _ content: ContentReader) -> Done {
        let store = stores[item.store]
        do {
            let path = store.relative(item.path)
            return .facts(item, try store.reader.facts(of: path, content))
        } catch {
            // Only reading throws, and what is read here lies in memory.
            return .unread(item)
        }
    }

    /// Folds as far as the order is whole.
    private func fold(_ state: inout State) {
        while let done = state.done.removeValue(forKey: state.next) {
            state.next += 1
            switch done {
            case .dropped: break
            case .unread(let item):
                let path = stores[item.store].relative(item.path)
                state.profilers[item.store].addUnread(path: path, bytes: item.size)
            case .facts(let item, let facts):
                let path = stores[item.store].relative(item.path)
                state.profilers[item.store].add(facts, path: path, bytes: item.size)
                var body: [UInt8] = []
                state.writer.append(facts, path: item.path, size: item.size, to: &body)
                state.encoded.append(fixed: UInt32(body.count))
                state.encoded += body
            }
        }
    }
}
