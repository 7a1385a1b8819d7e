extension WitnessGatherer {
    /// Gathers the newest value of a column, or of a column of days and one of times as `day+time`;
    /// a column that is not there is a gap.
    func gatherClinicalTime(
        _ name: String,
        _ asOf: String,
        from connection: borrowing Connection,
        into witness: inout Witness
    ) throws(DatabaseError) {
        let parts = name.split(separator: ".").map(String.init)
        let columns = (parts.last ?? "").split(separator: "+", maxSplits: 1).map(String.init)
        let found = try connection.query(
            WitnessQueries.findColumn,
            [
                parts.suffix(2).first, columns.first,
                parts.count == 3 ? parts.first : nil, columns.dropFirst().first,
            ],
            for: "column \(name)"
        )
        guard let row = found.values.first, let table = row[0], let column = row[1],
            let full = row[2], let type = row[3], parts.count == 2 || parts.count == 3
        else {
            witness.notCompared.append(
                NotCompared(subject: "column \(name)", reason: "no-such-column", isExpected: false)
            )
            return
        }
        let sql = WitnessQueries.newest(of: column, in: table, type: type, clock: row[4])
        let answer = try attempt(name, connection) { connection throws(DatabaseError) in
            try connection.query(sql, [asOf], for: "newest of \(full)")
        }
        switch answer {
        case .success(let rows):
            let values = rows.values.first ?? Rows.Row()
            witness.clinicalTimes.append(
                ClinicalTime(
                    column: full,
                    type: type,
                    newest: values[0],
                    later: values[1].flatMap { Int64($0) } ?? 0
                )
            )
        case .failure(let refusal):
            witness.note("column \(full)", refusal)
        }
    }
}

extension Witness {
    /// Notes that something was refused: a gap that is not in the nature of things.
    mutating func note(_ subject: String, _ refusal: DatabaseError) {
        var reason = "refused"
        if case .refused(_, let state, _) = refusal {
            reason = state
        }
        notCompared.append(NotCompared(subject: subject, reason: reason, isExpected: false))
    }
}
