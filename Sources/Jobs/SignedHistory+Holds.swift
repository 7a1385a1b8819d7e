import Copying
import Format
import HostState
import Model
import Repository

extension SignedHistory {
    /// Signs that a snapshot was put under a legal hold, or released, and stores the record there.
    ///
    /// - Parameters:
    ///   - outcome: what was done, and what came of it.
    ///   - names: the hashes of the snapshot's manifests: one, unless its history is forked.
    ///   - place: the store, as it was called when the hold was placed.
    ///   - repository: what lies in the store.
    /// - Returns: the record's place.
    /// - Throws: ``RepositoryError`` if it cannot be stored; ``HostStateError``, ``CryptoError`` if
    ///   it cannot be signed.
    func append(
        _ outcome: HoldJob.Outcome,
        of names: [ObjectName],
        at place: String,
        in repository: Repository
    ) throws -> String {
        try append(.hold, .verifier, in: repository) { sequence, previous in
            Statement(
                names.map { Statement.Subject(outcome.snapshot, $0) },
                predicateType: RecordKind.hold.predicateType,
                predicate: .object([
                    "action": .string(outcome.action.rawValue),
                    "findings": outcome.findings.countsByCode,
                    "finished": .string(outcome.finished.rfc3339),
                    "objects": .integer(Int64(outcome.report.objects)),
                    "previous": previous,
                    "reason": .string(outcome.reason),
                    "sequence": sequence,
                    "started": .string(outcome.started.rfc3339),
                    "store": .string(place),
                    "tool": .string(tool),
                    "verdict": .string(outcome.verdict.rawValue),
                ])
            )
        }
    }
}
