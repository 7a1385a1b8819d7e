import Glibc
package import Processes

/// The server's own programs of one major version.
package struct PostgreSQLTools: Hashable, Sendable {
    /// Where they lie.
    package let directory: String
    /// As 15.
    package let major: Int

    /// What must be there.
    package enum Need: Hashable, Sendable {
        /// pg_dump, pg_dumpall, pg_restore.
        case client
        /// Also initdb, postgres, pg_amcheck.
        case server
    }

    /// Finds the programs for a server of version `major`.
    ///
    /// The same version is taken where it is installed: hashes of rows and definitions can only be
    /// compared between equal versions, and a newer pg_dump writes what an older server refuses.
    /// Else the lowest newer version for a client, the newest for a server.
    ///
    /// - Throws: ``DatabaseError/toolMissing(_:majorMin:)``.
    package static func find(
        _ need: Need,
        major: Int
    ) throws(DatabaseError) -> PostgreSQLTools {
        let programs =
            need == .client
            ? ["pg_dump", "pg_dumpall", "pg_restore"] : ["initdb", "postgres", "pg_restore"]
        let installed = directories.filter { directory in
            programs.allSatisfy { unsafe access("\(directory)/\($0)", X_OK) == 0 }
        }.compactMap(examine).filter { $0.major >= major }
        let same = installed.first { $0.major == major }
        let newer =
            need == .client
            ? installed.min { $0.major < $1.major } : installed.max { $0.major < $1.major }
        guard let tools = same ?? newer else {
            throw .toolMissing(programs[0], majorMin: major)
        }
        return tools
    }

    /// A program with its arguments.
    package func command(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = Command.minimalEnvironment
    ) -> Command {
        Command("\(directory)/\(program)", arguments, environment: environment)
    }

    /// Debian's, PGDG's for Red Hat, and the places of everyone else.
    private static var directories: [String] {
        matches("/usr/lib/postgresql/*/bin") + matches("/usr/pgsql-*/bin")
            + ["/usr/bin", "/usr/local/bin", "/usr/local/pgsql/bin"]
    }

    private static func matches(_ pattern: String) -> [String] {
        var found = unsafe glob_t()
        defer { unsafe globfree(&found) }
        guard unsafe glob(pattern, 0, nil, &found) == 0 else {
            return []
        }
        return (0..<Int(unsafe found.gl_pathc)).compactMap { index in
            unsafe found.gl_pathv[index].map { unsafe String(cString: $0) }
        }
    }

    /// Asks pg_restore which version it is: `pg_restore (PostgreSQL) 15.20 (Debian …)`.
    private static func examine(_ directory: String) -> PostgreSQLTools? {
        let command = Command("\(directory)/pg_restore", ["--version"])
        guard let output = try? command.run(timeout: .seconds(20)), output.status.isSuccess,
            let version = output.text.split(separator: " ").dropFirst(2).first,
            let major = version.split(separator: ".").first.flatMap({ Int($0) })
        else {
            return nil
        }
        return PostgreSQLTools(directory: directory, major: major)
    }
}
