import Format
import Model
import Primitives

extension MediumDocument {
    /// What a medium that is new says of itself.
    ///
    /// - Parameters:
    ///   - label: what stands on its outside.
    ///   - repository: what it carries.
    ///   - made: by the host's clock.
    /// - Returns: a document with an id that no other has.
    /// - Throws: ``MediaError/label(_:)``; ``CryptoError``.
    static func new(
        _ label: String,
        of repository: RepositoryID,
        made: Timestamp
    ) throws -> Self {
        let id = try Randomness.id()
        do throws(FormatError) {
            return try Self(id: id, label: label, repository: repository, made: made)
        } catch {
            throw MediaError.label(error.description)
        }
    }
}
