package import Model
import Primitives

/// A row of Toride's own, to be found again in a restored database.
package struct CanaryRow: Hashable, Sendable {
    /// Its id: lower-case hexadecimal, at most 64 digits.
    package let id: String
    /// Its body: the caller's signed record.
    package let body: [UInt8]

    /// Takes an id and a body.
    package init(id: RandomID, body: [UInt8]) {
        self.id = id.hex
        self.body = body
    }

    /// SHA-256 of a body, in hexadecimal.
    package static func digest(_ body: [UInt8]) -> String {
        SHA256.hash(body).hex
    }
}

/// Canaries live in a schema of Toride's own: `toride.canary`.
package enum Canary {
    /// How many are kept.
    package static let keptMax = 8

    /// Commits a canary and forgets all but the newest ``keptMax``. Makes schema and table where
    /// they are missing.
    ///
    /// - Parameters:
    ///   - row: the canary.
    ///   - connection: of a user who may write there; in no transaction.
    /// - Throws: ``DatabaseError``; nothing was committed then.
    package static func commit(
        _ row: CanaryRow,
        to connection: borrowing Connection
    ) throws(DatabaseError) {
        try connection.query("BEGIN", for: "the canary")
        do throws(DatabaseError) {
            let found = try connection.query(
                "SELECT to_regclass('toride.canary') IS NOT NULL",
                for: "the canary"
            )
            if found.single != "t" {
                try connection.query("CREATE SCHEMA IF NOT EXISTS toride", for: "the canary")
                try connection.query(table, for: "the canary")
            }
            try connection.query(
                "INSERT INTO toride.canary (id, body) VALUES ($1, $2::bytea)",
                [row.id, "\\x" + Hex.encode(row.body)],
                for: "the canary"
            )
            try connection.query(forget, for: "the canary")
            try connection.query("COMMIT", for: "the canary")
        } catch {
            _ = try? connection.query("ROLLBACK", for: "the canary")
            throw error
        }
    }

    /// Reads a canary's body.
    ///
    /// - Returns: nil if it is not there.
    /// - Throws: ``DatabaseError``, also where there is no such table.
    package static func read(
        _ id: String,
        from connection: borrowing Connection
    ) throws(DatabaseError) -> [UInt8]? {
        let rows = try connection.query(
            "SELECT encode(body, 'hex') FROM toride.canary WHERE id = $1",
            [id],
            for: "the canary"
        )
        return rows.single.flatMap { Hex.decode($0) }
    }

    private static let table = """
        CREATE TABLE IF NOT EXISTS toride.canary (
            id text PRIMARY KEY, body bytea NOT NULL,
            committed_at timestamptz NOT NULL DEFAULT now())
        """

    private static let forget = """
        DELETE FROM toride.canary WHERE id NOT IN (
            SELECT id FROM toride.canary ORDER BY committed_at DESC, id LIMIT \(keptMax))
        """
}
