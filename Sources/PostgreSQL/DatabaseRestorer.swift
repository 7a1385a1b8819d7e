import Processes

/// Restores a dump into a server.
package struct DatabaseRestorer: Sendable {
    /// Which server.
    package var server: ConnectionInfo
    /// How many jobs pg_restore runs at once.
    package var jobs = 2
    /// Whether a dump with ``DumpHazard``s is restored, and roles get powers over the server.
    package var allowsUntrusted = false
    /// Whether a locale that this machine lacks is replaced by `C`: for drills, where sorting
    /// decides nothing.
    package var replacesLocale = false
    /// How long pg_restore may take.
    package var timeout: Duration = .seconds(86_400)
    /// True ends what runs.
    package var isStopping: @Sendable () -> Bool = { false }
    /// Puts pg_restore where it shall run.
    var wrap: @Sendable (Command) -> Command = { $0 }

    /// Restores into `server`; its dbname is the database for the first connection, by default
    /// `postgres`.
    package init(server: ConnectionInfo) {
        self.server = server
    }

    /// What a restore did.
    package struct Report: Hashable, Sendable {
        /// Whether the database was made; else it was there and empty.
        package let created: Bool
        /// What became of the roles; nil if none were given.
        package let roles: RolesScript.Report?
        /// What the dump holds that could do more than restore; empty unless allowed.
        package let hazards: [DumpHazard]
        /// Whether it was restored with all powers over the server: then code that the dump runs
        /// while it is restored had them too.
        package let asSuperuser: Bool
        /// Whether the database's locale was replaced.
        package let replacedLocale: Bool
    }

    /// Restores a dump into a database that is new or empty.
    ///
    /// - Parameters:
    ///   - path: an archive of pg_dump in the custom format, to be read by whoever runs
    ///     pg_restore.
    ///   - database: the database's name.
    ///   - facts: what it is made with, from the witness; nil for the server's defaults.
    ///   - roles: roles to make first; nil if they are there.
    /// - Returns: what was done. The dump's content is not judged: compare witnesses.
    /// - Throws: ``DatabaseError/targetNotEmpty(_:)`` and ``DatabaseError/untrustedDump(_:)``
    ///   before anything is written; ``DatabaseError/toolFailed(_:status:messages:)`` if any
    ///   statement failed. The database is left as it is then: drop it.
    package func restore(
        dump path: String,
        into database: String,
        facts: DatabaseFacts? = nil,
        roles: RolesScript? = nil
    ) throws(DatabaseError) -> Report {
        let archive = try DumpArchive(path: path)
        let hazards = DumpScanner.scan(archive)
        guard allowsUntrusted || hazards.isEmpty else {
            throw .untrustedDump(hazards)
        }
        let target = try prepare(database, facts, roles)
        let major = max(target.serverMajor, archive.serverMajor ?? 0)
        let tools = try PostgreSQLTools.find(.client, major: major)
        for section in DatabaseRestorer.sections {
            try restore(section, of: path, into: database, tools)
        }
        return Report(
            created: target.created,
            roles: target.roles,
            hazards: hazards,
            asSuperuser: target.asSuperuser,
            replacedLocale: target.replacedLocale
        )
    }

    /// One after the other: in one run with several jobs pg_restore 15.20 makes a trigger of a
    /// partitioned table while its partitions are still being filled, for the table itself has no
    /// data to wait for. The trigger then changes rows (seen: decision 0002).
    private static let sections = ["pre-data", "data", "post-data"]

    private func restore(
        _ section: String,
        of path: String,
        into database: String,
        _ tools: PostgreSQLTools
    ) throws(DatabaseError) {
        let command = tools.command(
            "pg_restore",
            [
                "--section=\(section)", "--jobs=\(max(1, jobs))", "--exit-on-error",
                "--no-password", "--no-tablespaces",
                "--dbname=\(server.database(database).description)", path,
            ],
            environment: server.toolEnvironment
        )
        let output: ProcessOutput
        do throws(ProcessError) {
            output = try wrap(command).run(timeout: timeout, isStopping: isStopping)
        } catch {
            throw .process(error)
        }
        let messages = ServerMessages.errors(inToolOutput: output.errorTail)
        guard output.status.isSuccess, messages.isEmpty else {
            throw .toolFailed("pg_restore", status: output.status, messages: messages)
        }
    }

    private struct Target {
        var serverMajor: Int
        var asSuperuser: Bool
        var created = false
        var replacedLocale = false
        var roles: RolesScript.Report?
    }

    /// Makes the roles and the database.
    private func prepare(
        _ database: String,
        _ facts: DatabaseFacts?,
        _ roles: RolesScript?
    ) throws(DatabaseError) -> Target {
        let connection = try Connection.open(server.withDefaultDatabase)
        var target = Target(
            serverMajor: connection.serverVersion / 10_000,
            asSuperuser: try connection.isSuperuser()
        )
        let found = try connection.query(
            "SELECT count(*)::text FROM pg_database WHERE datname = $1",
            [database],
            for: "the list of databases"
        )
        if found.single != "0" {
            let inside = try Connection.open(server.database(database))
            guard try inside.isEmpty() else {
                throw .targetNotEmpty(database)
            }
        }
        target.roles = try roles?.apply(to: connection, trusted: allowsUntrusted)
        if found.single == "0" {
            target.replacedLocale = try make(database, facts, on: connection)
            target.created = true
        }
        return target
    }

    /// Makes the database; true if its locale had to be replaced.
    private func make(
        _ database: String,
        _ facts: DatabaseFacts?,
        on connection: borrowing Connection
    ) throws(DatabaseError) -> Bool {
        let start = "CREATE DATABASE \(SQLText.name(database)) TEMPLATE template0"
        guard let facts else {
            try connection.query(start, for: "make database \(database)")
            return false
        }
        let encoding = " ENCODING \(SQLText.string(facts.encoding))"
        do throws(DatabaseError) {
            try connection.query(
                start + encoding + facts.localeClauses(serverVersion: connection.serverVersion),
                for: "make database \(database)"
            )
            return false
        } catch .refused where replacesLocale {
            try connection.query(
                start + encoding + " LC_COLLATE 'C' LC_CTYPE 'C'",
                for: "make database \(database)"
            )
            return true
        }
    }
}

extension DatabaseFacts {
    /// The clauses of `CREATE DATABASE` that give the same locale.
    fileprivate func localeClauses(serverVersion: Int) -> String {
        var clauses =
            " LC_COLLATE \(SQLText.string(collation)) LC_CTYPE \(SQLText.string(characterType))"
        if let locale, localeProvider == "i" {
            clauses += " LOCALE_PROVIDER icu ICU_LOCALE \(SQLText.string(locale))"
        } else if let locale, localeProvider == "b" {
            clauses += " LOCALE_PROVIDER builtin BUILTIN_LOCALE \(SQLText.string(locale))"
        } else if serverVersion >= 150_000 {
            clauses += " LOCALE_PROVIDER libc"
        }
        return clauses
    }
}
