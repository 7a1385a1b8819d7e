import Model

/// A store in a file system that can make files immutable: whoever lacks the right to take the flag
/// away again can neither change nor remove them.
package protocol FlaggedStore: ObjectStore {
    /// Whether what is stored here is to be immutable.
    var isImmutable: Bool { get }

    /// Whether an object is immutable now.
    func isFlagged(_ key: String) throws(StoreError) -> Bool

    /// Makes an object immutable, unless it is.
    ///
    /// - Parameter key: of the object.
    /// - Returns: why it cannot be; nil if it is now.
    /// - Throws: ``StoreError`` if it cannot be looked at.
    func protect(_ key: String) throws(StoreError) -> String?
}
