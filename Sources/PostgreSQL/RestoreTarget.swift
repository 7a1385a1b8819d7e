/// A database that shall take a dump: it is there, and nothing is in it.
package struct RestoreTarget: Sendable {
    /// How to reach it.
    package let server: ConnectionInfo
    /// What the server calls it.
    package let database: String

    /// Looks at a database.
    ///
    /// - Parameter server: names the database too; else libpq would take one that is called like
    ///   the user, which nobody has asked for.
    /// - Returns: the database, by the name that the server gives it.
    /// - Throws: ``DatabaseError/noDatabaseNamed``, ``DatabaseError/targetNotEmpty(_:)``,
    ///   ``DatabaseError/notConnected(_:)``.
    package static func examine(_ server: ConnectionInfo) throws(DatabaseError) -> RestoreTarget {
        guard server.namesDatabase else {
            throw .noDatabaseNamed
        }
        let connection = try Connection.open(server)
        let facts = try DatabaseFacts.read(from: connection)
        guard try connection.isEmpty() else {
            throw .targetNotEmpty(facts.name)
        }
        return RestoreTarget(server: server.database(facts.name), database: facts.name)
    }
}

extension Connection {
    /// Whether the database holds nothing of anybody's.
    borrowing func isEmpty() throws(DatabaseError) -> Bool {
        let own = WitnessQueries.isUserSchema
        let found = try query(
            """
            SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE \(own) AND \(WitnessQueries.isOwn("pg_class", "c.oid")))
            OR EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE \(own) AND \(WitnessQueries.isOwn("pg_proc", "p.oid")))
            OR EXISTS (SELECT FROM pg_namespace n WHERE \(own) AND n.nspname <> 'public'
                AND \(WitnessQueries.isOwn("pg_namespace", "n.oid")))
            OR EXISTS (SELECT FROM pg_largeobject_metadata)
            """,
            for: "what the database holds"
        )
        return found.single == "f"
    }
}
