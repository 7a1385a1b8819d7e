import Catalog
import Copying
import Format
import HostState
import Model
import Repository

extension SignedHistory {
    /// Signs what was tried against a store and stores the record there.
    ///
    /// - Parameters:
    ///   - row: what was tried, and what came of it.
    ///   - report: which objects were attacked, and what was found.
    ///   - repository: what lies in the store.
    /// - Returns: the record's place.
    /// - Throws: ``RepositoryError`` if it cannot be stored; ``HostStateError``, ``CryptoError`` if
    ///   it cannot be signed.
    func append(
        _ row: AttackRow,
        about report: AttackReport,
        in repository: Repository
    ) throws -> String {
        try append(.attack, .verifier, in: repository) { sequence, previous in
            var members: [String: JSONValue] = [
                "attempts": try JSONValue(canonical: Array(row.attempts.utf8), of: "attempts"),
                "findings": report.findings.countsByCode,
                "finished": .string(row.finished.rfc3339),
                "previous": previous,
                "sequence": sequence,
                "started": .string(row.started.rfc3339),
                "store": .string(row.store),
                "tool": .string(tool),
                "verdict": .string(row.verdict.rawValue),
            ]
            members["access"] = report.access?.json
            return Statement(
                report.sacrifices.sorted { $0.key < $1.key }.map { key, name in
                    Statement.Subject(name: key, digest: name.digest)
                },
                predicateType: RecordKind.attack.predicateType,
                predicate: .object(members)
            )
        }
    }
}
