import Format
import Model
import ObjectStore
import Primitives
import Synchronization
import TestSupport
import Testing
import Verification
import Workers

/// An alarm is raised after a second look.
@Suite struct DueReadingTests {
    /// Gives other bytes at the first look at each object, as a bad cache does.
    private final class Flaky: StoreWrapper {
        let base: any ObjectStore
        private let seen = Mutex<Set<String>>([])

        init(_ base: MemoryStore) {
            self.base = base
        }

        func stream(
            _ key: String,
            _ body: (UnsafeRawBufferPointer) -> Void
        ) throws(StoreError) {
            let isFirst = seen.withLock { $0.insert(key).inserted }
            guard isFirst else {
                return unsafe try base.stream(key, body)
            }
            let wrong: [UInt8] = [0xff]
            unsafe wrong.withUnsafeBytes { unsafe body($0) }
        }
    }

    /// A store with three packs.
    private func packs() -> MemoryStore {
        var objects: [String: [UInt8]] = [:]
        for number in UInt8(1)...3 {
            let bytes = [UInt8](repeating: number, count: 100)
            objects[StoreKey.pack(ObjectName(SHA256.hash(bytes)))] = bytes
        }
        return MemoryStore(objects)
    }

    private func read(
        _ store: any ObjectStore,
        _ objects: [StoredObject],
        stop: StopFlag = StopFlag()
    ) -> (results: [DueReading.Result], failure: StoreError?) {
        DueReading(store, limit: nil, stop: stop)
            .run(objects, while: { true }, progress: { _ in })
    }

    @Test func `what is whole is told so`() throws {
        let store = packs()
        let read = read(store, try store.list(prefix: ""))
        #expect(read.failure == nil && read.results.count == 3)
        #expect(read.results.allSatisfy { $0.outcome == .whole })
    }

    @Test func `what is right at the second look is no damage`() throws {
        let store = Flaky(packs())
        let read = read(store, try store.list(prefix: ""))
        #expect(read.results.count == 3)
        #expect(read.results.allSatisfy { $0.outcome == .wholeAtLast })
    }

    @Test func `what is wrong twice is damaged, gone or unreadable`() throws {
        let memory = packs()
        let listed = try memory.list(prefix: "").sorted { $0.key < $1.key }
        memory.change(listed[0].key) { $0?[0] = 0 }
        memory.change(listed[1].key) { $0 = nil }
        let store = FaultyStore(memory)
        store.change { $0.unreadable = [listed[2].key] }
        let outcomes = read(store, listed).results
            .sorted { $0.object.key < $1.object.key }.map(\.outcome)
        #expect(Array(outcomes.prefix(2)) == [.damaged(bytes: 100), .missing])
        guard case .unreadable(let reason) = outcomes.last else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(reason.contains("Input/output error"))
    }

    @Test func `a store that is gone says nothing about its objects`() throws {
        let memory = packs()
        let listed = try memory.list(prefix: "")
        let read = read(Gone(), listed)
        #expect(read.results.isEmpty)
        #expect(read.failure?.exitCode == .couldNotLook)
    }

    @Test func `one object that a store is too busy for ends no run`() throws {
        let memory = packs()
        let listed = try memory.list(prefix: "").sorted { $0.key < $1.key }
        let read = read(Away(memory, keys: [listed[0].key], answers: true), listed)
        #expect(read.failure == nil && read.results.count == 3)
        let unread = read.results.filter { $0.outcome != .whole }
        #expect(unread.map(\.object.key) == [listed[0].key])
        let gone = Away(memory, keys: Set(listed.map(\.key)), answers: false)
        #expect(self.read(gone, listed).failure != nil)
    }

    @Test func `what has no name is left out, and a stop is heard`() throws {
        let store = packs()
        try store.put([1], at: StoreKey.descriptor)
        #expect(read(store, try store.list(prefix: "")).results.count == 3)
        let stop = StopFlag()
        stop.set()
        #expect(read(store, try store.list(prefix: ""), stop: stop).results.isEmpty)
    }

    /// A store whose disk was taken away.
    private struct Gone: ObjectStore {
        let place = "gone"

        private var error: StoreError {
            .unavailable(place: place, reason: "it is gone", hint: "bring it back")
        }

        func put(_ bytes: [UInt8], at key: String) throws(StoreError) { throw error }
        func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] { throw error }
        func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] { throw error }
        func stream(
            _ key: String,
            _ body: (UnsafeRawBufferPointer) -> Void
        ) throws(StoreError) { throw error }
        func size(of key: String) throws(StoreError) -> UInt64? { throw error }
        func list(prefix: String) throws(StoreError) -> [StoredObject] { throw error }
    }
}
