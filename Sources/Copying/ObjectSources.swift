import Format
import Model
import ObjectStore
import Primitives

/// Stores of one repository, in which an object is looked for until one has it whole.
struct ObjectSources: Sendable {
    /// An object, and which store has it whole.
    struct Found: Sendable {
        let bytes: [UInt8]
        let place: String
    }

    /// Why a store was passed over.
    struct Flaw: Sendable {
        let place: String
        let code: FindingCode
        /// What it said; nil where its bytes say enough.
        let error: StoreError?
    }

    /// In which order they are asked.
    let stores: [any ObjectStore]

    /// Looks for an object.
    ///
    /// - Parameters:
    ///   - key: where it lies in each.
    ///   - name: what its bytes must hash to.
    ///   - bytesMax: what is longer is not it.
    /// - Returns: the object of the first store that has it whole, nil if none has; and what is
    ///   wrong with the stores before that one, in order.
    func find(
        _ key: String,
        _ name: ObjectName,
        bytesMax: Int
    ) -> (found: Found?, flaws: [Flaw]) {
        var flaws: [Flaw] = []
        for store in stores {
            let code: FindingCode
            var failure: StoreError?
            do throws(StoreError) {
                let bytes = try store.get(key, bytesMax: bytesMax)
                if ObjectName(SHA256.hash(bytes)) == name {
                    return (Found(bytes: bytes, place: store.place), flaws)
                }
                code = .objectDamaged
            } catch .missing {
                code = .objectMissing
            } catch .tooLarge {
                code = .objectDamaged
            } catch {
                code = .objectUnreadable
                failure = error
            }
            flaws.append(Flaw(place: store.place, code: code, error: failure))
        }
        return (nil, flaws)
    }

    /// Reads an object from one store after the other until its bytes are those of its name.
    ///
    /// - Parameters:
    ///   - item: which.
    ///   - ref: the snapshot that needs it, for findings; nil where that is told later.
    /// - Returns: its bytes, nil if no store has it whole; and what is wrong with the stores before
    ///   the one that has.
    /// - Throws: ``StoreError`` if the first store is away.
    func fetch(
        _ item: ObjectCarrier.Item,
        breaking ref: SnapshotRef? = nil
    ) throws(StoreError) -> (bytes: [UInt8]?, findings: [Finding]) {
        let bytesMax = Int(clamping: min(item.size, UInt64(Limits.objectBytesMax)))
        let (found, flaws) = find(item.key, item.name, bytesMax: bytesMax)
        // The first source says what there is; one that has gone away says nothing.
        if let error = flaws.first?.error, !isFirstThere {
            throw error
        }
        let findings = flaws.map { flaw in
            var evidence = ["store": flaw.place]
            evidence["reason"] = flaw.error?.description
            return Finding(
                flaw.code,
                .object(item.key),
                evidence: evidence,
                breaks: ref.map { [$0] } ?? []
            )
        }
        return (found?.bytes, findings)
    }

    /// Reads a list page; how long it is no signature says. Otherwise as ``fetch(_:breaking:)``.
    func fetch(
        page: ObjectName,
        breaking ref: SnapshotRef
    ) throws(StoreError) -> (bytes: [UInt8]?, findings: [Finding]) {
        let size = UInt64(ListPage.bytesMax)
        let most = ObjectCarrier.Item(key: StoreKey.list(page), name: page, size: size)
        return try fetch(most, breaking: ref)
    }

    private var isFirstThere: Bool {
        do throws(StoreError) {
            return try stores.first?.size(of: StoreKey.descriptor) != nil
        } catch {
            return false
        }
    }
}
