import Format
import Model
import ObjectStore
import Primitives

/// An object that is made to be attacked, and what protected it when it was new.
struct Sacrifice: Sendable {
    /// Few: it stays as long as its lock.
    private static let byteCount = 4_096

    /// Where it lies.
    let key: String
    /// The hash of its bytes.
    let name: ObjectName
    private let bytes: [UInt8]
    private let before: Protection

    /// What keeps an object.
    private struct Protection {
        /// Its first version, where the store tells versions.
        var version: StoredVersion?
        /// Of that version.
        var lock: ObjectLock?
        /// Of the whole store, where it tells.
        var store: StoreProtection?
        /// Whether it has the file system's flag.
        var isFlagged = false
    }

    /// Stores one, by the very call that stores a pack.
    ///
    /// - Parameter store: where.
    /// - Throws: ``StoreError`` if it cannot be stored and looked at; ``CryptoError``.
    init(in store: any ObjectStore) throws {
        let key = try Sacrifice.newKey()
        let bytes = try Randomness.bytes(count: Self.byteCount)
        try store.put(bytes, at: key)
        self.key = key
        self.bytes = bytes
        name = ObjectName(SHA256.hash(bytes))
        before = try Self.protection(of: key, in: store)
    }

    /// A key that nothing has, and that no verification takes for foreign.
    static func newKey() throws(CryptoError) -> String {
        guard let random = Digest(try Randomness.bytes(count: Digest.byteCount)) else {
            preconditionFailure("\(Digest.byteCount) bytes are a digest")
        }
        return StoreKey.sacrifice(random)
    }

    private static func protection(
        of key: String,
        in store: any ObjectStore
    ) throws(StoreError) -> Protection {
        var found = Protection()
        if let lockable = store as? any LockableStore {
            let versions = try lockable.versions(prefix: key)
            guard let version = versions.first(where: { !$0.isDeleteMarker }) else {
                throw .missing(key: key, place: store.place)
            }
            found.version = version
            found.lock = try lockable.lock(of: key, version: version.version)
            found.store = try lockable.protection()
        }
        if let flagged = store as? any FlaggedStore {
            found.isFlagged = try flagged.isFlagged(key)
        }
        return found
    }

    // MARK: - Afterwards

    /// What is less than when it was new.
    ///
    /// - Parameter store: where it lies.
    /// - Returns: the gravest; nil if nothing is.
    /// - Throws: ``StoreError`` if that cannot be seen.
    func loss(in store: any ObjectStore) throws(StoreError) -> AttackReport.Loss? {
        guard try isReadable(in: store) else {
            return .bytes
        }
        if before.isFlagged, let flagged = store as? any FlaggedStore,
            try !flagged.isFlagged(key)
        {
            return .lock
        }
        guard let lockable = store as? any LockableStore else {
            return nil
        }
        if let lock = before.lock {
            let now = try lockable.lock(of: key, version: before.version?.version)
            guard now?.covers(lock) == true else {
                return .lock
            }
        }
        return try storeLoss(in: lockable)
    }

    /// What the whole store is less able to than when this was new.
    func storeLoss(in store: any LockableStore) throws(StoreError) -> AttackReport.Loss? {
        let now = try store.protection()
        if before.store?.keepsVersions == true, !now.keepsVersions {
            return .versions
        }
        return before.store?.canLock == true && !now.canLock ? .locks : nil
    }

    /// Whether its first version still has its bytes, whatever lies above it.
    private func isReadable(in store: any ObjectStore) throws(StoreError) -> Bool {
        do throws(StoreError) {
            if let version = before.version, let lockable = store as? any LockableStore {
                return try lockable.get(version, bytesMax: bytes.count) == bytes
            }
            return try store.get(key, bytesMax: bytes.count) == bytes
        } catch {
            switch error {
            case .missing, .tooLarge, .truncated: return false
            case .exists, .unavailable, .busy, .failed: throw error
            }
        }
    }
}
