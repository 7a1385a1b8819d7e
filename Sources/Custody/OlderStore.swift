import Format
import Model
import ObjectStore

/// A store as it was before a snapshot of a set came into it: the manifests of that one and of the
/// later ones are not there. What a control asks the finder of; the store itself is only read.
struct OlderStore: ObjectStore {
    private let base: any ObjectStore
    private let end: SnapshotRef

    /// Sets a store back.
    ///
    /// - Parameters:
    ///   - base: the store, which stays as it is.
    ///   - end: the first snapshot that is not there.
    init(_ base: any ObjectStore, before end: SnapshotRef) {
        self.base = base
        self.end = end
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
        try demand(key)
        return try base.get(key, bytesMax: bytesMax)
    }

    /// Reads a part of an object.
    func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        try demand(key)
        return try base.get(key, range: range)
    }

    /// Reads an object in the blocks of the store itself.
    func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        try demand(key)
        unsafe try base.stream(key, body)
    }

    /// The size of an object.
    func size(of key: String) throws(StoreError) -> UInt64? {
        isLater(key) ? nil : try base.size(of: key)
    }

    /// As the store itself lists, without what came later.
    func list(prefix: String) throws(StoreError) -> [StoredObject] {
        try base.list(prefix: prefix).filter { !isLater($0.key) }
    }

    private func isLater(_ key: String) -> Bool {
        guard case .manifest(let set, let sequence, _) = StoredKind(key: key) else {
            return false
        }
        return set == end.set && sequence >= end.sequence
    }

    private func demand(_ key: String) throws(StoreError) {
        guard !isLater(key) else {
            throw .missing(key: key, place: place)
        }
    }
}
