import Format
package import PostgreSQL
package import Recovery

extension OpenedSnapshot {
    /// Makes sure that the dump and the roles are plain files. Whoever made the snapshot decides
    /// what they are: opening a fifo would wait for ever, and a link would lead to files of the
    /// machine that restores.
    ///
    /// - Throws: ``FormatError`` if one is missing or something else.
    package func demandDatabaseFiles() throws {
        for name in [DatabaseFile.dump, DatabaseFile.roles] {
            guard case .regular = try record(at: Array(name.utf8))?.kind else {
                throw FormatError.invalid("the snapshot has no plain file \(name)")
            }
        }
    }

    /// The facts of the live database, as they were sealed with its dump.
    ///
    /// - Throws: ``FormatError`` if the snapshot has none, or one that cannot be read.
    package func databaseWitness() throws -> Witness {
        guard let bytes = try attachment(DatabaseFile.witness) else {
            throw FormatError.invalid("the snapshot has no witness")
        }
        return try Witness(canonical: bytes)
    }
}
