import Model
import ObjectStore
import TestSupport

/// A bucket that does not do with legal holds what it is told.
final class StubbornBucket: LockableStore, StoreWrapper {
    /// What it does.
    enum Way: Sendable, CaseIterable {
        /// It refuses to hold and to release.
        case refuses
        /// It says that it did, and did not.
        case forgets
        /// It keeps what it is told, and enforces nothing.
        case enforcesNone
        /// It does not say what is held.
        case isSilent
        /// It is too busy to say.
        case isBusy
        /// It does not say which versions it has.
        case hidesVersions
        /// It lets nobody read a version by its name.
        case hidesBytes
    }

    private let memory: LockingMemoryStore
    private let way: Way

    init(_ memory: LockingMemoryStore, _ way: Way) {
        self.memory = memory
        self.way = way
    }

    // MARK: - Holds

    func isHeld(_ key: String, version: String?) throws(StoreError) -> Bool {
        switch way {
        case .isSilent:
            throw refusal("looking at", key)
        case .isBusy:
            throw .busy(operation: "looking at", key: key, place: place, reason: "timed out")
        case .refuses, .forgets, .enforcesNone, .hidesVersions, .hidesBytes:
            return try memory.isHeld(key, version: version)
        }
    }

    func setHold(_ isHeld: Bool, on key: String, version: String?) throws(StoreError) {
        switch way {
        case .refuses: throw refusal("holding", key)
        case .forgets: break
        case .enforcesNone, .isSilent, .isBusy, .hidesVersions, .hidesBytes:
            try memory.setHold(isHeld, on: key, version: version)
        }
    }

    func protection() throws(StoreError) -> StoreProtection {
        StoreProtection(keepsVersions: true, canLock: way != .enforcesNone)
    }

    private func refusal(_ operation: String, _ key: String) -> StoreError {
        .failed(
            operation: operation,
            key: key,
            place: place,
            reason: "403 AccessDenied",
            hint: "ask for the right"
        )
    }

    // MARK: - Otherwise as it is

    var base: any ObjectStore { memory }
    var lockPolicy: LockPolicy? { memory.lockPolicy }

    func get(_ version: StoredVersion, bytesMax: Int) throws(StoreError) -> [UInt8] {
        guard way != .hidesBytes else {
            throw refusal("reading", version.key)
        }
        return try memory.get(version, bytesMax: bytesMax)
    }

    func versions(prefix: String) throws(StoreError) -> [StoredVersion] {
        guard way != .hidesVersions else {
            throw refusal("listing versions of", prefix)
        }
        return try memory.versions(prefix: prefix)
    }

    func lock(of key: String, version: String?) throws(StoreError) -> ObjectLock? {
        try memory.lock(of: key, version: version)
    }

    func extendLock(
        of key: String,
        version: String?,
        to lock: ObjectLock
    ) throws(StoreError) {
        try memory.extendLock(of: key, version: version, to: lock)
    }
}
