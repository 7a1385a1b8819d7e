extension DatabaseFacts {
    /// Reads what the connection's own database is made with.
    static func read(from connection: borrowing Connection) throws(DatabaseError) -> DatabaseFacts {
        // The provider came with 15 for databases, and its locale changed its name in 17.
        let provider = connection.serverVersion >= 150_000 ? "datlocprovider::text" : "'c'"
        let locale =
            switch connection.serverVersion {
            case 170_000...: "datlocale"
            case 150_000...: "daticulocale"
            default: "NULL"
            }
        let rows = try connection.query(
            """
            SELECT datname, pg_encoding_to_char(encoding), datcollate, datctype, \(provider),
                \(locale) FROM pg_database WHERE datname = current_database()
            """,
            for: "the database"
        )
        let row = rows.values.first ?? Rows.Row()
        guard row.values.count == 6, let name = row[0], let encoding = row[1],
            let collation = row[2],
            let characterType = row[3], let provider = row[4]
        else {
            throw .connectionLost("the database")
        }
        return DatabaseFacts(
            name: name,
            encoding: encoding,
            collation: collation,
            characterType: characterType,
            localeProvider: provider,
            locale: row[5]
        )
    }
}
