import Format
import Model
import ObjectStore
import Primitives
import Repository
import TestSupport
import Testing

/// In a store with versions, an object is read by the version that is its name.
@Suite struct ManyVersionsTests {
    private static let good = Array("the bytes of a pack".utf8)
    private static let key = StoreKey.pack(ObjectName(SHA256.hash(good)))
    private static let bad = Array("other bytes, and more".utf8)

    /// A store that keeps versions, with one object.
    private func store() throws -> LockingMemoryStore {
        let store = LockingMemoryStore(lockPolicy: nil, clock: { Timestamp(seconds: 1) })
        try store.put(Self.good, at: Self.key)
        return store
    }

    private func expectGood(
        _ store: any ObjectStore,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let good = Self.good
        #expect(try store.get(Self.key, bytesMax: 99) == good, sourceLocation: sourceLocation)
        let part = try store.get(Self.key, range: 4..<9)
        #expect(part == Array(good[4..<9]), sourceLocation: sourceLocation)
        #expect(
            try store.size(of: Self.key) == UInt64(good.count),
            sourceLocation: sourceLocation
        )
        let digest = SHA256()
        unsafe try store.stream(Self.key) { unsafe digest.update($0) }
        #expect(digest.finish() == SHA256.hash(good), sourceLocation: sourceLocation)
        let listed = try store.list(prefix: "packs/")
        #expect(listed.map(\.key) == [Self.key], sourceLocation: sourceLocation)
        #expect(listed.map(\.size) == [UInt64(good.count)], sourceLocation: sourceLocation)
    }

    @Test func `one version goes straight through`() throws {
        try expectGood(ManyVersions(try store()))
    }

    @Test func `an object that was overwritten is read as it was`() throws {
        let base = try store()
        try base.heal(Self.bad, at: Self.key)
        #expect(try base.get(Self.key, bytesMax: 99) == Self.bad)
        try expectGood(ManyVersions(base))
    }

    @Test func `an object behind a delete marker is there`() throws {
        let base = try store()
        #expect(try base.attempt(.delete, on: Self.key) == .done)
        #expect(try base.list(prefix: "").isEmpty)
        try expectGood(ManyVersions(base))
    }

    @Test func `where no version is right the newest is read`() throws {
        let base = LockingMemoryStore(lockPolicy: nil, clock: { Timestamp(seconds: 1) })
        try base.heal([1], at: Self.key)
        try base.heal([2], at: Self.key)
        let many = ManyVersions(base)
        #expect(try many.get(Self.key, bytesMax: 9) == [2])
        try many.heal(Self.good, at: Self.key)
        try expectGood(many)
        #expect(try base.versions(prefix: Self.key).count == 3)
    }

    @Test func `what is stored over a delete marker is read`() throws {
        let base = LockingMemoryStore(lockPolicy: nil, clock: { Timestamp(seconds: 1) })
        try base.heal(Self.bad, at: Self.key)
        #expect(try base.attempt(.delete, on: Self.key) == .done)
        let many = ManyVersions(base)
        #expect(try many.get(Self.key, bytesMax: 99) == Self.bad)
        try many.put(Self.good, at: Self.key)
        try expectGood(many)
    }

    @Test func `the end of an object is the end of the right version`() throws {
        let base = try store()
        try base.heal(Self.bad, at: Self.key)
        let many = ManyVersions(base)
        #expect(throws: StoreError.truncated(key: Self.key, place: base.place)) {
            try many.get(Self.key, range: 0..<Self.bad.count)
        }
        #expect(throws: StoreError.missing(key: "packs/none", place: base.place)) {
            try many.get("packs/none", bytesMax: 9)
        }
    }

    @Test func `whoever asks for the store itself gets it`() throws {
        let base = try store()
        #expect(ManyVersions.base(of: ManyVersions(base)) as? LockingMemoryStore === base)
        let memory = MemoryStore([:])
        #expect(ManyVersions.base(of: memory) as? MemoryStore === memory)
    }
}
