package import ObjectStore

/// A store of which some objects are other than they are: what a control asks judges and finders
/// of. Nothing is ever written; the store itself is only read.
package struct AlteredStore: ObjectStore {
    /// How an object appears.
    package enum Appearance: Sendable {
        /// As it is.
        case asItIs
        /// Not at all.
        case gone
        /// With other bytes.
        case replaced([UInt8])
    }

    private let base: any ObjectStore
    private let appearance: @Sendable (_ key: String) -> Appearance

    /// Lays something before a store.
    ///
    /// - Parameters:
    ///   - base: the store, which stays as it is.
    ///   - appearance: how the object of a key appears.
    package init(
        _ base: any ObjectStore,
        _ appearance: @escaping @Sendable (_ key: String) -> Appearance
    ) {
        self.base = base
        self.appearance = appearance
    }

    /// That of the store itself.
    package var place: String { base.place }

    /// Refuses.
    package func put(_ bytes: [UInt8], at key: String) throws(StoreError) {
        throw .failed(
            operation: "writing",
            key: key,
            place: place,
            reason: "a control writes nothing",
            hint: "report it as a fault of Toride"
        )
    }

    /// Reads an object whole.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        guard let bytes = try replacement(of: key) else {
            return try base.get(key, bytesMax: bytesMax)
        }
        guard bytes.count <= bytesMax else {
            throw .tooLarge(key: key, place: place, bytes: UInt64(bytes.count))
        }
        return bytes
    }

    /// Reads a part of an object.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        guard let bytes = try replacement(of: key) else {
            return try base.get(key, range: range)
        }
        guard range.upperBound <= bytes.count else {
            throw .truncated(key: key, place: place)
        }
        return Array(bytes[range])
    }

    /// Reads an object in the blocks of the store itself, what stands in its place in one.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        guard let bytes = try replacement(of: key) else {
            return unsafe try base.stream(key, body)
        }
        unsafe bytes.withUnsafeBytes { unsafe body($0) }
    }

    /// The size of an object as it appears; nil if it does not.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        switch appearance(key) {
        case .asItIs: try base.size(of: key)
        case .gone: nil
        case .replaced(let bytes): UInt64(bytes.count)
        }
    }

    /// As the store itself lists, with its objects as they appear.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        try base.list(prefix: prefix).compactMap { object in
            switch appearance(object.key) {
            case .asItIs: object
            case .gone: nil
            case .replaced(let bytes): StoredObject(key: object.key, size: UInt64(bytes.count))
            }
        }
    }

    /// - Returns: nil for an object that appears as it is.
    private func replacement(of key: String) throws(StoreError) -> [UInt8]? {
        switch appearance(key) {
        case .asItIs: nil
        case .gone: throw .missing(key: key, place: place)
        case .replaced(let bytes): bytes
        }
    }
}
