package import Model

/// A store that keeps every version of an object and can lock one until a time.
package protocol LockableStore: ObjectStore {
    /// How what is stored here is locked by ``ObjectStore/put(_:at:)``; nil if it is not.
    var lockPolicy: LockPolicy? { get }

    /// Every version, delete markers too, of every object whose key begins with `prefix`: those of
    /// one key together, the newest first.
    func versions(prefix: String) throws(StoreError) -> [StoredVersion]

    /// Reads one version of an object whole.
    ///
    /// - Throws: ``StoreError/missing(key:place:)``, ``StoreError/tooLarge(key:place:bytes:)``.
    func get(_ version: StoredVersion, bytesMax: Int) throws(StoreError) -> [UInt8]

    /// The lock of a version.
    ///
    /// - Parameters:
    ///   - key: of the object.
    ///   - version: which version; nil for the newest.
    /// - Returns: the lock; nil if nothing keeps the version from being removed.
    /// - Throws: ``StoreError/missing(key:place:)`` if there is no such object.
    func lock(of key: String, version: String?) throws(StoreError) -> ObjectLock?

    /// Locks a version, or its lock for longer. No store that is worth its name lets a lock end
    /// sooner by this.
    ///
    /// - Parameters:
    ///   - key: of the object.
    ///   - version: which version; nil for the newest.
    ///   - lock: what is to hold from now on.
    /// - Throws: ``StoreError`` if the store refuses, or does not answer.
    func extendLock(
        of key: String,
        version: String?,
        to lock: ObjectLock
    ) throws(StoreError)

    /// Whether a legal hold keeps a version, whatever its lock says. Some stores take and tell one
    /// that they do not keep: ``protection()`` tells which can.
    ///
    /// - Parameters:
    ///   - key: of the object.
    ///   - version: which version; nil for the newest.
    /// - Returns: whether it is held; false where nothing can be.
    /// - Throws: ``StoreError/missing(key:place:)`` if there is no such object.
    func isHeld(_ key: String, version: String?) throws(StoreError) -> Bool

    /// Puts a version under a legal hold, which no date ends, or lifts it.
    ///
    /// - Parameters:
    ///   - isHeld: whether it is to be held from now on.
    ///   - key: of the object.
    ///   - version: which version; nil for the newest.
    /// - Throws: ``StoreError/missing(key:place:)`` if there is no such object; ``StoreError`` if
    ///   the store refuses, or does not answer.
    func setHold(_ isHeld: Bool, on key: String, version: String?) throws(StoreError)

    /// What the whole store is set to.
    func protection() throws(StoreError) -> StoreProtection
}

/// One version of an object, or a marker that hides the others.
package struct StoredVersion: Hashable, Sendable {
    /// Of the object.
    package let key: String
    /// As the store names the version.
    package let version: String
    /// The number of its bytes; 0 for a marker.
    package let size: UInt64
    /// Whether a reader who names no version gets this one.
    package let isNewest: Bool
    /// Whether it is a delete marker, which has no bytes.
    package let isDeleteMarker: Bool

    /// Tells of a version.
    package init(
        key: String,
        version: String,
        size: UInt64,
        isNewest: Bool,
        isDeleteMarker: Bool
    ) {
        self.key = key
        self.version = version
        self.size = size
        self.isNewest = isNewest
        self.isDeleteMarker = isDeleteMarker
    }
}

/// What a store is set to, as far as its objects' safety goes.
package struct StoreProtection: Hashable, Sendable {
    /// Whether earlier versions of objects are kept.
    package let keepsVersions: Bool
    /// Whether objects can be locked.
    package let canLock: Bool

    /// States what a store is set to.
    package init(keepsVersions: Bool, canLock: Bool) {
        self.keepsVersions = keepsVersions
        self.canLock = canLock
    }
}
