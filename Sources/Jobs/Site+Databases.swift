import Configuration
import PostgreSQL

extension Site {
    /// A server of PostgreSQL that sets back up databases of.
    package struct DatabaseServer: Sendable {
        /// The first set that reaches it.
        package let set: String
        /// How: libpq's connection string.
        package let connection: String
        /// The databases of it that have a set.
        package fileprivate(set) var databases: [String]
    }

    /// The servers of the sets' databases. Sets are of one server where they reach it by one
    /// connection string: nothing else tells servers apart before they are asked.
    package var databaseServers: [DatabaseServer] {
        var servers: [DatabaseServer] = []
        for set in configuration.sets {
            guard case .postgresql(let source) = set.source else {
                continue
            }
            if let place = servers.firstIndex(where: { $0.connection == source.connection }) {
                servers[place].databases.append(source.database)
            } else {
                servers.append(
                    DatabaseServer(
                        set: set.name,
                        connection: source.connection,
                        databases: [source.database]
                    )
                )
            }
        }
        return servers
    }
}

extension Site.DatabaseServer {
    /// Asks the server for its databases.
    ///
    /// - Returns: the names of those that no set backs up.
    /// - Throws: ``DatabaseError``.
    package func databasesWithoutSet() throws -> [String] {
        let info = try ConnectionInfo(connection).database(databases[0])
        let session = try Connection.open(info)
        return try session.databases().filter { !databases.contains($0) }
    }
}
