import Copying
import Format
import HostState
import Model
import ObjectStore
import Repository
import Synchronization
import TestSupport
import Testing
import Verification

/// What is copied to a store that locks is locked, and stays so; what is not is told.
@Suite struct LockKeeperTests {
    private static let day: Int64 = 86_400
    private static let policy = LockPolicy(mode: .compliance, days: 30)

    /// A clock that a test sets.
    private final class TestTime: Sendable {
        private let seconds = Mutex<Int64>(4_100_000_000)

        var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }

        func pass(days: Int64) {
            seconds.withLock { $0 += days * LockKeeperTests.day }
        }
    }

    private struct Scene: ~Copyable {
        let hospital: TestHospital
        let time = TestTime()
        let base: LockingMemoryStore
        let store: ManyVersions

        init(in folder: String, policy: LockPolicy?) throws {
            hospital = try TestHospital.withHistory(in: folder)
            let time = time
            base = LockingMemoryStore(lockPolicy: policy, clock: { time.now })
            store = ManyVersions(base)
        }

        func copy() throws -> CopyReport {
            let time = time
            let request = CopyRun.Request(
                from: [hospital.store],
                to: ManyVersions(base),
                sets: [try #require(try hospital.state.id(of: "files"))],
                signers: try hospital.signers()
            )
            return try CopyRun(request, clock: { time.now }).run()
        }

        /// Until when each version of all objects is locked, the sacrificed apart.
        func locks() throws -> [ObjectLock?] {
            try base.versions(prefix: "").filter { !$0.isDeleteMarker }
                .map { try base.lock(of: $0.key, version: $0.version) }
        }

        func aPack() throws -> String {
            try #require(try base.list(prefix: "packs/").map(\.key).sorted().first)
        }
    }

    private func withScene(
        _ policy: LockPolicy? = LockKeeperTests.policy,
        _ body: (borrowing Scene) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            try body(try Scene(in: folder, policy: policy))
        }
    }

    @Test func `all that is copied is locked, the descriptor too`() throws {
        try withScene { scene in
            let report = try scene.copy()
            #expect(report.verdict == .proven)
            let wanted = Self.policy.lock(from: scene.time.now)
            let locks = try scene.locks()
            #expect(locks.count > 5 && locks.allSatisfy { $0 == wanted })
        }
    }

    @Test func `locks are made longer once half of their time is over, and not before`() throws {
        try withScene { scene in
            _ = try scene.copy()
            let first = try scene.locks()
            scene.time.pass(days: 14)
            #expect(try scene.copy().objects == 0)
            #expect(try scene.locks() == first)
            scene.time.pass(days: 2)
            #expect(try scene.copy().verdict == .proven)
            let wanted = Self.policy.lock(from: scene.time.now)
            #expect(try scene.locks().allSatisfy { $0 == wanted })
        }
    }

    @Test func `a delete marker is told, and what it hides stays locked`() throws {
        try withScene { scene in
            _ = try scene.copy()
            let pack = try scene.aPack()
            let version = try #require(try scene.base.versions(prefix: pack).first)
            #expect(try scene.base.attempt(.delete, on: pack) == .done)
            scene.time.pass(days: 20)
            let report = try scene.copy()
            #expect(report.findings.map(\.code) == [.objectDeleteMarked])
            #expect(report.verdict == .failed && report.incomplete.isEmpty)
            let lock = try scene.base.lock(of: pack, version: version.version)
            #expect(lock == Self.policy.lock(from: scene.time.now))
        }
    }

    @Test func `of an object that was written over the right version stays locked`() throws {
        try withScene { scene in
            _ = try scene.copy()
            let pack = try scene.aPack()
            let version = try #require(try scene.base.versions(prefix: pack).first)
            #expect(try scene.base.attempt(.overwrite, on: pack) == .done)
            scene.time.pass(days: 20)
            let report = try scene.copy()
            #expect(report.findings.map(\.code) == [.objectHasVersions])
            let lock = try scene.base.lock(of: pack, version: version.version)
            #expect(lock == Self.policy.lock(from: scene.time.now))
        }
    }

    @Test func `a store without a policy is asked for no lock`() throws {
        try withScene(nil) { scene in
            let report = try scene.copy()
            #expect(report.verdict == .proven)
            #expect(try scene.locks().allSatisfy { $0 == nil })
        }
    }

    @Test func `a store that forgets locks is told of each object`() throws {
        try withScene { scene in
            let forgetful = ForgetfulStore(scene.base)
            let time = scene.time
            let request = CopyRun.Request(
                from: [scene.hospital.store],
                to: forgetful,
                sets: [try #require(try scene.hospital.state.id(of: "files"))],
                signers: try scene.hospital.signers()
            )
            let report = try CopyRun(request, clock: { time.now }).run()
            let unlocked = report.findings.filter { $0.code == .objectNotLocked }
            #expect(unlocked.count == report.objects + 1)
            #expect(report.findings.contains { $0.code == .storeNotProtected })
            #expect(report.verdict == .failed)
        }
    }
}

/// A store that says that it locks, and does not: as a bucket that was made without locks.
private final class ForgetfulStore: LockableStore, StoreWrapper {
    private let memory: LockingMemoryStore

    init(_ memory: LockingMemoryStore) {
        self.memory = memory
    }

    var base: any ObjectStore { memory }
    var lockPolicy: LockPolicy? { memory.lockPolicy }

    func get(_ version: StoredVersion, bytesMax: Int) throws(StoreError) -> [UInt8] {
        try memory.get(version, bytesMax: bytesMax)
    }

    func versions(prefix: String) throws(StoreError) -> [StoredVersion] {
        try memory.versions(prefix: prefix)
    }

    func lock(of key: String, version: String?) throws(StoreError) -> ObjectLock? { nil }

    func extendLock(of key: String, version: String?, to lock: ObjectLock) throws(StoreError) {}

    func isHeld(_ key: String, version: String?) throws(StoreError) -> Bool { false }

    func setHold(_ isHeld: Bool, on key: String, version: String?) throws(StoreError) {}

    func protection() throws(StoreError) -> StoreProtection {
        StoreProtection(keepsVersions: true, canLock: false)
    }
}
