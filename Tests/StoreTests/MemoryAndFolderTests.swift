import LocalStore
import Model
import ObjectStore
import Synchronization
import TestSupport
import Testing
import Workers

/// Stores that need no server.
@Suite(.timeLimit(.minutes(15))) struct MemoryAndFolderTests {
    private func locking() -> LockingMemoryStore {
        LockingMemoryStore(lockPolicy: LockConformance.policy, clock: LockConformance.clock)
    }

    @Test(arguments: StoreConformance.cases)
    func `a store in memory keeps the contract`(one: StoreCase) throws {
        try one.run(MemoryStore([:]))
    }

    @Test(arguments: StoreConformance.cases)
    func `a store in memory with versions keeps the contract`(one: StoreCase) throws {
        try one.run(locking())
    }

    @Test(arguments: LockConformance.cases)
    func `a store in memory locks as S3 does`(one: LockCase) throws {
        try one.run(locking())
    }

    @Test(arguments: StoreConformance.cases)
    func `a folder keeps the contract`(one: StoreCase) throws {
        // What a disk makes durable is not asked here, and takes long for a thousand objects.
        try withTemporaryFolder(inMemory: true) { folder in
            try one.run(try LocalStore(name: "folder", root: folder))
        }
    }

    @Test(arguments: StoreConformance.cases)
    func `a store with a limited rate keeps the contract`(one: StoreCase) throws {
        let rate = try #require(ByteRate("100G"))
        let limit = RateLimit(rate, stop: StopFlag())
        try one.run(RateLimitedStore(MemoryStore([:]), limit))
    }

    @Test func `a lock in memory ends with its time, and a weak one can be bypassed`() throws {
        let now = Mutex(Int64(0))
        let policy = LockPolicy(mode: .governance, days: 1)
        let store = LockingMemoryStore(lockPolicy: policy) {
            Timestamp(seconds: now.withLock { $0 })
        }
        for key in ["packs/a", "packs/b"] {
            try store.put([1], at: key)
            #expect(try store.attempt(.deleteVersion, on: key) == .refused("403 AccessDenied"))
        }
        #expect(try store.attempt(.bypass, on: "packs/a") == .done)
        #expect(try store.versions(prefix: "packs/").map(\.key) == ["packs/b"])
        now.withLock { $0 = 86_400 }
        #expect(try store.attempt(.deleteVersion, on: "packs/b") == .done)
        #expect(try store.versions(prefix: "packs/") == [])
    }

    @Test func `what was never locked in memory can be removed`() throws {
        let store = LockingMemoryStore(lockPolicy: nil, clock: LockConformance.clock)
        try store.put([1], at: "packs/a")
        #expect(try store.lock(of: "packs/a", version: nil) == nil)
        #expect(try store.attempt(.shortenLock, on: "packs/a") == .notApplicable)
        #expect(try store.attempt(.deleteInBatch, on: "packs/a") == .done)
        #expect(try store.size(of: "packs/a") == nil)
    }
}
