import Model
import ObjectStore
import Synchronization
import TestSupport

/// A bucket whose answers to attacks are written by a test; without a script, one that can be made
/// to keep no versions.
final class ScriptedStore: LockableStore, AttackableStore {
    /// What it says to an attack on a key; nil for what a bucket would say.
    typealias Script = @Sendable (Attack, String) throws(StoreError) -> AttackAnswer?

    let base: LockingMemoryStore
    private let script: Script?
    private let canBeUndone: Bool
    private let keepsVersions = Mutex(true)

    init(
        _ base: LockingMemoryStore,
        canBeUndone: Bool = true,
        _ script: Script? = nil
    ) {
        self.base = base
        self.canBeUndone = canBeUndone
        self.script = script
    }

    /// Whether it keeps versions now.
    var isKeeping: Bool { keepsVersions.withLock { $0 } }

    // MARK: - Attacks

    func attempt(_ attack: Attack, on key: String) throws(StoreError) -> AttackAnswer {
        if let answer = try script?(attack, key) {
            return answer
        }
        guard script == nil, attack == .suspendVersions else {
            return try base.attempt(attack, on: key)
        }
        keepsVersions.withLock { $0 = false }
        return .done
    }

    func undo(_ attack: Attack) throws(StoreError) {
        keepsVersions.withLock { $0 = canBeUndone }
    }

    func protection() throws(StoreError) -> StoreProtection {
        StoreProtection(keepsVersions: isKeeping, canLock: true)
    }

    // MARK: - As it is

    var place: String { base.place }
    var lockPolicy: LockPolicy? { base.lockPolicy }

    func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        try base.put(bytes, at: key)
    }

    func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        try base.get(key, bytesMax: bytesMax)
    }

    func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        try base.get(key, range: range)
    }

    func stream(_ key: String, _ body: (UnsafeRawBufferPointer) -> Void) throws(StoreError) {
        unsafe try base.stream(key, body)
    }

    func size(of key: String) throws(StoreError) -> UInt64? {
        try base.size(of: key)
    }

    func list(prefix: String) throws(StoreError) -> [StoredObject] {
        try base.list(prefix: prefix)
    }

    func versions(prefix: String) throws(StoreError) -> [StoredVersion] {
        try base.versions(prefix: prefix)
    }

    func get(_ version: StoredVersion, bytesMax: Int) throws(StoreError) -> [UInt8] {
        try base.get(version, bytesMax: bytesMax)
    }

    func lock(of key: String, version: String?) throws(StoreError) -> ObjectLock? {
        try base.lock(of: key, version: version)
    }

    func extendLock(
        of key: String,
        version: String?,
        to lock: ObjectLock
    ) throws(StoreError) {
        try base.extendLock(of: key, version: version, to: lock)
    }

    func isHeld(_ key: String, version: String?) throws(StoreError) -> Bool {
        try base.isHeld(key, version: version)
    }

    func setHold(_ isHeld: Bool, on key: String, version: String?) throws(StoreError) {
        try base.setHold(isHeld, on: key, version: version)
    }
}
