package import ObjectStore
import Synchronization

/// A store that fails where a test wants it to; everything else goes to the store behind it.
package final class FaultyStore: HealableStore {
    /// What goes wrong.
    package struct Faults: Sendable {
        /// The disk is full once so many bytes were written; nil for a disk without end. As on a
        /// real disk, what fits beforehand is written.
        package var roomBytes: Int?
        /// Objects that give EIO when they are read.
        package var unreadable: Set<String> = []
        /// Objects that are gone.
        package var missing: Set<String> = []
        /// Objects that end after so many bytes.
        package var truncated: [String: Int] = [:]
        /// Keys that cannot be written, by what they begin with.
        package var unwritable: String?

        /// Nothing.
        package init() {}
    }

    private let base: any ObjectStore
    private let state: Mutex<(faults: Faults, written: Int, puts: Int)>

    /// Wraps `base`.
    package init(_ base: any ObjectStore, _ faults: Faults = Faults()) {
        self.base = base
        state = Mutex((faults, 0, 0))
    }

    /// The place of the store behind it, marked as faulty.
    package var place: String { "faulty \(base.place)" }

    /// Changes what goes wrong.
    package func change(_ body: (inout Faults) -> Void) {
        state.withLock { body(&$0.faults) }
    }

    /// Stores, unless the key cannot be written or the disk is full.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        let reason: String? = state.withLock { state in
            if let prefix = state.faults.unwritable, key.hasPrefix(prefix) {
                return "Read-only file system"
            }
            if let room = state.faults.roomBytes, state.written + bytes.count > room {
                return "No space left on device"
            }
            state.written += bytes.count
            return nil
        }
        if let reason {
            throw failed("writing", key, reason)
        }
        try base.put(bytes, at: key)
    }

    /// Sets aside what is there and stores, unless the disk is full by then: nothing has the name
    /// then. Only of a store in memory.
    package func heal(_ bytes: [UInt8], at key: String) throws(StoreError) {
        guard let memory = base as? MemoryStore else {
            throw failed("healing", key, "not in memory")
        }
        memory.setAside(key)
        try put(bytes, at: key)
    }

    /// Reads what the faults leave of an object.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        let end = try look(key)
        let bytes = try base.get(key, bytesMax: bytesMax)
        return Array(bytes.prefix(end))
    }

    /// Reads a part, unless the object now ends before it.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        guard try look(key) >= range.upperBound else {
            throw .truncated(key: key, place: place)
        }
        return try base.get(key, range: range)
    }

    /// Reads what the faults leave of an object, in the blocks of the store behind it.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        var left = try look(key)
        unsafe try base.stream(key) { block in
            let count = min(left, block.count)
            unsafe body(UnsafeRawBufferPointer(rebasing: block[..<count]))
            left -= count
        }
    }

    /// The size as the faults leave it.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        let faults = state.withLock(\.faults)
        guard !faults.missing.contains(key), let size = try base.size(of: key) else {
            return nil
        }
        return min(size, UInt64(faults.truncated[key] ?? .max))
    }

    /// Lists what is not gone, with sizes as the faults leave them.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        let faults = state.withLock(\.faults)
        return try base.list(prefix: prefix).compactMap { object in
            guard !faults.missing.contains(object.key) else {
                return nil
            }
            let end = faults.truncated[object.key].map { UInt64($0) } ?? object.size
            return StoredObject(key: object.key, size: min(object.size, end), mark: object.mark)
        }
    }

    /// Where the object ends for whoever reads it.
    private func look(_ key: String) throws(StoreError) -> Int {
        let faults = state.withLock(\.faults)
        guard !faults.missing.contains(key) else {
            throw .missing(key: key, place: place)
        }
        guard !faults.unreadable.contains(key) else {
            throw failed("reading", key, "Input/output error")
        }
        return faults.truncated[key] ?? .max
    }

    private func failed(_ operation: String, _ key: String, _ reason: String) -> StoreError {
        .failed(
            operation: operation,
            key: key,
            place: place,
            reason: reason,
            hint: "a test's fault"
        )
    }
}
