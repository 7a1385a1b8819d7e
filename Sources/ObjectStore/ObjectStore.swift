package import Model

/// A place that keeps objects: write-once, listed by key, read whole or in part.
///
/// All calls block and may come from several threads at once.
package protocol ObjectStore: Sendable {
    /// For messages: the configured name and the place, as `primary (/srv/toride)`.
    var place: String { get }

    /// Stores `bytes` under `key`, durably: when it returns, a power cut does not lose them.
    ///
    /// Never overwrites. If an object of the same size is there already it returns as if it had
    /// stored; every key of what a snapshot needs holds the hash of its bytes, so that is the same
    /// object or a damaged one, and telling these apart is verification's work.
    ///
    /// - Throws: ``StoreError/exists(key:place:)`` if another size is there;
    ///   ``StoreError/failed(operation:key:place:reason:hint:)`` for anything else.
    func put(_ bytes: [UInt8], at key: String) throws(StoreError)

    /// Reads an object of at most `bytesMax` bytes whole.
    ///
    /// - Throws: ``StoreError/missing(key:place:)``, ``StoreError/tooLarge(key:place:bytes:)``.
    func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8]

    /// Reads exactly the bytes of `range`.
    ///
    /// - Throws: ``StoreError/truncated(key:place:)`` if the object ends before the range does.
    func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8]

    /// Reads an object from front to back in blocks; `body` sees each block once, in order.
    func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError)

    /// The size of an object; nil if there is none.
    func size(of key: String) throws(StoreError) -> UInt64?

    /// Every object whose key begins with `prefix`, in no special order.
    func list(prefix: String) throws(StoreError) -> [StoredObject]
}

/// What a listing tells of an object.
package struct StoredObject: Hashable, Sendable {
    /// Its key.
    package let key: String
    /// The number of its stored bytes.
    package let size: UInt64
    /// What another object of the same key and size would not have: one word, as the store makes
    /// it. Nil where a store has nothing of the kind.
    package let mark: String?

    /// Tells of an object.
    package init(key: String, size: UInt64, mark: String? = nil) {
        self.key = key
        self.size = size
        self.mark = mark
    }
}

/// Why a store did not do what it was asked.
package enum StoreError: ToldError, Equatable {
    /// There is no such object.
    case missing(key: String, place: String)
    /// Something else lies under the key already.
    case exists(key: String, place: String)
    /// The object is larger than the caller can take.
    case tooLarge(key: String, place: String, bytes: UInt64)
    /// The object ends before the range that was asked for.
    case truncated(key: String, place: String)
    /// The store itself is not there or not ready.
    case unavailable(place: String, reason: String, hint: String)
    /// The store was too slow, too busy or cut off: the same may go well a little later.
    case busy(operation: String, key: String, place: String, reason: String)
    /// Reading or writing failed.
    case failed(operation: String, key: String, place: String, reason: String, hint: String)

    package var description: String {
        switch self {
        case .missing(let key, let place): "\(place): there is no object \(key)"
        case .exists(let key, let place): "\(place): \(key) exists already with other bytes"
        case .tooLarge(let key, let place, let bytes):
            "\(place): \(key) is too large (\(ByteCount(bytes)))"
        case .truncated(let key, let place): "\(place): \(key) is shorter than it must be"
        case .unavailable(let place, let reason, _): "\(place): \(reason)"
        case .busy(let operation, let key, let place, let reason),
            .failed(let operation, let key, let place, let reason, _):
            "\(place): \(operation) \(key): \(reason)"
        }
    }

    package var hint: String {
        switch self {
        case .missing, .exists, .tooLarge, .truncated: "run `toride verify` to see what is damaged"
        case .busy: "look what the store is busy with, then run this again"
        case .unavailable(_, _, let hint), .failed(_, _, _, _, let hint): hint
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .missing, .exists, .tooLarge, .truncated: .failed
        case .unavailable, .busy, .failed: .couldNotLook
        }
    }
}
