import Configuration
import Drills
import Format
import Model
import Primitives
import Repository

/// What chooses for a drill, so that nobody else does.
extension DrillJob {
    /// What chooses the sabotages: fixed before the drill by the record before it and the
    /// manifests.
    ///
    /// - Parameters:
    ///   - begun: the drill.
    ///   - records: this host's.
    ///   - key: who signs them.
    /// - Returns: FORMAT.md §13.1, `seed`.
    /// - Throws: ``RepositoryError`` if the records cannot be read.
    func seed(
        _ begun: Begun,
        after records: RecordChain,
        of key: VerifyingKey
    ) throws -> Digest {
        let newest = try records.newest(signedBy: key, saying: RecordKind.drill.predicateType)
        var bytes = Array("toride/drill-seed/v1".utf8)
        (newest?.name.digest ?? .zero).append(to: &bytes)
        for one in begun.chosen {
            one.stored.name.digest.append(to: &bytes)
        }
        return SHA256.hash(bytes)
    }

    /// Which sample of each set is drawn. Its seed is of what was recorded of that set alone: a
    /// drill of another set, which costs little, gives no other sample to choose.
    ///
    /// - Parameters:
    ///   - begun: the drill.
    ///   - records: this host's.
    ///   - key: who signs them.
    /// - Returns: by the set's name; none where the plan asks for none.
    /// - Throws: ``RepositoryError`` if the records cannot be read.
    func sampleRequests(
        _ begun: Begun,
        after records: RecordChain,
        of key: VerifyingKey
    ) throws -> [String: SampleRequest] {
        guard let aim = plan.sample else {
            return [:]
        }
        var requests: [String: SampleRequest] = [:]
        for one in begun.chosen {
            let previous = try records.newest(
                signedBy: key,
                saying: RecordKind.drill.predicateType,
                about: one.stored.manifest.set
            )
            requests[one.set.name] = SampleRequest(
                aim,
                after: previous?.name,
                of: one.stored.name
            )
        }
        return requests
    }
}
