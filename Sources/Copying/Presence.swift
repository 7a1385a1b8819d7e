import Format
import Model
import ObjectStore

/// What lies in the target, as it was listed once, and what a run has dealt with since.
struct Presence {
    /// How an object lies there.
    enum Look: Equatable {
        case absent
        /// At its full size.
        case whole
        case otherSize(UInt64)
    }

    private var sizes: [String: UInt64] = [:]
    private var done: Set<String> = []

    /// Knows of nothing.
    init() {}

    /// Lists `target`.
    ///
    /// - Throws: ``StoreError`` if it does not tell what it has.
    init(of target: any ObjectStore) throws(StoreError) {
        for object in try target.list(prefix: "") {
            sizes[object.key] = object.size
        }
    }

    /// How an object lies there.
    func look(for item: ObjectCarrier.Item) -> Look {
        guard let size = sizes[item.key] else {
            return .absent
        }
        return item.size == size ? .whole : .otherSize(size)
    }

    /// Whether the run has dealt with an object: it is there.
    func isDone(_ key: String) -> Bool { done.contains(key) }

    /// Remembers what is there now.
    mutating func note(_ keys: [String]) {
        done.formUnion(keys)
    }
}
