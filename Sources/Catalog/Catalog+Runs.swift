import GRDB
package import Model

/// What the daemon runs.
package enum JobKind: String, Hashable, Sendable, CaseIterable {
    case backup
    case verify
    case drill
}

/// One attempt of the daemon at a job: what catching up after a downtime goes by.
package struct RunRow: Hashable, Sendable {
    /// The set's, or the drill plan's, name in the configuration. Not an id: a first backup may
    /// fail before its set has one.
    package var name: String
    package var kind: JobKind
    /// The moment of the schedule that it answers; nil if somebody asked for it.
    package var due: Timestamp?
    package var started: Timestamp
    /// When and how it ended; nil while it runs, and for ever if the daemon died.
    package var end: End?

    /// How an attempt ended.
    package struct End: Hashable, Sendable {
        package var finished: Timestamp
        package var outcome: ExitCode

        /// States an end.
        package init(finished: Timestamp, outcome: ExitCode) {
            self.finished = finished
            self.outcome = outcome
        }
    }

    /// States an attempt.
    package init(
        name: String,
        kind: JobKind,
        due: Timestamp?,
        started: Timestamp,
        end: End? = nil
    ) {
        self.name = name
        self.kind = kind
        self.due = due
        self.started = started
        self.end = end
    }
}

extension Catalog {
    /// Records an attempt, best before it begins.
    ///
    /// - Returns: a number for ``finish(run:_:)``.
    @discardableResult
    package func record(run: RunRow) throws(CatalogError) -> Int64 {
        try writing { database in
            try database.execute(
                sql: """
                    INSERT INTO runs (name, kind, due, started, finished, outcome)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    run.name, run.kind.rawValue, run.due?.seconds, run.started.seconds,
                    run.end?.finished.seconds, run.end.map { Int64($0.outcome.rawValue) },
                ]
            )
            return database.lastInsertedRowID
        }
    }

    /// Records how an attempt ended.
    ///
    /// - Throws: ``CatalogError/refused(reason:)`` if there is no such attempt, or it had ended.
    package func finish(run number: Int64, _ end: RunRow.End) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql:
                    "UPDATE runs SET finished = ?, outcome = ? WHERE number = ? AND finished IS NULL",
                arguments: [end.finished.seconds, Int64(end.outcome.rawValue), number]
            )
            guard database.changesCount == 1 else {
                throw CatalogError.refused(reason: "run \(number) is not running")
            }
        }
    }

    /// The attempt of that kind at a set or plan that began last; nil before the first.
    package func lastRun(of name: String, kind: JobKind) throws(CatalogError) -> RunRow? {
        try reading { database in
            let sql = """
                SELECT * FROM runs WHERE name = ? AND kind = ?
                ORDER BY started DESC, number DESC LIMIT 1
                """
            return try Row.fetchOne(database, sql: sql, arguments: [name, kind.rawValue]).map {
                try Catalog.run(Fields($0))
            }
        }
    }

    private static func run(_ fields: Fields) throws -> RunRow {
        guard let kind = JobKind(rawValue: try fields.text("kind")) else {
            throw BadValue(column: "runs.kind")
        }
        let end = try fields.optional("finished") { finished in
            guard let code = Int32(exactly: try fields.integer("outcome")),
                let outcome = ExitCode(rawValue: code)
            else {
                throw BadValue(column: "runs.outcome")
            }
            return RunRow.End(finished: try fields.time(finished), outcome: outcome)
        }
        return RunRow(
            name: try fields.text("name"),
            kind: kind,
            due: try fields.optional("due", fields.time),
            started: try fields.time("started"),
            end: end
        )
    }
}
