import ObjectStore

/// A store that is too busy to give some of its objects, and then says of them how large they are,
/// or nothing.
struct Away: ObjectStore {
    private let base: any ObjectStore
    private let keys: Set<String>
    private let answers: Bool

    /// Wraps `base`.
    init(_ base: any ObjectStore, keys: Set<String>, answers: Bool) {
        self.base = base
        self.keys = keys
        self.answers = answers
    }

    var place: String { base.place }

    func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        try base.put(bytes, at: key)
    }

    func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        try base.get(key, bytesMax: bytesMax)
    }

    func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        try base.get(key, range: range)
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

    func list(prefix: String) throws(StoreError) -> [StoredObject] {
        try base.list(prefix: prefix)
    }

    private func busy(_ key: String) -> StoreError {
        .busy(operation: "reading", key: key, place: place, reason: "timed out")
    }
}
