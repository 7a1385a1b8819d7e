package import ObjectStore

/// What a verification that was stopped has read, and where its successor notes what it reads.
package protocol ReadingMemory: Sendable {
    /// Whether this very object was read to its end, and was what its name says.
    func has(_ object: StoredObject) -> Bool

    /// Notes that an object was read to its end, and was what its name says.
    func note(_ object: StoredObject)
}
