/// The roles that a dump's statements name. A dump makes none of them: a server that lacks one
/// refuses the statement.
package struct DumpRoles: Sendable {
    /// Who owns what is restored.
    private let owners: Set<String>
    /// Names that stand where a role may stand in grants and policies, and some that are no roles.
    private let mentioned: Set<String>

    /// Reads the archive at `path`.
    ///
    /// - Throws: ``DatabaseError/invalidFile(path:why:)``, ``DatabaseError/file(_:)``.
    package init(archiveAt path: String) throws(DatabaseError) {
        self.init(try DumpArchive(path: path))
    }

    /// Takes a table of contents.
    init(_ archive: DumpArchive) {
        // Only `pg_restore --create`, which we never ask for, looks at the entries of the database.
        let entries = archive.entries.filter {
            !["DATABASE", "DATABASE PROPERTIES"].contains($0.kind)
        }
        owners = Set(entries.map(\.owner).filter { !$0.isEmpty })
        mentioned = entries.filter { DumpRoles.naming.contains($0.kind) }
            .reduce(into: []) { $0.formUnion(DumpRoles.names(in: $1.definition)) }
    }

    /// The roles that the dump needs and the server lacks.
    ///
    /// - Parameters:
    ///   - connection: to the server.
    ///   - script: the roles of the server that was dumped; tells names of roles from others.
    /// - Returns: their names, in order.
    /// - Throws: ``DatabaseError`` if the server does not tell its roles.
    package func missing(
        on connection: borrowing Connection,
        of script: RolesScript
    ) throws(DatabaseError) -> [String] {
        let rows = try connection.query("SELECT rolname FROM pg_roles", for: "the list of roles")
        return owners.union(mentioned.intersection(script.names))
            .subtracting(rows.firstColumn).sorted()
    }

    /// The owners to whom the connection's user may not give anything.
    ///
    /// - Returns: their names, in order; none for a superuser.
    package func unreachableOwners(
        on connection: borrowing Connection
    ) throws(DatabaseError) -> [String] {
        let rows = try connection.query(
            "SELECT rolname FROM pg_roles WHERE NOT pg_has_role(oid, 'MEMBER')",
            for: "the rights of the session"
        )
        return owners.intersection(rows.firstColumn).sorted()
    }

    private static let naming: Set = ["ACL", "DEFAULT ACL", "POLICY"]
    private static let before: Set<SQLToken> = [
        .word("to"), .word("from"), .word("role"), .word("user"), .word("authorization"),
    ]

    /// What follows `TO`, `FROM`, `FOR ROLE` and `SET SESSION AUTHORIZATION`, lists included.
    private static func names(in text: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        var isList = false
        for token in SQLLexer.tokens(of: text).tokens {
            switch token {
            case _ where before.contains(token):
                isList = true
            case .word(let name) where isList, .name(let name) where isList:
                found.insert(name)
                isList = false
            case .string(let name) where isList:
                // SET SESSION AUTHORIZATION takes a string too.
                found.insert(String(decoding: name, as: UTF8.self))
                isList = false
            case .symbol(UInt8(ascii: ",")):
                isList = true
            default:
                isList = false
            }
        }
        return found
    }
}
