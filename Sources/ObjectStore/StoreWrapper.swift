/// A store that does as another one does, but for what it says itself.
package protocol StoreWrapper: ObjectStore {
    /// The other one.
    var base: any ObjectStore { get }
}

extension StoreWrapper {
    /// That of the store itself.
    package var place: String { base.place }

    /// Stores as the store itself does.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        try base.put(bytes, at: key)
    }

    /// Reads an object as the store itself does.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        try base.get(key, bytesMax: bytesMax)
    }

    /// Reads a part as the store itself does.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        try base.get(key, range: range)
    }

    /// Reads an object in the blocks of the store itself.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        unsafe try base.stream(key, body)
    }

    /// As the store itself says.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        try base.size(of: key)
    }

    /// As the store itself lists.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        try base.list(prefix: prefix)
    }
}
