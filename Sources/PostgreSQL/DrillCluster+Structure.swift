package import Model
import Processes

extension DrillCluster {
    /// Checks the structure of a database's tables and B-trees with pg_amcheck, every row of every
    /// table against its indexes.
    ///
    /// It installs the extension amcheck into the database: gather the witness first.
    ///
    /// - Parameter database: its name.
    /// - Returns: a finding for each damaged relation, at most 100; a doubt if it could not look.
    /// - Throws: ``DatabaseError/process(_:)`` if pg_amcheck could not be run.
    package func checkStructure(of database: String) throws(DatabaseError) -> [Finding] {
        let arguments =
            server.toolArguments + [
                "--install-missing", "--heapallindexed", "--no-password", "--database=\(database)",
            ]
        let output = try run("pg_amcheck", arguments, timeout: .seconds(86_400))
        let damaged = StructureReport.damagedRelations(in: output.text)
        if !damaged.isEmpty {
            return damaged.prefix(100).map { relation in
                Finding(.databaseStructureDamaged, .table(relation))
            }
        }
        guard output.status.isSuccess else {
            // Code 2 is corruption, and it must be told even where its text has changed.
            let evidence = ["status": output.status.description]
            return output.status == .exited(2)
                ? [Finding(.databaseStructureDamaged, .named(database), evidence: evidence)]
                : [Finding(.partSkipped, .named("structure of \(database)"), evidence: evidence)]
        }
        return []
    }
}

/// The text of pg_amcheck.
enum StructureReport {
    /// The relations that it complains of, each once, in order: from lines such as
    /// `heap table "db.public.t", block 0, offset 1:` and `btree index "db.public.i":`.
    static func damagedRelations(in text: String) -> [String] {
        var found: [String] = []
        for line in text.split(separator: "\n") {
            guard line.hasPrefix("heap table \"") || line.hasPrefix("btree index \"") else {
                continue
            }
            let parts = line.split(separator: "\"", maxSplits: 2)
            guard parts.count > 1 else {
                continue
            }
            // The first part of the name is the database.
            let name = parts[1].split(separator: ".", maxSplits: 1).last.map(String.init) ?? ""
            if !found.contains(name) {
                found.append(name)
            }
        }
        return found
    }
}
