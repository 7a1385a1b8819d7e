extension Connection {
    /// The names of the server's databases that may hold somebody's data: no templates, and not
    /// `postgres`, which is there to connect to.
    ///
    /// - Throws: ``DatabaseError``.
    package borrowing func databases() throws(DatabaseError) -> [String] {
        try query(
            """
            SELECT datname::text FROM pg_database
            WHERE datallowconn AND NOT datistemplate AND datname <> 'postgres' ORDER BY 1
            """,
            for: "the list of databases"
        ).firstColumn
    }
}
