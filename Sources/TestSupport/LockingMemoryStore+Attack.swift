import Model
package import ObjectStore

extension LockingMemoryStore: AttackableStore {
    /// What S3 says for whatever a lock forbids.
    private static let denied = AttackAnswer.refused("403 AccessDenied")

    /// Does what S3 would do, by the lock and the hold of the object's newest version.
    package func attempt(_ attack: Attack, on key: String) throws(StoreError) -> AttackAnswer {
        guard let newest = withState({ $0.objects[key]?.last }) else {
            throw .missing(key: key, place: place)
        }
        switch attack {
        case .delete:
            withState { $0.add(key, nil, nil) }
            return .done
        case .overwrite:
            let lock = lockNow
            withState { $0.add(key, [0xa7], lock) }
            return .done
        case .deleteVersion, .deleteInBatch:
            return remove(newest, of: key, bypasses: false)
        case .bypass:
            return remove(newest, of: key, bypasses: true)
        case .shortenLock:
            let soon = Timestamp(seconds: now.seconds + 60)
            return change(newest, of: key) { ObjectLock(mode: $0.mode, until: soon) }
        case .weakenLock:
            return change(newest, of: key) { ObjectLock(mode: .governance, until: $0.until) }
        case .removeLock:
            return change(newest, of: key) { _ in nil }
        case .liftHold:
            // Whoever may hold may lift here.
            try setHold(false, on: key, version: newest.name)
            return .done
        case .suspendVersions:
            // In a bucket that can lock.
            return .refused("409 InvalidBucketState")
        case .disableLocks:
            // Takes away the rule for new objects, of which there is none: locks are by object.
            return .done
        }
    }

    /// Sets a version's lock, if that takes nothing from a lock that holds.
    ///
    /// - Parameters:
    ///   - key: of the object.
    ///   - name: the version.
    ///   - lock: what is to hold; nil for none.
    /// - Returns: whether it was done.
    func setLock(of key: String, _ name: String, to lock: ObjectLock?) -> AttackAnswer {
        withState { state -> AttackAnswer in
            guard let index = state.objects[key]?.firstIndex(where: { $0.name == name }) else {
                return .refused("404 NoSuchVersion")
            }
            let present = state.objects[key]?[index].lock
            if let present, holds(present), !(lock?.covers(present) ?? false) {
                return LockingMemoryStore.denied
            }
            state.objects[key]?[index].lock = lock
            return .done
        }
    }

    private func change(
        _ version: Version,
        of key: String,
        _ body: (ObjectLock) -> ObjectLock?
    ) -> AttackAnswer {
        guard let lock = version.lock else {
            return .notApplicable
        }
        return setLock(of: key, version.name, to: body(lock))
    }

    private func remove(_ version: Version, of key: String, bypasses: Bool) -> AttackAnswer {
        let isWeak = version.lock?.mode == .governance
        guard !version.isHeld, !holds(version.lock) || bypasses && isWeak else {
            return LockingMemoryStore.denied
        }
        withState { state in
            state.objects[key]?.removeAll { $0.name == version.name }
            if state.objects[key]?.isEmpty == true {
                state.objects[key] = nil
            }
        }
        return .done
    }
}
