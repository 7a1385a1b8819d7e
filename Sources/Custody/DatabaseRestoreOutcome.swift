package import Model

/// What came of bringing a database back.
package struct DatabaseRestoreOutcome: Sendable {
    /// The database, as the server calls it.
    package let database: String
    /// Roles that were made.
    package internal(set) var rolesMade: [String] = []
    /// Powers over the server that those had and were not given, as `role x: superuser`.
    package internal(set) var powersWithheld: [String] = []
    /// Whether the restore ran with all powers over the server; nil if nothing was loaded.
    package internal(set) var wasSuperuser: Bool?
    /// What is wrong, or worth knowing.
    package var findings: [Finding] = []

    init(database: String) {
        self.database = database
    }

    /// `proven` only if the database was loaded and every table is as it was sealed.
    package var verdict: Verdict { Verdict(findings) }
}
