/// A store in which a damaged or missing object can be put right. Only `toride repair` asks for it.
package protocol HealableStore: ObjectStore {
    /// Gives a key these bytes, whatever lies there, and keeps what lay there where nobody reads
    /// it: in `quarantine/`, or as an older version.
    ///
    /// Killed at any moment, the bad object still has the key, or none has it, or the good one.
    ///
    /// - Parameters:
    ///   - bytes: the object whole; the caller has hashed them to the name that the key holds.
    ///   - key: of the object.
    /// - Throws: ``StoreError``, with what would let it be done as its hint.
    func heal(_ bytes: [UInt8], at key: String) throws(StoreError)
}
