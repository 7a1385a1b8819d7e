import Model
import PostgreSQL
import Recovery
import Repository

/// The canary of a database: demanded back, and spoilt to see whether that shows.
extension DatabasePart {
    /// The canary that is sealed beside the dump must be the one that the view held, and of this
    /// very run. Whether it came back, and whether it was taken at all, the witnesses tell.
    func judgeSealedCanary(_ source: Witness) throws -> [Finding] {
        guard let canary = source.canary, let digest = canary.digest else {
            return []
        }
        let subject = Subject.named("canary \(canary.id)")
        guard let sealed = try snapshot.attachment(CanaryDocument.attachmentName) else {
            return [Finding(.canaryMissing, subject)]
        }
        guard CanaryRow.digest(sealed) == digest else {
            return [CanaryJudge.differs(.notOfThisRun, subject)]
        }
        return CanaryJudge(of: snapshot, signedBy: signer).judge(sealed, subject)
    }

    /// Spoils the canary of the copy, if this drill does so.
    ///
    /// - Returns: the canary's id; nil if another sabotage was chosen, or the copy has no canary.
    func spoilCanary(
        _ sabotage: CanarySabotage,
        _ cluster: DrillCluster,
        _ source: Witness,
        _ context: DrillContext
    ) throws -> String? {
        guard CanarySabotage.chosen(context).contains(sabotage), let canary = source.canary,
            canary.digest != nil
        else {
            return nil
        }
        let connection = try Connection.open(cluster.server.database(Self.copy))
        let rows: Rows?
        switch sabotage {
        case .missing:
            rows = try? connection.query(
                "DELETE FROM toride.canary WHERE id = $1 RETURNING 1",
                [canary.id],
                for: "sabotage"
            )
        case .ofYesterday:
            let body = try CanarySabotage.yesterdays(of: snapshot)
            rows = try? connection.query(
                "UPDATE toride.canary SET body = $2::bytea WHERE id = $1 RETURNING 1",
                [canary.id, "\\x" + Hex.encode(body)],
                for: "sabotage"
            )
        }
        // What did not come back cannot be spoilt, and was told.
        return rows?.values.isEmpty == false ? canary.id : nil
    }
}
