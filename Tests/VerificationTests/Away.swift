import ObjectStore

/// A store that is too busy to give some of its objects, and then says of them how large they are,
/// or nothing.
struct Away: StoreWrapper {
    let base: any ObjectStore
    private let keys: Set<String>
    private let answers: Bool

    /// Wraps `base`.
    init(_ base: any ObjectStore, keys: Set<String>, answers: Bool) {
        self.base = base
        self.keys = keys
        self.answers = answers
    }

    func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        guard !keys.contains(key) else {
            throw busy(key)
        }
        unsafe try base.stream(key, body)
    }

    func size(of key: String) throws(StoreError) -> UInt64? {
        guard answers || !keys.contains(key) else {
            throw busy(key)
        }
        return try base.size(of: key)
    }

    private func busy(_ key: String) -> StoreError {
        .busy(operation: "reading", key: key, place: place, reason: "timed out")
    }
}
