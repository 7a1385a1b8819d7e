import Format
import Model
package import ObjectStore
import Primitives
import Synchronization
package import Workers

/// Reads objects from front to back on several threads and hashes them to their names; what is
/// wrong is read once more before it is told.
package struct DueReading: Sendable {
    /// What became of an object.
    package enum Outcome: Hashable, Sendable {
        /// Its bytes are those of its name.
        case whole
        /// They were not at first, and are at the second look.
        case wholeAtLast
        /// They are not; how many there are.
        case damaged(bytes: UInt64)
        /// It is not there.
        case missing
        /// It could not be read to its end.
        case unreadable(reason: String)
    }

    /// An object that was read, and what became of it.
    package struct Result: Sendable {
        /// Which.
        package let object: StoredObject
        /// What became of it.
        package let outcome: Outcome
    }

    private let store: any ObjectStore
    private let cached: (any CachedStore)?
    private let stop: StopFlag

    /// Prepares to read.
    ///
    /// - Parameters:
    ///   - store: where from.
    ///   - limit: on what is read in a second; nil for none.
    ///   - stop: asked between objects.
    package init(_ store: any ObjectStore, limit: RateLimit?, stop: StopFlag) {
        self.store = limit.map { RateLimitedStore(store, $0) } ?? store
        cached = store as? any CachedStore
        self.stop = stop
    }

    /// Reads some.
    ///
    /// - Parameters:
    ///   - objects: which; those whose keys hold no name are left out.
    ///   - mayGoOn: asked between objects.
    ///   - progress: told of the bytes of each that was read.
    /// - Returns: what became of those that were read, in no special order; and why the others
    ///   were not, where the store stopped answering.
    package func run(
        _ objects: [StoredObject],
        while mayGoOn: @Sendable @escaping () -> Bool,
        progress: @Sendable @escaping (UInt64) -> Void
    ) -> (results: [Result], failure: StoreError?) {
        let next = Atomic(0)
        let state = Mutex<(results: [Result], failure: StoreError?)>(([], nil))
        Workers.run(min(Workers.suitable, max(1, objects.count))) { _ in
            while !stop.isStopping, mayGoOn(), state.withLock({ $0.failure == nil }) {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < objects.count else {
                    return
                }
                let object = objects[number]
                guard let name = StoredKind(key: object.key).name else {
                    continue
                }
                do throws(StoreError) {
                    let outcome = try judge(object, name)
                    state.withLock {
                        $0.results.append(Result(object: object, outcome: outcome))
                    }
                    progress(object.size)
                } catch {
                    state.withLock { $0.failure = $0.failure ?? error }
                }
            }
        }
        return state.withLock { $0 }
    }

    private func judge(
        _ object: StoredObject,
        _ name: ObjectName
    ) throws(StoreError) -> Outcome {
        guard try read(object, name) != .whole else {
            return .whole
        }
        // Memory and cables lie too: what a cache may have spoilt is read from the disk.
        cached?.forgetCache(of: object.key)
        let second = try read(object, name)
        return second == .whole ? .wholeAtLast : second
    }

    private func read(
        _ object: StoredObject,
        _ name: ObjectName
    ) throws(StoreError) -> Outcome {
        let digest = SHA256()
        var bytes: UInt64 = 0
        do throws(StoreError) {
            unsafe try store.stream(object.key) { block in
                unsafe digest.update(block)
                bytes += UInt64(block.count)
            }
        } catch {
            switch error {
            case .missing: return .missing
            // A store that is gone says nothing about its objects; one that answers for their sizes
            // is not gone.
            case .busy where store.answers(for: object.key):
                return .unreadable(reason: error.description)
            case .busy, .unavailable: throw error
            default: return .unreadable(reason: error.description)
            }
        }
        return ObjectName(digest.finish()) == name ? .whole : .damaged(bytes: bytes)
    }
}
