package import ObjectStore

extension LockingMemoryStore {
    /// Whether a version is held.
    package func isHeld(_ key: String, version: String?) throws(StoreError) -> Bool {
        try find(key, version).isHeld
    }

    /// Holds a version, or lifts its hold.
    package func setHold(_ isHeld: Bool, on key: String, version: String?) throws(StoreError) {
        let name = try find(key, version).name
        withState { state in
            // One that was removed meanwhile is held by nothing.
            if let index = state.objects[key]?.firstIndex(where: { $0.name == name }) {
                state.objects[key]?[index].isHeld = isHeld
            }
        }
    }
}
