package import ObjectStore
import Synchronization

/// A store that is a dictionary: for tests that damage thousands of objects and ask nothing of a
/// disk.
package final class MemoryStore: HealableStore {
    /// For messages.
    package let place = "memory"
    private let objects: Mutex<[String: [UInt8]]>

    /// Holds `objects`: bytes by key.
    package init(_ objects: [String: [UInt8]]) {
        self.objects = Mutex(objects)
    }

    /// Changes an object behind everyone's back; nil is an object that is not there.
    package func change(_ key: String, _ body: (inout [UInt8]?) -> Void) {
        objects.withLock { body(&$0[key]) }
    }

    /// Stores what is not there yet.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        let isRefused = objects.withLock { objects in
            guard let present = objects[key] else {
                objects[key] = bytes
                return false
            }
            return present.count != bytes.count
        }
        if isRefused {
            throw .exists(key: key, place: place)
        }
    }

    /// Sets aside what is there, if anything is, and stores.
    package func heal(_ bytes: [UInt8], at key: String) throws(StoreError) {
        setAside(key)
        try put(bytes, at: key)
    }

    /// Moves an object to `quarantine/`, as a store on a disk does.
    package func setAside(_ key: String) {
        objects.withLock { objects in
            guard let bytes = objects.removeValue(forKey: key) else {
                return
            }
            let aside = "quarantine/\(key.replacing("/", with: "-"))"
            var number = 1
            while objects["\(aside).\(number)"] != nil {
                number += 1
            }
            objects["\(aside).\(number)"] = bytes
        }
    }

    /// Reads an object whole.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        let bytes = try bytes(key)
        guard bytes.count <= bytesMax else {
            throw .tooLarge(key: key, place: place, bytes: UInt64(bytes.count))
        }
        return bytes
    }

    /// Reads a part of an object.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        let bytes = try bytes(key)
        guard range.upperBound <= bytes.count else {
            throw .truncated(key: key, place: place)
        }
        return Array(bytes[range])
    }

    /// Reads an object in one block, or in none if it is empty.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        let bytes = try bytes(key)
        if !bytes.isEmpty {
            unsafe bytes.withUnsafeBytes { unsafe body($0) }
        }
    }

    /// The size of an object.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        objects.withLock { $0[key].map { UInt64($0.count) } }
    }

    /// Lists objects by what their keys begin with.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        objects.withLock { objects in
            objects.filter { $0.key.hasPrefix(prefix) }
                .map { StoredObject(key: $0.key, size: UInt64($0.value.count)) }
        }
    }

    private func bytes(_ key: String) throws(StoreError) -> [UInt8] {
        guard let bytes = objects.withLock({ $0[key] }) else {
            throw .missing(key: key, place: place)
        }
        return bytes
    }
}
