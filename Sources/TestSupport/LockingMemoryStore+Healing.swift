package import ObjectStore

extension LockingMemoryStore: HealableStore {
    /// Stores a version on top of what is there, locked as any other.
    package func heal(_ bytes: [UInt8], at key: String) throws(StoreError) {
        let lock = lockNow
        withState { $0.add(key, bytes, lock) }
    }
}
