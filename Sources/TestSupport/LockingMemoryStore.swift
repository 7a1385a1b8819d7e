package import Model
package import ObjectStore
import Synchronization

/// A store in memory that keeps versions and locks them, as an S3 bucket with Object Lock does, by
/// a clock of the test's.
///
/// An expired lock is still told, as S3 tells it; it keeps nothing from being removed any more.
package final class LockingMemoryStore: LockableStore {
    /// One version of an object, or a marker that hides the others.
    struct Version: Sendable {
        let name: String
        /// Nil for a delete marker.
        let bytes: [UInt8]?
        var lock: ObjectLock?
        /// Whether a legal hold keeps it, whatever its lock says.
        var isHeld = false
    }

    /// What the store holds.
    struct State: Sendable {
        /// The versions of each key, the oldest first; never empty.
        var objects: [String: [Version]] = [:]
        /// How many versions were made.
        var count = 0

        /// Adds the newest version of an object.
        ///
        /// - Parameters:
        ///   - key: of the object.
        ///   - bytes: what it holds; nil for a delete marker.
        ///   - lock: what keeps it.
        mutating func add(_ key: String, _ bytes: [UInt8]?, _ lock: ObjectLock?) {
            count += 1
            objects[key, default: []].append(Version(name: "v\(count)", bytes: bytes, lock: lock))
        }
    }

    /// For messages.
    package let place = "locking memory"
    /// How what is stored is locked.
    package let lockPolicy: LockPolicy?
    private let clock: @Sendable () -> Timestamp
    private let state = Mutex(State())

    /// Holds nothing yet.
    ///
    /// - Parameters:
    ///   - lockPolicy: how what is stored is locked; nil if it is not.
    ///   - clock: tells when a lock is over.
    package init(lockPolicy: LockPolicy?, clock: @escaping @Sendable () -> Timestamp) {
        self.lockPolicy = lockPolicy
        self.clock = clock
    }

    /// What the test's clock shows.
    var now: Timestamp { clock() }

    /// What a version that is stored now is locked with.
    var lockNow: ObjectLock? { lockPolicy?.lock(from: now) }

    /// Whether a lock holds at this moment.
    func holds(_ lock: ObjectLock?) -> Bool {
        lock.map { $0.until > now } ?? false
    }

    /// Looks at, or changes, all that the store holds, alone.
    func withState<R: Sendable>(_ body: (inout State) -> R) -> R {
        state.withLock { body(&$0) }
    }

    // MARK: - Objects

    /// Stores what is not there yet.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        let lock = lockNow
        let isRefused = withState { state in
            guard let present = state.objects[key]?.last?.bytes else {
                state.add(key, bytes, lock)
                return false
            }
            return present.count != bytes.count
        }
        if isRefused {
            throw .exists(key: key, place: place)
        }
    }

    /// Reads the newest version of an object whole.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        try bytes(key, nil, bytesMax: bytesMax)
    }

    /// Reads a part of an object's newest version.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        let bytes = try bytes(key, nil, bytesMax: .max)
        guard range.upperBound <= bytes.count else {
            throw .truncated(key: key, place: place)
        }
        return Array(bytes[range])
    }

    /// Reads an object's newest version in one block, or in none if it is empty.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        let bytes = try bytes(key, nil, bytesMax: .max)
        if !bytes.isEmpty {
            unsafe bytes.withUnsafeBytes { unsafe body($0) }
        }
    }

    /// The size of an object's newest version.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        withState { $0.objects[key]?.last?.bytes.map { UInt64($0.count) } }
    }

    /// Lists the objects whose newest version is no delete marker.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        try versions(prefix: prefix)
            .filter { $0.isNewest && !$0.isDeleteMarker }
            .map { StoredObject(key: $0.key, size: $0.size, mark: $0.version) }
    }

    // MARK: - Versions and locks

    /// Lists every version.
    package func versions(prefix: String) throws(StoreError) -> [StoredVersion] {
        let objects = withState { $0.objects.filter { $0.key.hasPrefix(prefix) } }
        return objects.sorted { $0.key < $1.key }.flatMap { key, versions in
            versions.enumerated().reversed().map { number, version in
                StoredVersion(
                    key: key,
                    version: version.name,
                    size: UInt64(version.bytes?.count ?? 0),
                    isNewest: number == versions.count - 1,
                    isDeleteMarker: version.bytes == nil
                )
            }
        }
    }

    /// Reads one version of an object whole.
    package func get(_ version: StoredVersion, bytesMax: Int) throws(StoreError) -> [UInt8] {
        try bytes(version.key, version.version, bytesMax: bytesMax)
    }

    /// The lock of a version, be it over.
    package func lock(of key: String, version: String?) throws(StoreError) -> ObjectLock? {
        try find(key, version).lock
    }

    /// Locks a version, or its lock for longer; what would weaken a lock that holds is refused.
    package func extendLock(
        of key: String,
        version: String?,
        to lock: ObjectLock
    ) throws(StoreError) {
        let name = try find(key, version).name
        if case .refused(let reason) = setLock(of: key, name, to: lock) {
            throw .failed(
                operation: "locking",
                key: key,
                place: place,
                reason: reason,
                hint: "a lock is not made weaker"
            )
        }
    }

    /// That it keeps versions and can lock them.
    package func protection() throws(StoreError) -> StoreProtection {
        StoreProtection(keepsVersions: true, canLock: true)
    }

    // MARK: - Helpers

    private func bytes(
        _ key: String,
        _ version: String?,
        bytesMax: Int
    ) throws(StoreError) -> [UInt8] {
        guard let bytes = try find(key, version).bytes else {
            throw .missing(key: key, place: place)
        }
        guard bytes.count <= bytesMax else {
            throw .tooLarge(key: key, place: place, bytes: UInt64(bytes.count))
        }
        return bytes
    }

    /// A version of an object.
    ///
    /// - Parameters:
    ///   - key: of the object.
    ///   - name: of the version; nil for the newest.
    /// - Returns: the version.
    /// - Throws: ``StoreError/missing(key:place:)``.
    func find(_ key: String, _ name: String?) throws(StoreError) -> Version {
        let version = withState { state in
            state.objects[key]?.last { name == nil || $0.name == name }
        }
        guard let version else {
            throw .missing(key: key, place: place)
        }
        return version
    }
}
