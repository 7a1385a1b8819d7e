package import Processes

/// A database to be backed up.
package struct DatabaseSource: Sendable {
    /// Which server.
    package let server: ConnectionInfo
    /// Which database of it.
    package let database: String
    /// The columns whose newest value is wanted: `schema.table.column` or `table.column`.
    package let clinicalTimes: [String]

    /// Describes a source.
    ///
    /// - Parameters:
    ///   - connection: libpq's connection string; its dbname is overridden.
    ///   - database: the name of the database.
    ///   - clinicalTimes: columns for the recovery point.
    /// - Throws: ``DatabaseError/badConnectionString``.
    package init(
        connection: String,
        database: String,
        clinicalTimes: [String] = []
    ) throws(DatabaseError) {
        self.init(
            server: try ConnectionInfo(connection),
            database: database,
            clinicalTimes: clinicalTimes
        )
    }

    /// Describes a source on a server that is known already.
    package init(server: ConnectionInfo, database: String, clinicalTimes: [String] = []) {
        self.server = server.database(database)
        self.database = database
        self.clinicalTimes = clinicalTimes
    }

    /// Lends a view of the database that does not change while `body` runs.
    ///
    /// One read-only transaction at the level of repeatable read exports its snapshot; the witness
    /// is gathered in it and pg_dump runs in it. The canary is committed just before, by a session
    /// of its own; if that fails the view is taken all the same and the failure is told.
    ///
    /// - Parameters:
    ///   - canary: a row to commit first; nil for none.
    ///   - isStopping: asked often; true ends what runs.
    ///   - body: works with the view on this thread.
    /// - Returns: what `body` returned.
    /// - Throws: ``DatabaseError``, what `body` throws; also if the transaction did not live to
    ///   the end, for then the view was not one.
    package func withSnapshot<R>(
        canary: CanaryRow? = nil,
        isStopping: @escaping @Sendable () -> Bool = { false },
        _ body: (borrowing DatabaseSnapshot) throws -> R
    ) throws -> R {
        let canaryFailure = canary.flatMap(commit)
        // The witness reads whole tables: no limit on the statement but the one on the whole.
        let connection = try Connection.open(server, statementTimeout: .zero)
        let tools = try PostgreSQLTools.find(.client, major: connection.serverVersion / 10_000)
        try connection.query(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            for: "begin a consistent view"
        )
        let exported = try connection.query(
            "SELECT pg_export_snapshot()",
            for: "export the consistent view"
        )
        guard let snapshot = exported.single else {
            throw DatabaseError.connectionLost("export the consistent view")
        }
        let gatherer = WitnessGatherer(
            clinicalTimes: clinicalTimes,
            canaryID: canary?.id,
            isStopping: isStopping
        )
        let witness = try gatherer.gather(inTransactionOf: connection)
        let dumper = Dumper(server: server, tools: tools, isStopping: isStopping)
        let roles = try dumper.roles(withPasswords: try connection.isSuperuser())
        let result = try body(
            DatabaseSnapshot(
                witness: witness,
                roles: roles,
                canaryFailure: canaryFailure,
                dumper: dumper,
                snapshot: snapshot
            )
        )
        try connection.query("COMMIT", for: "end the consistent view")
        return result
    }

    private func commit(_ canary: CanaryRow) -> DatabaseError? {
        do throws(DatabaseError) {
            let connection = try Connection.open(server, statementTimeout: .seconds(60))
            try Canary.commit(canary, to: connection)
            return nil
        } catch {
            return error
        }
    }
}

/// A view of a database, as one moment saw it.
package struct DatabaseSnapshot: ~Copyable {
    /// The facts, of this very view.
    package let witness: Witness
    /// The roles of the whole server: taken beside the view, for roles belong to none.
    package let roles: RolesDump
    /// Why the canary could not be committed; nil if it was, or none was asked for.
    package let canaryFailure: DatabaseError?

    fileprivate let dumper: Dumper
    fileprivate let snapshot: String

    /// Runs pg_dump in this view and lends its output: an archive in the custom format, not
    /// compressed.
    ///
    /// - Parameter body: reads the whole stream with ``RunningProcess/read(into:)``, which gives 0
    ///   only after pg_dump has ended in success.
    /// - Returns: what `body` returned.
    /// - Throws: ``DatabaseError/toolFailed(_:status:messages:)`` if pg_dump did not end in
    ///   success or `body` did not read to the end; what `body` throws.
    package borrowing func withDump<R>(_ body: (borrowing RunningProcess) throws -> R) throws -> R {
        try dumper.withDump(snapshot: snapshot, body)
    }
}

extension Connection {
    /// Whether the session's user may do everything.
    package borrowing func isSuperuser() throws(DatabaseError) -> Bool {
        let setting = try query(
            "SELECT current_setting('is_superuser')",
            for: "the rights of the session"
        )
        return setting.single == "on"
    }
}
