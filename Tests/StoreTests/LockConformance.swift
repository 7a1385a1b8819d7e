import FileSystem
import Model
import ObjectStore
import TestSupport
import Testing

/// A store that locks, and that a test may attack.
typealias LockedStore = any LockableStore & AttackableStore

/// One thing that every store with locks must do, tried on one with nothing in it.
struct LockCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Tries it.
    let run: @Sendable (LockedStore) throws -> Void

    init(_ testDescription: String, _ run: @escaping @Sendable (LockedStore) throws -> Void) {
        self.testDescription = testDescription
        self.run = run
    }
}

/// What every store with locks must do. It is one with ``policy``, ``clock()``, and uploads in
/// parts of 5 MiB if it has parts at all.
enum LockConformance {
    static let cases: [LockCase] = [
        LockCase("what is stored is locked as the policy asks", lockIsAsAsked),
        LockCase("what is stored in parts is locked too", partsAreLocked),
        LockCase("every version is listed", versionsAreListed),
        LockCase("versions of more than a page are listed", manyVersions),
        LockCase("a lock is made longer and never weaker", lockGrows),
        LockCase("a legal hold is set, told and lifted, beside the lock", holdIsAsAsked),
        LockCase("an overwritten object keeps its old version", oldVersionStays),
        LockCase("a delete marker is seen", markerIsSeen),
        LockCase("what the store is set to is told", protectionIsTold),
        LockCase("no attack harms a locked version", attacksFail),
    ]

    /// The shortest of the strong kind.
    static let policy = LockPolicy(mode: .compliance, days: 1)

    /// What the store is to take for now.
    static func clock() -> Timestamp { FileHandle.clock() }

    private static let everything = StoreProtection(keepsVersions: true, canLock: true)

    // MARK: - Locks

    /// Stores an object and judges its lock.
    private static func put(
        _ bytes: [UInt8],
        at key: String,
        _ store: LockedStore
    ) throws -> (version: StoredVersion, lock: ObjectLock) {
        let before = policy.lock(from: clock())
        try store.put(bytes, at: key)
        let after = policy.lock(from: clock())
        let version = try #require(try store.versions(prefix: key).first)
        let lock = try #require(try store.lock(of: key, version: version.version))
        #expect(lock.covers(before), "\(lock)")
        #expect(after.covers(lock), "\(lock)")
        return (version, lock)
    }

    private static func lockIsAsAsked(_ store: LockedStore) throws {
        #expect(store.lockPolicy == policy)
        let (_, lock) = try put([1, 2, 3], at: "packs/a", store)
        #expect(try store.lock(of: "packs/a", version: nil) == lock)
        #expect(throws: StoreError.self) { try store.lock(of: "packs/b", version: nil) }
    }

    /// Ceph 16 ignores the lock that is asked for when an upload in parts begins.
    private static func partsAreLocked(_ store: LockedStore) throws {
        let whole = StoreConformance.bytes(11 << 20)
        let (version, _) = try put(whole, at: "packs/large", store)
        #expect(version.size == UInt64(whole.count))
        let isSame = try store.get(version, bytesMax: whole.count) == whole
        #expect(isSame)
    }

    private static func lockGrows(_ store: LockedStore) throws {
        let (version, lock) = try put([1, 2, 3], at: "packs/a", store)
        let longer = ObjectLock(mode: .compliance, until: later(lock, 86_400))
        try store.extendLock(of: "packs/a", version: version.version, to: longer)
        #expect(try store.lock(of: "packs/a", version: version.version) == longer)
        let longest = ObjectLock(mode: .compliance, until: later(longer, 60))
        try store.extendLock(of: "packs/a", version: nil, to: longest)
        let governed = ObjectLock(mode: .governance, until: later(longest, 86_400))
        for weaker in [lock, longer, governed] {
            // Refused or without effect, as the store likes.
            _ = try? store.extendLock(of: "packs/a", version: version.version, to: weaker)
            #expect(try store.lock(of: "packs/a", version: version.version) == longest)
        }
    }

    private static func holdIsAsAsked(_ store: LockedStore) throws {
        let (version, lock) = try put([1, 2, 3], at: "packs/a", store)
        #expect(try !store.isHeld("packs/a", version: version.version))
        try store.setHold(true, on: "packs/a", version: version.version)
        #expect(try store.isHeld("packs/a", version: version.version))
        #expect(try store.isHeld("packs/a", version: nil))
        let answer = try store.attempt(.deleteVersion, on: "packs/a")
        #expect(isRefusal(answer), "\(answer)")
        #expect(try store.lock(of: "packs/a", version: version.version) == lock)
        try store.setHold(false, on: "packs/a", version: nil)
        #expect(try !store.isHeld("packs/a", version: version.version))
        // Done too where there is none to lift; none is set for it.
        #expect(try store.attempt(.liftHold, on: "packs/a") == .done)
        #expect(try !store.isHeld("packs/a", version: nil))
        #expect(try store.lock(of: "packs/a", version: version.version) == lock)
        let missing = StoreError.missing(key: "packs/b", place: store.place)
        #expect(throws: missing) { try store.isHeld("packs/b", version: nil) }
        #expect(throws: missing) { try store.setHold(true, on: "packs/b", version: nil) }
    }

    private static func later(_ lock: ObjectLock, _ seconds: Int64) -> Timestamp {
        Timestamp(seconds: lock.until.seconds + seconds)
    }

    // MARK: - Versions

    private static func versionsAreListed(_ store: LockedStore) throws {
        for key in ["packs/a", "packs/b", "packs/c", "keys/a"] {
            _ = try put(Array(key.utf8), at: key, store)
        }
        _ = try store.attempt(.overwrite, on: "packs/b")
        let versions = try store.versions(prefix: "packs/")
        try #require(versions.count == 4)
        #expect(versions.map(\.key) == ["packs/a", "packs/b", "packs/b", "packs/c"])
        #expect(versions.map(\.isNewest) == [true, true, false, true])
        #expect(versions.allSatisfy { !$0.isDeleteMarker })
        #expect(Set(versions.map(\.version)).count == 4)
        for version in versions where version != versions[1] {
            #expect(version.size == 7)
            #expect(try store.get(version, bytesMax: 7) == Array(version.key.utf8))
        }
        #expect(throws: StoreError.self) { try store.get(versions[0], bytesMax: 6) }
    }

    private static func manyVersions(_ store: LockedStore) throws {
        try StoreConformance.putMany(store)
        let versions = try store.versions(prefix: "many/")
        #expect(versions.count == StoreConformance.manyCount)
        #expect(Set(versions.map(\.key)).count == StoreConformance.manyCount)
        #expect(versions.allSatisfy { $0.isNewest && $0.size == 1 })
    }

    private static func oldVersionStays(_ store: LockedStore) throws {
        let (old, lock) = try put([1, 2, 3], at: "packs/a", store)
        #expect(try store.attempt(.overwrite, on: "packs/a") == .done)
        let versions = try store.versions(prefix: "packs/a")
        #expect(versions.count == 2)
        #expect(versions.last?.version == old.version)
        #expect(try store.get("packs/a", bytesMax: 1 << 20) != [1, 2, 3])
        #expect(try store.get(old, bytesMax: 3) == [1, 2, 3])
        #expect(try store.lock(of: "packs/a", version: old.version) == lock)
    }

    private static func markerIsSeen(_ store: LockedStore) throws {
        let (old, lock) = try put([1, 2, 3], at: "packs/a", store)
        #expect(try store.attempt(.delete, on: "packs/a") == .done)
        let versions = try store.versions(prefix: "packs/a")
        #expect(versions.map(\.isDeleteMarker) == [true, false])
        #expect(versions.map(\.isNewest) == [true, false])
        #expect(try store.size(of: "packs/a") == nil)
        #expect(try store.list(prefix: "packs/") == [])
        #expect(throws: StoreError.missing(key: "packs/a", place: store.place)) {
            try store.get("packs/a", bytesMax: 3)
        }
        #expect(try store.get(old, bytesMax: 3) == [1, 2, 3])
        #expect(try store.lock(of: "packs/a", version: old.version) == lock)
    }

    private static func protectionIsTold(_ store: LockedStore) throws {
        #expect(try store.protection() == everything)
    }

    // MARK: - Attacks

    /// What S3 must refuse; the others are done, and harm nothing that is locked.
    private static let refused: Set<Attack> = [
        .deleteVersion, .deleteInBatch, .bypass, .shortenLock, .weakenLock, .removeLock,
        .suspendVersions,
    ]

    private static func attacksFail(_ store: LockedStore) throws {
        let whole = StoreConformance.bytes(1_000)
        for attack in Attack.allCases {
            let key = "attacks/\(attack.rawValue)/a"
            let (version, lock) = try put(whole, at: key, store)
            let answer = try store.attempt(attack, on: key)
            if refused.contains(attack) {
                #expect(isRefusal(answer), "\(attack): \(answer)")
            }
            #expect(try store.get(version, bytesMax: 1_000) == whole, "\(attack)")
            #expect(try store.lock(of: key, version: version.version) == lock, "\(attack)")
            #expect(try store.protection() == everything, "\(attack)")
        }
        _ = try put(whole, at: "attacks/none/a", store)
    }

    private static func isRefusal(_ answer: AttackAnswer) -> Bool {
        guard case .refused = answer else {
            return false
        }
        return true
    }
}
