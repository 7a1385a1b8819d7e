import Format
package import Model
package import ObjectStore
import Repository
import Synchronization

/// Sees to it that what lies in a store is locked as the store's policy says, and says where it is
/// not.
///
/// The store is asked what holds, and not believed to have done what it was told: some take a lock
/// with an upload and forget it.
package struct LockKeeper: Sendable {
    /// How much less than asked for is no reason to complain: a slow upload, and clocks.
    private static let slackSeconds: Int64 = 3_600

    private let store: (any LockableStore)?
    /// Knows which version of an object is the right one, where there are several.
    private let versions: ManyVersions?
    /// The same where objects are kept by a flag of the file system, and are to be.
    let flagged: (any FlaggedStore)?
    private let clock: @Sendable () -> Timestamp
    private let protection = Protection()

    /// What the whole store is set to, which is asked once.
    private final class Protection: Sendable {
        private let known = Mutex<StoreProtection?>(nil)

        func of(_ store: any LockableStore) throws(StoreError) -> StoreProtection {
            if let known = known.withLock({ $0 }) {
                return known
            }
            let asked = try store.protection()
            known.withLock { $0 = asked }
            return asked
        }
    }

    /// Keeps the locks of a store; has nothing to do in one without locks or without a policy.
    ///
    /// - Parameters:
    ///   - store: whose.
    ///   - clock: by which a lock's time is reckoned.
    package init(_ store: any ObjectStore, clock: @escaping @Sendable () -> Timestamp) {
        let lockable = ManyVersions.base(of: store) as? any LockableStore
        self.store = lockable?.lockPolicy == nil ? nil : lockable
        versions = store as? ManyVersions
        let flagged = store as? any FlaggedStore
        self.flagged = flagged?.isImmutable == true ? flagged : nil
        self.clock = clock
    }

    /// Whether there is anything to keep.
    package var isNeeded: Bool { store != nil || flagged != nil }

    /// What is wrong with what the whole store is set to.
    ///
    /// - Returns: one finding, or none.
    /// - Throws: ``StoreError`` if it does not say.
    package func protectionFindings() throws(StoreError) -> [Finding] {
        guard let store else {
            return []
        }
        let protection = try protection.of(store)
        guard !protection.keepsVersions || !protection.canLock else {
            return []
        }
        return [
            Finding(
                .storeNotProtected,
                .named(store.place),
                evidence: [
                    "locks": "\(protection.canLock)", "versions": "\(protection.keepsVersions)",
                ]
            )
        ]
    }

    /// What a store without deletions and overwrites would not have: keys with several versions, or
    /// with a delete marker. What was made to be attacked may have both.
    ///
    /// - Returns: one finding for each such key.
    /// - Throws: ``StoreError`` if the store does not list its versions.
    package func versionFindings() throws(StoreError) -> [Finding] {
        guard let store else {
            return []
        }
        var counts: [String: (versions: Int, markers: Int)] = [:]
        for version in try store.versions(prefix: "")
        where StoredKind(key: version.key) != .sacrifice {
            let isMarker = version.isDeleteMarker
            counts[version.key, default: (0, 0)].versions += isMarker ? 0 : 1
            counts[version.key, default: (0, 0)].markers += isMarker ? 1 : 0
        }
        return counts.filter { $0.value.versions > 1 || $0.value.markers > 0 }
            .sorted { $0.key < $1.key }
            .map { key, count in
                Finding(
                    count.markers > 0 ? .objectDeleteMarked : .objectHasVersions,
                    .object(key),
                    evidence: ["versions": "\(count.versions)"]
                )
            }
    }

    /// Looks whether an object that was just stored is locked, and locks it if not.
    ///
    /// - Parameter key: of the object.
    /// - Returns: that it is not locked as it must be, and could not be; nil if it is.
    /// - Throws: ``StoreError`` if the store does not say.
    package func judgeNew(_ key: String) throws(StoreError) -> Finding? {
        if let flagged {
            return try judge(key, flagged)
        }
        guard let store, let policy = store.lockPolicy else {
            return nil
        }
        return try keep(key, atLeast: policy.lock(from: clock()), policy, store)
    }

    /// Looks whether an object that is needed stays locked for half of the policy's time at least,
    /// and locks it anew for all of it if not.
    ///
    /// - Parameter key: of the object.
    /// - Returns: that it is not locked as it must be, and could not be; nil if it is.
    /// - Throws: ``StoreError`` if the store does not say.
    package func judgeOld(_ key: String) throws(StoreError) -> Finding? {
        if let flagged {
            return try judge(key, flagged)
        }
        guard let store, let policy = store.lockPolicy else {
            return nil
        }
        let half = LockPolicy(mode: policy.mode, days: max(1, policy.days / 2))
        return try keep(key, atLeast: half.lock(from: clock()), policy, store)
    }

    private func keep(
        _ key: String,
        atLeast wanted: ObjectLock,
        _ policy: LockPolicy,
        _ store: any LockableStore
    ) throws(StoreError) -> Finding? {
        let until = wanted.until.adding(.seconds(-Self.slackSeconds))
        let least = ObjectLock(mode: wanted.mode, until: until)
        // SeaweedFS 4.48 takes and tells locks in a bucket that enforces none.
        guard try protection.of(store).canLock else {
            return Finding(
                .objectNotLocked,
                .object(key),
                evidence: [
                    "mode": "none", "reason": "the store enforces no locks",
                    "wanted": least.until.rfc3339,
                ]
            )
        }
        // Where somebody wrote over an object, the version that is read is the one to be kept.
        let version = try versions?.version(of: key)
        var lock = try store.lock(of: key, version: version)
        if lock?.covers(least) == true {
            return nil
        }
        let wasLocked = lock?.covers(ObjectLock(mode: wanted.mode, until: clock())) == true
        var reason = "the store keeps no lock"
        do throws(StoreError) {
            // A weaker lock that is longer must not become shorter by this.
            let until = max(policy.lock(from: clock()).until, lock?.until ?? least.until)
            try store.extendLock(
                of: key,
                version: version,
                to: ObjectLock(mode: policy.mode, until: until)
            )
            lock = try store.lock(of: key, version: version)
        } catch .busy(let operation, let key, let place, let reason) {
            throw .busy(operation: operation, key: key, place: place, reason: reason)
        } catch {
            reason = error.description
        }
        let isLocked = lock?.covers(least) == true
        var evidence = ["mode": lock?.mode.rawValue ?? "none"]
        evidence["until"] = lock?.until.rfc3339
        guard isLocked else {
            evidence["reason"] = reason
            evidence["wanted"] = least.until.rfc3339
            return Finding(.objectNotLocked, .object(key), evidence: evidence)
        }
        // To be made longer is what every lock waits for; to be there at all is not.
        return wasLocked ? nil : Finding(.objectLockedAnew, .object(key), evidence: evidence)
    }
}
