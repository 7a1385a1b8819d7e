import LocalStore
import Model
import ObjectStore
import Synchronization
import TestSupport
import Testing
import Verification
import Workers

/// A verification that goes on with one that was stopped reads what that one had not read, and
/// finds what it would have found.
@Suite struct ContinuedTests {
    /// What a journal does, in memory.
    private final class Memory: ReadingMemory {
        let noted = Mutex<[String: StoredObject]>([:])

        func has(_ object: StoredObject) -> Bool {
            noted.withLock { $0[object.key] == object }
        }

        func note(_ object: StoredObject) {
            noted.withLock { $0[object.key] = object }
        }

        var keys: Set<String> { noted.withLock { Set($0.keys) } }
    }

    private struct Scene {
        let store: FaultyStore
        let request: Verifier.Request
        let bytes: UInt64

        func verify(_ memory: Memory, _ stop: StopFlag = StopFlag()) throws -> VerificationReport {
            try Verifier(store: store, request: request, stop: stop).run(goingOnFrom: memory)
        }
    }

    /// Two snapshots of a set, in more packs than one.
    private func withScene(_ body: (Scene) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 9)
            for name in ["a", "b"] {
                try hospital.write(name, random.bytes(300_000))
                _ = try hospital.backUp()
            }
            let whole = try hospital.verify()
            #expect(whole.verdict == .proven)
            try body(
                Scene(
                    store: FaultyStore(hospital.store),
                    request: Verifier.Request(signers: try hospital.signers()),
                    bytes: whole.bytesRead
                )
            )
        }
    }

    @Test func `what was read is not read again, and counts as read`() throws {
        try withScene { scene in
            let memory = Memory()
            let first = try scene.verify(memory)
            #expect(first.bytesRemembered == 0)
            #expect(memory.keys.contains { $0.hasPrefix("packs/") })
            // What is remembered is not touched: it could not be read now.
            let packs = memory.keys.filter { $0.hasPrefix("packs/") }
            scene.store.change { $0.unreadable = packs }
            let second = try scene.verify(memory)
            #expect(second.verdict == .proven)
            #expect(second.bytesRead == scene.bytes)
            let noted = memory.noted.withLock { $0.values.reduce(0) { $0 + $1.size } }
            #expect(second.bytesRemembered == noted && noted < scene.bytes)
            #expect(second.objectsRead == first.objectsRead)
            #expect(try scene.verify(Memory()).verdict != .proven, "the same, unremembered")
        }
    }

    @Test func `what was damaged, lost or of another size is not remembered`() throws {
        try withScene { scene in
            let packs = try scene.store.list(prefix: "packs/").map(\.key).sorted()
            try #require(packs.count > 1)
            let memory = Memory()
            scene.store.change { faults in
                faults.unreadable = [packs[0]]
                faults.truncated = [packs[1]: 100]
            }
            #expect(try scene.verify(memory).verdict != .proven)
            #expect(memory.keys.isDisjoint(with: packs.prefix(2)))
            scene.store.change { $0 = FaultyStore.Faults() }
            let mended = try scene.verify(memory)
            #expect(mended.verdict == .proven && mended.bytesRemembered < scene.bytes)
            // An object that has another size now is read, and one that is gone is missing.
            scene.store.change { $0.truncated = [packs[0]: 100] }
            #expect(try scene.verify(memory).findings.contains { $0.code == .objectDamaged })
            scene.store.change { faults in
                faults = FaultyStore.Faults()
                faults.missing = [packs[0]]
            }
            #expect(try scene.verify(memory).findings.contains { $0.code == .objectMissing })
        }
    }

    /// Whoever takes what pages and records say passes over what is wrong with their bytes.
    @Test(arguments: ["lists/", "index/", "keys/", "packs/"])
    func `what is damaged after it was read is found where others rely on it`(
        kind: String
    ) throws {
        try withScene { scene in
            let memory = Memory()
            _ = try scene.verify(memory)
            let key = try #require(try scene.store.list(prefix: kind).map(\.key).min())
            scene.store.change { $0.unreadable = [key] }
            let again = try scene.verify(memory)
            // Packs, indexes and keys count as read at the first start.
            #expect((again.verdict == .proven) == (kind != "lists/"))
            #expect(memory.keys.allSatisfy { !$0.hasPrefix("lists/") && !$0.hasPrefix("records/") })
            #expect(try scene.verify(Memory()).verdict != .proven)
        }
    }

    @Test func `a store that goes away ends it, and what was read counts`() throws {
        try withScene { scene in
            let packs = try scene.store.list(prefix: "packs/").map(\.key).sorted()
            let last = try #require(packs.last)
            let memory = Memory()
            func verify(answers: Bool) throws -> VerificationReport {
                let store = Away(scene.store, keys: [last], answers: answers)
                return try Verifier(store: store, request: scene.request)
                    .run(goingOnFrom: memory)
            }
            #expect(throws: StoreError.self) { try verify(answers: false) }
            #expect(!memory.keys.contains(last))
            let busy = try verify(answers: true)
            #expect(busy.findings.contains { $0.code == .objectUnreadable })
            let mended = try scene.verify(memory)
            #expect(mended.verdict == .proven && mended.bytesRemembered > 0)
        }
    }

    @Test func `another file of the same name and size is read`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("a", [1, 2, 3])
            _ = try hospital.backUp()
            let memory = Memory()
            let request = Verifier.Request(signers: try hospital.signers())
            let first = try Verifier(store: hospital.store, request: request)
                .run(goingOnFrom: memory)
            #expect(first.verdict == .proven)
            // As of another medium that was mounted in its place.
            let key = try #require(try hospital.store.list(prefix: "packs/").first?.key)
            var bytes = try hospital.bytes(of: key)
            bytes[100] ^= 1
            try hospital.replace(key, with: bytes)
            let other = try Verifier(store: hospital.store, request: request)
                .run(goingOnFrom: memory)
            #expect(other.findings.contains { $0.code == .objectDamaged })
        }
    }

    @Test func `a page that could be read only later makes nothing proven`() throws {
        try withScene { scene in
            let key = try #require(try scene.store.list(prefix: "lists/").first?.key)
            let once = OnceUnreadable(scene.store, key: key)
            let report = try Verifier(store: once, request: scene.request).run()
            #expect(report.verdict == .notProven)
            #expect(report.findings.contains { $0.subject == .object(key) })
        }
    }

    /// An object that cannot be read the first time.
    private final class OnceUnreadable: ObjectStore {
        private let base: any ObjectStore
        private let key: String
        private let isRead = Mutex(false)

        init(_ base: any ObjectStore, key: String) {
            self.base = base
            self.key = key
        }

        var place: String { base.place }

        func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
            let fails =
                key == self.key
                && isRead.withLock { isRead in
                    defer { isRead = true }
                    return !isRead
                }
            guard !fails else {
                throw .missing(key: key, place: place)
            }
            return try base.get(key, bytesMax: bytesMax)
        }

        func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
            try base.put(bytes, at: key)
        }

        func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
            try base.get(key, range: range)
        }

        func stream(
            _ key: String,
            _ body: (UnsafeRawBufferPointer) -> Void
        ) throws(StoreError) {
            unsafe try base.stream(key, body)
        }

        func size(of key: String) throws(StoreError) -> UInt64? { try base.size(of: key) }

        func list(prefix: String) throws(StoreError) -> [StoredObject] {
            try base.list(prefix: prefix)
        }
    }

    @Test func `progress is of what is left`() throws {
        try withScene { scene in
            let memory = Memory()
            _ = try scene.verify(memory)
            let key = try #require(memory.keys.first { $0.hasPrefix("packs/") })
            let size = memory.noted.withLock { $0.removeValue(forKey: key)?.size } ?? 0
            let pages = try scene.store.list(prefix: "lists/").map(\.size)
            let told = Mutex<[UInt64]>([])
            _ = try Verifier(store: scene.store, request: scene.request)
                .run(goingOnFrom: memory) { done, total in
                    told.withLock { $0.append(total) }
                }
            let total = pages.reduce(size, +)
            #expect(told.withLock { $0 } == Array(repeating: total, count: pages.count + 1))
        }
    }
}
