/// A store that is an area of its own, which others are to be unable to enter
/// (docs/decisions/0019). Only `toride copy attack` and tests ask this of one.
package protocol SeparateStore: ObjectStore {
    /// The service in which the area lies; names of owners mean nothing outside of it.
    var service: String { get }

    /// Looks into the area with the store's own credentials.
    ///
    /// - Throws: ``StoreError`` if they do not open it now.
    func checkCredentials() throws(StoreError)

    /// Lists, reads, deletes and writes here with the credentials of another store, or with none.
    ///
    /// - Parameters:
    ///   - stranger: whose credentials; nil for none.
    ///   - key: an object that is here, to be read.
    ///   - other: a key that nothing has, to be deleted and written.
    /// - Returns: that one of the four was done; or that all were refused to who asks, and the
    ///   word for the last.
    /// - Throws: ``StoreError`` if one of them was answered in any other way, and none was done; or
    ///   if it was not asked, for the credentials could be read on the way.
    func trespass(
        by stranger: (any SeparateStore)?,
        on key: String,
        writing other: String
    ) throws(StoreError) -> AttackAnswer

    /// Who owns the area, and who was given a right on it.
    ///
    /// - Throws: ``StoreError`` if the service does not tell.
    func accessList() throws(StoreError) -> AccessList

    /// Whether a policy lets everybody in, whatever the access list says.
    ///
    /// - Throws: ``StoreError`` if the service has policies and does not tell.
    func isPublic() throws(StoreError) -> Bool
}
