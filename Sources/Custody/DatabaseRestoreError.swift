package import Model

/// Why a database could not be brought back.
package enum DatabaseRestoreError: ToldError {
    /// The set is no database's: its name, and what kind it is.
    case noDatabase(String, String)
    /// The server lacks roles that the dump names.
    case rolesMissing([String])
    /// The server did not let these roles be made; what it refused, as `CREATE ROLE: 42501`.
    case rolesNotMade([String], [String])
    /// The connection's user may not give anything to these roles, who own what is restored.
    case ownersOutOfReach([String])
    /// Loading began and did not come to its end: into which database, and why.
    case leftHalf(String, any ToldError)

    package var description: String {
        switch self {
        case .noDatabase(let set, let kind): "set \(set) is no database, its source is \(kind)"
        case .rolesMissing(let roles):
            "the server lacks roles that the database needs: \(list(roles))"
        case .rolesNotMade(let roles, let refusals):
            "these roles could not be made: \(list(roles)) (\(list(refusals)))"
        case .ownersOutOfReach(let roles):
            "the connection's user may not give anything to the owners: \(list(roles))"
        case .leftHalf(let database, let error):
            "\(error.description); database \(database) is left half restored"
        }
    }

    package var hint: String {
        switch self {
        case .noDatabase: "restore it into a folder with --to"
        case .rolesMissing:
            "make them first, or add --with-roles, which makes them without powers over the server"
        case .rolesNotMade: "make them as a superuser, then run it again"
        case .ownersOutOfReach: "connect as a superuser, or grant these roles to the user first"
        case .leftHalf(let database, let error):
            "\(error.hint); then drop \(database), make it anew and run it again"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .noDatabase, .rolesMissing, .ownersOutOfReach: .usage
        case .rolesNotMade: .couldNotLook
        case .leftHalf(_, let error): error.exitCode
        }
    }

    private func list(_ items: [String]) -> String {
        items.prefix(10).joined(separator: ", ")
            + (items.count > 10 ? " and \(items.count - 10) more" : "")
    }
}
