package import Model
import PostgreSQL

extension DatabasePart {
    /// The hash of the first row that a query to the restored database gives; nil if it gives none.
    package func digest(
        of question: Sentinel.Question,
        _ context: DrillContext
    ) throws -> Digest? {
        guard case .query(let query) = question else {
            throw NotAsked(set: set)
        }
        let (cluster, _) = try equipment()
        let connection = try Connection.open(cluster.server.database(Self.database))
        let rows = try connection.ask(query, for: "a clinical sentinel")
        return rows.values.first.map { Sentinel.digest(ofRow: $0.values) }
    }
}
