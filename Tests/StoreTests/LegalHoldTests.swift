import Model
import ObjectStore
import S3Store
import TestSupport
import Testing

/// A legal hold alone keeps a version, as long as it stands.
@Suite(.serialized, .timeLimit(.minutes(20))) struct LegalHoldTests {
    private static let key = "packs/a"
    /// What removes a version that nothing keeps.
    private static let deletions = [Attack.deleteVersion, .deleteInBatch, .bypass]

    @Test func `a hold in memory keeps what has no lock`() throws {
        try keepUnlocked(LockingMemoryStore(lockPolicy: nil, clock: LockConformance.clock))
        try keepOneVersion(LockingMemoryStore(lockPolicy: nil, clock: LockConformance.clock))
    }

    @Test(.enabled(if: hasSeaweed, "NOT TESTED: no SeaweedFS here"))
    func `a hold in a SeaweedFS keeps what has no lock`() throws {
        try SeaweedServer.run { try keepHolds($0) }
    }

    @Test(.enabled(if: hasRadosgw, "NOT TESTED: no radosgw here"))
    func `a hold in a Ceph keeps what has no lock`() throws {
        try RadosgwServer.run { try keepHolds($0) }
    }

    // MARK: - What is asked of each

    private func keepHolds(_ server: S3Server) throws {
        try server.makeBucket("toride-held", .locked)
        try keepUnlocked(try server.store("toride-held", "unlocked/"))
        try keepOneVersion(try server.store("toride-held", "version/"))
        try server.makeBucket("toride-plain", .plain)
        try takeNoHold(try server.store("toride-plain", "site/"))
    }

    private func keepUnlocked(_ store: LockedStore) throws {
        let version = try put([1, 2, 3], in: store)
        #expect(try store.lock(of: Self.key, version: version.version) == nil)
        #expect(try !store.isHeld(Self.key, version: version.version))
        try store.setHold(true, on: Self.key, version: version.version)
        #expect(try store.isHeld(Self.key, version: version.version))
        for attack in Self.deletions {
            let answer = try store.attempt(attack, on: Self.key)
            #expect(answer == .refused("403 AccessDenied"), "\(attack)")
        }
        #expect(try store.get(version, bytesMax: 3) == [1, 2, 3])
        #expect(try store.lock(of: Self.key, version: version.version) == nil)
        try store.setHold(false, on: Self.key, version: version.version)
        #expect(try !store.isHeld(Self.key, version: version.version))
        #expect(try store.attempt(.deleteVersion, on: Self.key) == .done)
        #expect(try store.versions(prefix: "") == [])
    }

    /// What is written over a held version is not held.
    private func keepOneVersion(_ store: LockedStore) throws {
        let old = try put([1, 2, 3], in: store)
        #expect(try store.attempt(.overwrite, on: Self.key) == .done)
        try store.setHold(true, on: Self.key, version: old.version)
        #expect(try store.isHeld(Self.key, version: old.version))
        #expect(try !store.isHeld(Self.key, version: nil))
        #expect(try store.attempt(.deleteVersion, on: Self.key) == .done)
        let answer = try store.attempt(.deleteVersion, on: Self.key)
        #expect(answer == .refused("403 AccessDenied"))
        #expect(try store.versions(prefix: "").map(\.version) == [old.version])
        #expect(try store.get(old, bytesMax: 3) == [1, 2, 3])
    }

    /// In a bucket without locks nothing is held, nothing can be, and there is none to lift.
    private func takeNoHold(_ store: LockedStore) throws {
        try store.put([1, 2, 3], at: Self.key)
        #expect(throws: StoreError.self) {
            try store.setHold(true, on: Self.key, version: nil)
        }
        #expect(try !store.isHeld(Self.key, version: nil))
        #expect(try store.attempt(.liftHold, on: Self.key) == .notApplicable)
    }

    private func put(_ bytes: [UInt8], in store: LockedStore) throws -> StoredVersion {
        try store.put(bytes, at: Self.key)
        return try #require(try store.versions(prefix: Self.key).first)
    }
}
