extension Connection {
    /// Runs somebody else's query: in a read-only transaction that is rolled back, with `public`
    /// for a search path.
    ///
    /// - Parameters:
    ///   - sql: one statement.
    ///   - what: what is asked for, for messages.
    ///   - bytesMax: how many bytes of values the answer may have.
    /// - Returns: all rows.
    /// - Throws: ``DatabaseError``.
    package borrowing func ask(
        _ sql: String,
        for what: String,
        bytesMax: Int = 1 << 20
    ) throws(DatabaseError) -> Rows {
        try query("BEGIN READ ONLY", for: what)
        do throws(DatabaseError) {
            try query("SET LOCAL search_path = public", for: what)
            let rows = try query(sql, for: what, bytesMax: bytesMax)
            try query("ROLLBACK", for: what)
            return rows
        } catch {
            _ = try? query("ROLLBACK", for: what)
            throw error
        }
    }

    /// Limits how long one statement may take from now on; zero for ever.
    package borrowing func setStatementTimeout(_ time: Duration) throws(DatabaseError) {
        let milliseconds = Int(time / .milliseconds(1))
        try query("SET statement_timeout = \(milliseconds)", for: "settings of the session")
    }
}

/// Names and values in SQL text.
enum SQLText {
    /// A name in double quotes.
    static func name(_ name: String) -> String {
        "\""
            + name.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    /// A string in single quotes, for `standard_conforming_strings = on`.
    static func string(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "''") + "'"
    }
}
