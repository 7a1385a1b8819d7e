import Processes

extension WitnessGatherer {
    /// Names the sequences that stand behind the column that owns them, of those whose position is
    /// known. A column without a value has none before it.
    func gatherSequencesBehind(
        from connection: borrowing Connection,
        into witness: inout Witness
    ) throws(DatabaseError) {
        let list = try connection.query(
            WitnessQueries.ownedSequences,
            for: "the list of owned sequences"
        )
        let known = Set(witness.sequences.map(\.name))
        var behind: [String] = []
        for row in list.values {
            guard let sequence = row[0], let table = row[1], let column = row[2],
                known.contains(sequence)
            else {
                continue
            }
            if isStopping() {
                throw .process(.stopped("witness"))
            }
            let sql = WitnessQueries.isBehind(
                sequence,
                column: column,
                of: table,
                falls: row[3] == "true"
            )
            let answer = try attempt(sequence, connection) { connection throws(DatabaseError) in
                try connection.query(sql, for: "sequence \(sequence)")
            }
            switch answer {
            case .success(let rows):
                if rows.single == "true" {
                    behind.append(sequence)
                }
            case .failure(let refusal):
                witness.note("sequence \(sequence) of \(table)", refusal)
            }
        }
        witness.sequencesBehind = behind
    }
}
