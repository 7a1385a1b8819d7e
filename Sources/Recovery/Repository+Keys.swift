package import Format
import Model
package import Opening
package import Repository
package import Sealing

extension Repository {
    /// Opens a key object with an identity.
    ///
    /// - Parameters:
    ///   - object: where it lies.
    ///   - scope: the repository and the set whose key it must be.
    ///   - identities: one of them is a recipient.
    ///   - sealedTo: the recipients as far as they are known, for the error's hint only.
    /// - Returns: the key, which must still show that it is the one that it says.
    /// - Throws: ``RepositoryError`` if the object cannot be read or is damaged; ``OpeningError``
    ///   if no identity fits; ``FormatError`` if it seals no key of ours;
    ///   ``RecoveryError/foreignKey(_:)`` if the key is of another set or repository.
    package func openKey(
        _ object: ObjectRef,
        of scope: SealingScope,
        with identities: borrowing AgeIdentities,
        sealedTo: [AgeRecipient] = []
    ) throws -> OpenedKey {
        let bytes = try get(
            object.storeKey,
            name: object.name,
            bytesMax: Limits.keyObjectBytesMax
        )
        let plaintext = try AgeOpener.open(bytes, with: identities, sealedTo: sealedTo)
        let key = try KeyObject.parts(plaintext)
        let payload = key.payload
        guard payload.set == scope.set, payload.repository == scope.repository else {
            throw RecoveryError.foreignKey(object.storeKey)
        }
        return key
    }
}
