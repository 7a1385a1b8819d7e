import Format
package import PostgreSQL
package import Recovery

extension OpenedSnapshot {
    /// The facts of the live database, as they were sealed with its dump.
    ///
    /// - Throws: ``FormatError`` if the snapshot has none, or one that cannot be read.
    package func databaseWitness() throws -> Witness {
        guard let bytes = try attachment(DatabaseFile.witness) else {
            throw FormatError.invalid("the snapshot has no witness")
        }
        return try Witness(json: JSONValue(canonical: bytes, of: "a witness"))
    }
}
