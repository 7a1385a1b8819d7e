import Model
import ObjectStore
import TestSupport

/// A bucket that is called otherwise, does not let everything be read, or breaks off.
final class OddBucket: LockableStore, StoreWrapper {
    private let memory: LockingMemoryStore
    let place: String
    private let refused: Set<String>
    private let holdsMax: Int
    private let holds = Counter()

    /// A bucket over another.
    ///
    /// - Parameters:
    ///   - memory: what it holds.
    ///   - place: what it is called; nil for what the other is.
    ///   - refused: the keys of what nobody may read.
    ///   - holdsMax: after so many holds it is there no more.
    init(
        _ memory: LockingMemoryStore,
        place: String? = nil,
        refusing refused: Set<String> = [],
        holdsMax: Int = .max
    ) {
        self.memory = memory
        self.place = place ?? memory.place
        self.refused = refused
        self.holdsMax = holdsMax
    }

    func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        guard !refused.contains(key) else {
            throw .failed(
                operation: "reading",
                key: key,
                place: place,
                reason: "403 AccessDenied",
                hint: "ask for the right"
            )
        }
        return try memory.get(key, bytesMax: bytesMax)
    }

    func setHold(_ isHeld: Bool, on key: String, version: String?) throws(StoreError) {
        guard holds.next() < holdsMax else {
            throw .busy(operation: "holding", key: key, place: place, reason: "timed out")
        }
        try memory.setHold(isHeld, on: key, version: version)
    }

    // MARK: - Otherwise as it is

    var base: any ObjectStore { memory }
    var lockPolicy: LockPolicy? { memory.lockPolicy }

    func isHeld(_ key: String, version: String?) throws(StoreError) -> Bool {
        try memory.isHeld(key, version: version)
    }

    func get(_ version: StoredVersion, bytesMax: Int) throws(StoreError) -> [UInt8] {
        try memory.get(version, bytesMax: bytesMax)
    }

    func versions(prefix: String) throws(StoreError) -> [StoredVersion] {
        try memory.versions(prefix: prefix)
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

    func protection() throws(StoreError) -> StoreProtection {
        try memory.protection()
    }
}
