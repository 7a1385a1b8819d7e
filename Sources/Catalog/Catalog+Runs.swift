import GRDB
package import Model

extension Catalog {
    /// Attempts that are kept of one kind at one set, store or plan; older ones are forgotten.
    static let runsMax = 1_000

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
            let number = database.lastInsertedRowID
            try database.execute(
                sql: """
                    DELETE FROM runs WHERE number IN (
                        SELECT number FROM runs WHERE name = ? AND kind = ?
                        ORDER BY number DESC LIMIT -1 OFFSET ?
                    )
                    """,
                arguments: [run.name, run.kind.rawValue, Catalog.runsMax]
            )
            return number
        }
    }

    /// Records how an attempt ended.
    ///
    /// - Throws: ``CatalogError/refused(reason:)`` if there is no such attempt, or it had ended.
    package func finish(run number: Int64, _ end: RunRow.End) throws(CatalogError) {
        try writing { database in
            try database.execute(
                sql: """
                    UPDATE runs SET finished = ?, outcome = ?
                    WHERE number = ? AND finished IS NULL
                    """,
                arguments: [end.finished.seconds, Int64(end.outcome.rawValue), number]
            )
            guard database.changesCount == 1 else {
                throw CatalogError.refused(reason: "run \(number) is not running")
            }
        }
    }

    /// The attempt of that kind at a set, store or plan that was recorded last; nil before the
    /// first. Not the one with the latest time: a clock that was ahead would hide all that came
    /// after.
    package func lastRun(of name: String, kind: JobKind) throws(CatalogError) -> RunRow? {
        try reading { database in
            let sql = """
                SELECT * FROM runs WHERE name = ? AND kind = ?
                ORDER BY number DESC LIMIT 1
                """
            return try Row.fetchOne(database, sql: sql, arguments: [name, kind.rawValue]).map {
                try Catalog.run(Fields($0))
            }
        }
    }

    /// The attempt of that kind at a set, store or plan that was recorded last of those that had
    /// begun at a time; nil if none had.
    package func lastRun(
        of name: String,
        kind: JobKind,
        startedBy time: Timestamp
    ) throws(CatalogError) -> RunRow? {
        try reading { database in
            let sql = """
                SELECT * FROM runs WHERE name = ? AND kind = ? AND started <= ?
                ORDER BY number DESC LIMIT 1
                """
            let arguments: StatementArguments = [name, kind.rawValue, time.seconds]
            return try Row.fetchOne(database, sql: sql, arguments: arguments).map {
                try Catalog.run(Fields($0))
            }
        }
    }

    /// How many attempts of that kind at a set, store or plan answer one moment of its schedule.
    package func runCount(
        of name: String,
        kind: JobKind,
        due: Timestamp
    ) throws(CatalogError) -> Int {
        try reading { database in
            let sql = "SELECT count(*) FROM runs WHERE name = ? AND kind = ? AND due = ?"
            let arguments: StatementArguments = [name, kind.rawValue, due.seconds]
            return try Int.fetchOne(database, sql: sql, arguments: arguments) ?? 0
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
