import Format
import Model
import ObjectStore
import Primitives
import Synchronization
import Workers

/// Reads objects from front to back on several threads and hashes them; those that it remembers it
/// need not read again.
struct Reading: Sendable {
    struct Result: Sendable {
        let name: ObjectName
        let key: String
        let digest: Digest
        let bytes: UInt64
        /// Why the object could not be read to its end.
        let failure: String?
        /// Whether it was read by the verification that this one goes on with.
        var isRemembered = false
    }

    let store: any ObjectStore
    let stop: StopFlag
    let memory: (any ReadingMemory)?
    let progress: Verifier.Progress

    /// Reads all of `objects`; a result each, in the same order.
    ///
    /// - Throws: ``StoreError`` if the store went away meanwhile, which says nothing about its
    ///   objects; ``Stopped``.
    func run(_ objects: [(name: ObjectName, object: StoredObject)]) throws -> [Result] {
        let total = objects.reduce(0) { sum, next in
            remembers(next.object) ? sum : sum + weight(next.object)
        }
        let next = Atomic(0)
        let done = Atomic<UInt64>(0)
        let results = Mutex<[Int: Result]>([:])
        let absence = Mutex<StoreError?>(nil)
        Workers.run(min(Workers.suitable, max(1, objects.count))) { _ in
            while !stop.isStopping, absence.withLock({ $0 == nil }) {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < objects.count else {
                    return
                }
                let (name, object) = objects[number]
                if remembers(object) {
                    results.withLock { $0[number] = Result(remembered: name, object) }
                    continue
                }
                let result: Result
                do throws(StoreError) {
                    result = try read(name, object)
                } catch {
                    absence.withLock { $0 = $0 ?? error }
                    return
                }
                if result.failure == nil, ObjectName(result.digest) == name,
                    result.bytes == object.size, mayBeRemembered(object)
                {
                    memory?.note(object)
                }
                results.withLock { $0[number] = result }
                progress(done.add(weight(object), ordering: .relaxed).newValue, total)
            }
        }
        try stop.check()
        if let error = absence.withLock({ $0 }) {
            throw error
        }
        return results.withLock { results in objects.indices.compactMap { results[$0] } }
    }

    /// Whether an object of its kind may be remembered. Who goes by list pages and records passes
    /// over what is wrong with their bytes, for it is told here: so they are read each time.
    private func mayBeRemembered(_ object: StoredObject) -> Bool {
        ["packs/", "index/", "keys/"].contains { object.key.hasPrefix($0) }
    }

    private func remembers(_ object: StoredObject) -> Bool {
        mayBeRemembered(object) && memory?.has(object) ?? false
    }

    /// What an object adds to how far it is: a store may list any size.
    private func weight(_ object: StoredObject) -> UInt64 {
        min(object.size, UInt64(Limits.objectBytesMax))
    }

    /// Reads one; what is wrong with it is no throw.
    ///
    /// - Throws: ``StoreError`` if the store is not there any more.
    private func read(
        _ name: ObjectName,
        _ object: StoredObject
    ) throws(StoreError) -> Result {
        let digest = SHA256()
        var bytes: UInt64 = 0
        var failure: String?
        do throws(StoreError) {
            unsafe try store.stream(object.key) { block in
                unsafe digest.update(block)
                bytes += UInt64(block.count)
            }
        } catch {
            switch error {
            case .busy, .unavailable:
                guard store.answers(for: object.key) else {
                    throw error
                }
            default: break
            }
            failure = error.description
        }
        return Result(
            name: name,
            key: object.key,
            digest: digest.finish(),
            bytes: bytes,
            failure: failure
        )
    }
}

extension ObjectStore {
    /// Whether a store that did not give an object to be read answers at all.
    func answers(for key: String) -> Bool {
        do throws(StoreError) {
            _ = try size(of: key)
            return true
        } catch {
            return false
        }
    }
}

extension Reading.Result {
    /// What was noted only because it was so.
    init(remembered name: ObjectName, _ object: StoredObject) {
        self.init(
            name: name,
            key: object.key,
            digest: name.digest,
            bytes: object.size,
            failure: nil,
            isRemembered: true
        )
    }
}
