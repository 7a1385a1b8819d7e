import ObjectStore

/// A store of which one object is another than it was: what a control asks the judges of. Nothing
/// is ever written; the store itself is only read.
struct SpoiltStore: ObjectStore {
    private let base: any ObjectStore
    private let key: String
    /// What lies in the object's place; nil for nothing.
    private let bytes: [UInt8]?

    /// Puts something in an object's place.
    ///
    /// - Parameters:
    ///   - base: the store, which stays as it is.
    ///   - key: the object's.
    ///   - bytes: what is seen instead; nil if the object is gone.
    init(_ base: any ObjectStore, replacing key: String, with bytes: [UInt8]?) {
        self.base = base
        self.key = key
        self.bytes = bytes
    }

    /// That of the store itself.
    var place: String { base.place }

    /// Refuses.
    func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        throw .failed(
            operation: "writing",
            key: key,
            place: place,
            reason: "a control writes nothing",
            hint: "report it as a fault of Toride"
        )
    }

    /// Reads an object whole.
    func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        guard key == self.key else {
            return try base.get(key, bytesMax: bytesMax)
        }
        let bytes = try replacement()
        guard bytes.count <= bytesMax else {
            throw .tooLarge(key: key, place: place, bytes: UInt64(bytes.count))
        }
        return bytes
    }

    /// Reads a part of an object.
    func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        guard key == self.key else {
            return try base.get(key, range: range)
        }
        let bytes = try replacement()
        guard range.upperBound <= bytes.count else {
            throw .truncated(key: key, place: place)
        }
        return Array(bytes[range])
    }

    /// Reads an object in the blocks of the store itself, what stands in its place in one.
    func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        guard key == self.key else {
            return unsafe try base.stream(key, body)
        }
        let bytes = try replacement()
        unsafe bytes.withUnsafeBytes { unsafe body($0) }
    }

    /// The size of an object.
    func size(of key: String) throws(StoreError) -> UInt64? {
        guard key == self.key else {
            return try base.size(of: key)
        }
        return bytes.map { UInt64($0.count) }
    }

    /// As the store itself lists, with what stands in the object's place.
    func list(prefix: String) throws(StoreError) -> [StoredObject] {
        var objects = try base.list(prefix: prefix).filter { $0.key != key }
        if let bytes, key.hasPrefix(prefix) {
            objects.append(StoredObject(key: key, size: UInt64(bytes.count)))
        }
        return objects
    }

    private func replacement() throws(StoreError) -> [UInt8] {
        guard let bytes else {
            throw .missing(key: key, place: place)
        }
        return bytes
    }
}
