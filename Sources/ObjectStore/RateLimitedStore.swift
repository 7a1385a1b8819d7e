package import Workers

/// A store of which no more bytes a second are read and written than a limit allows, by all threads
/// together. Listing and looking are free.
package struct RateLimitedStore: StoreWrapper {
    /// What is slowed down.
    package let base: any ObjectStore
    private let limit: RateLimit

    /// Slows `store` down.
    package init(_ store: any ObjectStore, _ limit: RateLimit) {
        base = store
        self.limit = limit
    }

    /// Stores, and then waits until the bytes are paid for.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        try base.put(bytes, at: key)
        limit.take(bytes.count)
    }

    /// Reads an object whole, and then waits until it is paid for.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        let bytes = try base.get(key, bytesMax: bytesMax)
        limit.take(bytes.count)
        return bytes
    }

    /// Reads a part, and then waits until it is paid for.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        let bytes = try base.get(key, range: range)
        limit.take(bytes.count)
        return bytes
    }

    /// Reads an object in the blocks of the store itself, and waits after each.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        unsafe try base.stream(key) { block in
            unsafe body(block)
            limit.take(block.count)
        }
    }
}
