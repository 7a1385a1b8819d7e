import Processes

/// Gathers a ``Witness`` from a connection, in one transaction that the caller has begun.
package struct WitnessGatherer: Sendable {
    /// The columns whose newest value is wanted: `schema.table.column` or `table.column`.
    package var clinicalTimes: [String]
    /// The id of the canary to look for.
    package var canaryID: String?
    /// For a restored database the moment at which the source's witness was taken, so that both
    /// sides cut off the same later values; nil for now.
    package var asOf: String?
    /// Asked between two tables.
    package var isStopping: @Sendable () -> Bool

    /// Describes what to gather.
    package init(
        clinicalTimes: [String] = [],
        canaryID: String? = nil,
        asOf: String? = nil,
        isStopping: @escaping @Sendable () -> Bool = { false }
    ) {
        self.clinicalTimes = clinicalTimes
        self.canaryID = canaryID
        self.asOf = asOf
        self.isStopping = isStopping
    }

    /// What to gather from a restored database, so that it can be compared with `source`.
    package init(matching source: Witness) {
        self.init(
            clinicalTimes: source.clinicalTimes.map(\.column),
            canaryID: source.canary?.id,
            asOf: source.takenAt
        )
    }

    /// Gathers in a transaction of its own.
    ///
    /// - Parameter connection: of a session that is in no transaction.
    /// - Returns: the facts.
    /// - Throws: ``DatabaseError``.
    package func gather(from connection: borrowing Connection) throws(DatabaseError) -> Witness {
        try connection.query(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            for: "begin a consistent view"
        )
        do throws(DatabaseError) {
            let witness = try gather(inTransactionOf: connection)
            try connection.query("COMMIT", for: "end the consistent view")
            return witness
        } catch {
            _ = try? connection.query("ROLLBACK", for: "end the consistent view")
            throw error
        }
    }

    /// Gathers in the transaction that `connection` is in.
    ///
    /// A table that cannot be read becomes a ``NotCompared`` that is not expected; the view lives
    /// on. Only a lost connection or a refused catalog query throws.
    ///
    /// - Parameter connection: of a session in a transaction.
    /// - Returns: the facts.
    /// - Throws: ``DatabaseError``.
    package func gather(
        inTransactionOf connection: borrowing Connection
    ) throws(DatabaseError) -> Witness {
        let now = try connection.query("SELECT now()::text", for: "the time").single ?? ""
        var witness = Witness(
            serverVersion: connection.serverVersion,
            database: try DatabaseFacts.read(from: connection),
            takenAt: now,
            tables: [],
            sequences: [],
            objects: try SchemaReader.read(from: connection),
            clinicalTimes: [],
            notCompared: try ComparisonGaps.read(from: connection)
        )
        try gatherTables(from: connection, into: &witness)
        try gatherLargeObjects(from: connection, into: &witness)
        try gatherSequences(from: connection, into: &witness)
        try gatherSequencesBehind(from: connection, into: &witness)
        for name in clinicalTimes {
            try gatherClinicalTime(name, asOf ?? now, from: connection, into: &witness)
        }
        if let canaryID {
            let body = try attempt("the canary", connection) { connection throws(DatabaseError) in
                try Canary.read(canaryID, from: connection)
            }
            let digest = (try? body.get()).flatMap(\.self).map { CanaryRow.digest($0) }
            witness.canary = CanaryFacts(id: canaryID, digest: digest)
        }
        return witness
    }

    // MARK: Tables

    private func gatherTables(
        from connection: borrowing Connection,
        into witness: inout Witness
    ) throws(DatabaseError) {
        let list = try connection.query(WitnessQueries.tables, for: "the list of tables")
        for row in list.values {
            guard let name = row[0] else {
                continue
            }
            if isStopping() {
                throw .process(.stopped("witness"))
            }
            let sql = WitnessQueries.rows(of: name, columns: row[1] ?? "")
            let answer = try attempt(name, connection) { connection throws(DatabaseError) in
                try connection.query(sql, for: "rows of \(name)")
            }
            switch answer {
            case .success(let rows):
                let values = rows.values.first ?? Rows.Row()
                let count = values[0].flatMap { Int64($0) }
                witness.tables.append(TableFacts(name: name, rows: count, hash: values[1]))
            case .failure(let refusal):
                witness.tables.append(TableFacts(name: name, rows: nil, hash: nil))
                witness.note("table \(name)", refusal)
            }
        }
    }

    private func gatherLargeObjects(
        from connection: borrowing Connection,
        into witness: inout Witness
    ) throws(DatabaseError) {
        let answer = try attempt("large objects", connection) { connection throws(DatabaseError) in
            try connection.query(WitnessQueries.largeObjects, for: "large objects")
        }
        switch answer {
        case .success(let rows):
            if let values = rows.values.first, let count = values[0].flatMap({ Int64($0) }),
                let bytes = values[1].flatMap({ Int64($0) }), let hash = values[2]
            {
                witness.largeObjects = LargeObjectFacts(count: count, bytes: bytes, hash: hash)
            }
        case .failure(let refusal):
            let count = try connection.query(
                "SELECT count(*)::text FROM pg_largeobject_metadata",
                for: "large objects"
            )
            // Only a superuser may read them all at once; where there are none, none is missed.
            if count.single != "0" {
                witness.note("large objects", refusal)
            } else {
                witness.largeObjects = LargeObjectFacts(count: 0, bytes: 0, hash: "0")
            }
        }
    }

    private func gatherSequences(
        from connection: borrowing Connection,
        into witness: inout Witness
    ) throws(DatabaseError) {
        let list = try connection.query(WitnessQueries.sequences, for: "the list of sequences")
        for row in list.values {
            guard let name = row[0], let increment = row[1].flatMap({ Int64($0) }) else {
                continue
            }
            let sql = "SELECT last_value::text, is_called::text FROM \(name)"
            let answer = try attempt(name, connection) { connection throws(DatabaseError) in
                try connection.query(sql, for: "sequence \(name)")
            }
            switch answer {
            case .success(let rows):
                let values = rows.values.first ?? Rows.Row()
                witness.sequences.append(
                    SequenceFacts(
                        name: name,
                        lastValue: values[0].flatMap { Int64($0) } ?? 0,
                        isCalled: values[1] == "true",
                        increment: increment,
                        cycles: row[2] == "true"
                    )
                )
            case .failure(let refusal):
                witness.note("sequence \(name)", refusal)
            }
        }
    }

    // MARK: Refusals

    /// Asks inside a savepoint, so that a refusal does not end the view.
    func attempt<R>(
        _ what: String,
        _ connection: borrowing Connection,
        _ body: (borrowing Connection) throws(DatabaseError) -> R
    ) throws(DatabaseError) -> Result<R, DatabaseError> {
        try connection.query("SAVEPOINT toride", for: what)
        do throws(DatabaseError) {
            let answer = try body(connection)
            try connection.query("RELEASE SAVEPOINT toride", for: what)
            return .success(answer)
        } catch {
            // A lost connection makes this throw, as it must.
            try connection.query("ROLLBACK TO SAVEPOINT toride", for: what)
            return .failure(error)
        }
    }
}
