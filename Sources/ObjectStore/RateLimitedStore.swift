package import Workers

/// A store of which no more bytes a second are read and written than a limit allows, by all threads
/// together. Listing and looking are free.
package struct RateLimitedStore: ObjectStore {
    private let store: any ObjectStore
    private let limit: RateLimit

    /// Slows `store` down.
    package init(_ store: any ObjectStore, _ limit: RateLimit) {
        self.store = store
        self.limit = limit
    }

    /// That of the store itself.
    package var place: String { store.place }

    /// Stores, and then waits until the bytes are paid for.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        try store.put(bytes, at: key)
        limit.take(bytes.count)
    }

    /// Reads an object whole, and then waits until it is paid for.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        let bytes = try store.get(key, bytesMax: bytesMax)
        limit.take(bytes.count)
        return bytes
    }

    /// Reads a part, and then waits until it is paid for.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        let bytes = try store.get(key, range: range)
        limit.take(bytes.count)
        return bytes
    }

    /// Reads an object in the blocks of the store itself, and waits after each.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        unsafe try store.stream(key) { block in
            unsafe body(block)
            limit.take(block.count)
        }
    }

    /// As the store itself says.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        try store.size(of: key)
    }

    /// As the store itself lists.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        try store.list(prefix: prefix)
    }
}
