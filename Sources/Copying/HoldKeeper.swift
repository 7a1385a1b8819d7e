import Model
import ObjectStore
import Primitives
import Repository

/// Holds the objects of a bucket, one by one, and lifts the holds.
///
/// Of each object the version is meant whose bytes are its name, and it is named: what somebody
/// wrote over it must not be held in its stead. The bucket is asked what holds, and not believed to
/// have done what it was told.
struct HoldKeeper: Sendable {
    /// Why an object is not held as it must be.
    struct Flaw: Hashable, Comparable, Sendable {
        let code: FindingCode
        /// Nil where the code says it all.
        let reason: String?

        static func < (one: Flaw, other: Flaw) -> Bool {
            (one.code.rawValue, one.reason ?? "") < (other.code.rawValue, other.reason ?? "")
        }
    }

    private let bucket: any LockableStore
    /// The versions of each object that have bytes, the newest first; or why they are not told.
    private let listed: Result<[String: [StoredVersion]], StoreError>

    /// Lists the versions of a bucket.
    ///
    /// - Parameter bucket: whose holds they are.
    /// - Throws: ``StoreError`` if it cannot be asked; one that does not tell holds nothing.
    init(of bucket: any LockableStore) throws(StoreError) {
        self.bucket = bucket
        listed = try HoldKeeper.list(bucket)
    }

    /// The bucket that a store is, or that is beneath what helps its readers.
    ///
    /// - Parameter store: any store.
    /// - Returns: the bucket.
    /// - Throws: ``StoreError/unavailable(place:reason:hint:)`` if it is none.
    static func bucket(of store: any ObjectStore) throws(StoreError) -> any LockableStore {
        guard let bucket = ManyVersions.base(of: store) as? any LockableStore else {
            throw .unavailable(
                place: store.place,
                reason: "no legal hold is known on a store of this kind",
                hint: "hold the snapshot in a bucket whose objects can be locked"
            )
        }
        return bucket
    }

    /// Whether a hold keeps anything: SeaweedFS 4.48 takes and tells holds in a bucket that
    /// enforces none.
    func isEnforcing() throws(StoreError) -> Bool {
        try bucket.protection().canLock
    }

    /// Looks whether an object is held.
    ///
    /// - Parameter item: which.
    /// - Returns: why it is not; nil if it is.
    /// - Throws: ``StoreError`` if it is missing, or the bucket does not say.
    func look(at item: ObjectCarrier.Item) throws(StoreError) -> Flaw? {
        let all = try versions(of: item.key)
        var held: [StoredVersion] = []
        for version in all {
            if try isHeld(version) {
                held.append(version)
            }
        }
        guard try right(among: held, of: item, isOnly: all.count == 1) == nil else {
            return nil
        }
        return Flaw(code: .objectNotHeld, reason: "no hold is on it")
    }

    /// Holds an object, and looks whether it is held.
    ///
    /// - Parameter item: which.
    /// - Returns: why it is not; nil if it is.
    /// - Throws: ``StoreError`` if it is missing, or the bucket does not say.
    func hold(_ item: ObjectCarrier.Item) throws(StoreError) -> Flaw? {
        let version: StoredVersion?
        do throws(StoreError) {
            let all = try versions(of: item.key)
            version = try right(among: all, of: item, isOnly: all.count == 1)
        } catch {
            guard case .failed(_, _, _, let said, _) = error else {
                throw error
            }
            // Which version is the right one is not known, and so none is held.
            return Flaw(code: .objectNotHeld, reason: said)
        }
        guard let version else {
            return Flaw(code: .objectDamaged, reason: "none of its versions has its bytes")
        }
        var reason = "the store keeps no hold"
        do throws(StoreError) {
            try bucket.setHold(true, on: item.key, version: version.version)
        } catch {
            guard case .failed(_, _, _, let said, _) = error else {
                throw error
            }
            // Somebody else may have held it.
            reason = said
        }
        return try isHeld(version) ? nil : Flaw(code: .objectNotHeld, reason: reason)
    }

    /// Lifts the holds of an object, of all its versions; where there is none nobody need have the
    /// right to.
    ///
    /// - Parameter key: of the object.
    /// - Throws: ``StoreError`` if it is missing, or held still.
    func lift(_ key: String) throws(StoreError) {
        for version in try versions(of: key) {
            guard try isHeld(version) else {
                continue
            }
            try bucket.setHold(false, on: key, version: version.version)
            guard try !isHeld(version) else {
                throw .failed(
                    operation: "lifting the hold of",
                    key: key,
                    place: bucket.place,
                    reason: "it is held still",
                    hint: "look up what the service says of its holds"
                )
            }
        }
    }

    // MARK: - Versions

    private static func list(
        _ bucket: any LockableStore
    ) throws(StoreError) -> Result<[String: [StoredVersion]], StoreError> {
        do throws(StoreError) {
            let all = try bucket.versions(prefix: "").filter { !$0.isDeleteMarker }
            return .success(Dictionary(grouping: all, by: \.key))
        } catch {
            guard case .failed = error else {
                throw error
            }
            return .failure(error)
        }
    }

    private func versions(of key: String) throws(StoreError) -> [StoredVersion] {
        guard let own = try listed.get()[key] else {
            throw .missing(key: key, place: bucket.place)
        }
        return own
    }

    /// The newest of some versions of an object whose bytes are its name; nil if there is none. The
    /// only one is taken by its size: its bytes are what a verification reads.
    private func right(
        among candidates: [StoredVersion],
        of item: ObjectCarrier.Item,
        isOnly: Bool
    ) throws(StoreError) -> StoredVersion? {
        var refusal: StoreError?
        for version in candidates where version.size == item.size {
            guard !isOnly else {
                return version
            }
            do throws(StoreError) {
                let bytes = try bucket.get(version, bytesMax: Limits.objectBytesMax)
                if ObjectName(SHA256.hash(bytes)) == item.name {
                    return version
                }
            } catch {
                switch error {
                case .missing, .tooLarge: continue
                case .failed, .truncated, .exists: refusal = refusal ?? error
                case .busy, .unavailable: throw error
                }
            }
        }
        if let refusal {
            // It may have been the one.
            throw refusal
        }
        return nil
    }

    private func isHeld(_ version: StoredVersion) throws(StoreError) -> Bool {
        try bucket.isHeld(version.key, version: version.version)
    }
}
