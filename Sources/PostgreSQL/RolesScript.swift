/// A server's roles as pg_dumpall wrote them, to be made on another server.
///
/// Only statements about roles are run, one by one and not through psql. A role that is there
/// already keeps its password, its powers and its settings.
package struct RolesScript: Sendable {
    private let script: SQLScript

    /// Reads the script of a ``RolesDump``.
    package init(_ bytes: [UInt8]) {
        script = SQLScript(bytes)
    }

    /// The roles that it makes.
    var names: Set<String> {
        Set(script.statements.filter { $0.verb == "CREATE ROLE" }.map { $0.tokens.name(at: 2) })
    }

    /// What became of the roles. Names of roles only.
    package struct Report: Hashable, Sendable {
        /// Roles that were made.
        package var created: [String] = []
        /// Roles that were there and were left alone.
        package var kept: [String] = []
        /// Powers over the whole server that were not given, as `role x: superuser`.
        package var withheld: [String] = []
        /// Statements that the server refused, as `GRANT: 42704`, or that are none about roles.
        package var failed: [String] = []
    }

    /// Makes the roles.
    ///
    /// - Parameters:
    ///   - connection: of a superuser, or of a user who may create roles.
    ///   - trusted: whether roles get powers over the whole server too.
    /// - Returns: what became of them.
    /// - Throws: ``DatabaseError`` only if the connection broke.
    package func apply(
        to connection: borrowing Connection,
        trusted: Bool
    ) throws(DatabaseError) -> Report {
        let rows = try connection.query("SELECT rolname FROM pg_roles", for: "the list of roles")
        let existing = Set(rows.firstColumn)
        var report = Report()
        if script.isSuspicious {
            report.failed.append("script: not-understood")
        }
        for statement in script.statements {
            let action = action(statement, existing, trusted, &report)
            do throws(DatabaseError) {
                try run(statement, action, on: connection, &report)
            } catch .refused(_, let state, _) {
                _ = try? connection.query("ROLLBACK", for: "roles")
                report.failed.append("\(statement.verb): \(state)")
            }
        }
        return report
    }

    private enum Action: Equatable {
        case skip
        case create(String)
        /// Runs it; afterwards, in the same transaction, takes these powers from the role.
        case run(withholding: String?)
    }

    /// Powers over the whole server, as attributes of a role.
    private static let powers = ["superuser", "createrole", "replication", "bypassrls"]
    /// Settings that load code.
    private static let codeSettings: Set = [
        "session_preload_libraries", "local_preload_libraries", "dynamic_library_path",
    ]

    private func action(
        _ statement: SQLScript.Statement,
        _ existing: Set<String>,
        _ trusted: Bool,
        _ report: inout Report
    ) -> Action {
        let tokens = statement.tokens
        switch statement.verb {
        case "SET":
            return .skip
        case "CREATE ROLE":
            let role = tokens.name(at: 2)
            if existing.contains(role) {
                report.kept.append(role)
                return .skip
            }
            return tokens.count == 3 ? .create(role) : refuse(statement, &report)
        case "ALTER ROLE":
            let role = tokens.name(at: 2)
            guard !existing.contains(role) else {
                return .skip
            }
            return alter(statement, role, trusted, &report)
        case "COMMENT ON":
            let isNew =
                tokens.count == 6 && tokens[2] == .word("role")
                && !existing.contains(tokens.name(at: 3))
            return isNew ? .run(withholding: nil) : .skip
        case "GRANT":
            let role = tokens.name(at: 1)
            let isPower = role.hasPrefix("pg_") || existing.contains(role)
            if isPower, !trusted {
                report.withheld.append("role \(tokens.name(at: 3)): member of \(role)")
                return .skip
            }
            return tokens.count > 3 && tokens[2] == .word("to")
                ? .run(withholding: nil) : refuse(statement, &report)
        default:
            return refuse(statement, &report)
        }
    }

    private func alter(
        _ statement: SQLScript.Statement,
        _ role: String,
        _ trusted: Bool,
        _ report: inout Report
    ) -> Action {
        let tokens = statement.tokens
        if tokens.contains(.word("set")) {
            let loadsCode = tokens.contains { token in
                if case .word(let word) = token {
                    RolesScript.codeSettings.contains(word)
                } else {
                    if case .name(let name) = token {
                        RolesScript.codeSettings.contains(name)
                    } else {
                        false
                    }
                }
            }
            return loadsCode && !trusted ? refuse(statement, &report) : .run(withholding: nil)
        }
        let powers = RolesScript.powers.filter { tokens.contains(.word($0)) }
        guard !trusted, !powers.isEmpty else {
            return .run(withholding: nil)
        }
        report.withheld += powers.map { "role \(role): \($0)" }
        let negations = powers.map { "NO" + $0.uppercased() }.joined(separator: " ")
        return .run(withholding: "ALTER ROLE \(SQLText.name(role)) \(negations)")
    }

    private func refuse(_ statement: SQLScript.Statement, _ report: inout Report) -> Action {
        report.failed.append("\(statement.verb): not-about-roles")
        return .skip
    }

    private func run(
        _ statement: SQLScript.Statement,
        _ action: Action,
        on connection: borrowing Connection,
        _ report: inout Report
    ) throws(DatabaseError) {
        switch action {
        case .skip:
            break
        case .create(let role):
            try connection.query(statement.text, for: "roles")
            report.created.append(role)
        case .run(withholding: nil):
            try connection.query(statement.text, for: "roles")
        case .run(withholding: let negation?):
            try connection.query("BEGIN", for: "roles")
            try connection.query(statement.text, for: "roles")
            try connection.query(negation, for: "roles")
            try connection.query("COMMIT", for: "roles")
        }
    }
}

extension SQLScript.Statement {
    /// `CREATE ROLE`, `GRANT`, `SET`.
    fileprivate var verb: String {
        let words = tokens.prefix(2).compactMap { token in
            if case .word(let word) = token { word.uppercased() } else { nil }
        }
        let alone = ["SET", "GRANT", "SELECT", "REVOKE"]
        return words.first.map { alone.contains($0) ? $0 : words.joined(separator: " ") } ?? ""
    }
}

extension [SQLToken] {
    /// The name at `index`, however it is quoted; empty if there is none.
    fileprivate func name(at index: Int) -> String {
        guard index < count else {
            return ""
        }
        return switch self[index] {
        case .word(let name), .name(let name): name
        default: ""
        }
    }
}
