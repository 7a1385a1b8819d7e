import Synchronization

/// A store in memory, for tests and for trying things.
package final class MemoryStore: ObjectStore {
    /// What messages call it.
    package let place: String
    private let objects = Mutex<[String: [UInt8]]>([:])

    /// An empty store.
    package init(place: String = "memory") {
        self.place = place
    }

    /// Keeps the bytes; durable means here: until the process ends.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        let clash = objects.withLock { objects in
            guard let present = objects[key] else {
                objects[key] = bytes
                return false
            }
            return present.count != bytes.count
        }
        if clash {
            throw .exists(key: key, place: place)
        }
    }

    /// Gives a copy of an object.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        guard let bytes = objects.withLock({ $0[key] }) else {
            throw .missing(key: key, place: place)
        }
        guard bytes.count <= bytesMax else {
            throw .tooLarge(key: key, place: place, bytes: UInt64(bytes.count))
        }
        return bytes
    }

    /// Gives a copy of a part of an object.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        let bytes = try get(key, bytesMax: .max)
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else {
            throw .truncated(key: key, place: place)
        }
        return Array(bytes[range])
    }

    /// Gives an object as one block.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        let bytes = try get(key, bytesMax: .max)
        unsafe bytes.withUnsafeBytes { unsafe body($0) }
    }

    /// The size of an object; nil if there is none.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        objects.withLock { $0[key].map { UInt64($0.count) } }
    }

    /// Lists the objects, in an order that changes from run to run.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        objects.withLock { objects in
            objects.filter { $0.key.hasPrefix(prefix) }
                .map { StoredObject(key: $0.key, size: UInt64($0.value.count)) }
        }
    }

    /// Replaces or removes an object behind everyone's back: what damage does.
    package func tamper(_ key: String, _ change: (inout [UInt8]?) -> Void) {
        objects.withLock { objects in
            var bytes = objects[key]
            change(&bytes)
            objects[key] = bytes
        }
    }
}
