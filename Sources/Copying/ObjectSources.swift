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
}
