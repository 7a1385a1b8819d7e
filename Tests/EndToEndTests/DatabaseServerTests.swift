import Jobs
import TestSupport
import Testing

/// The servers that sets reach, and what lies on them without a set.
@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct DatabaseServerTests {
    @Test func `a database that no set backs up is told, and one that has a set is not`() throws {
        try TestServer.run { server in
            for name in ["ehr", "orders", "forgotten"] {
                try server.run("CREATE DATABASE \(name)")
            }
            func servers(_ databases: [String]) throws -> [Site.DatabaseServer] {
                try withTemporaryFolder { folder in
                    let sets = databases.map { name in
                        let source = "connection: \"\(server.connection)\", database: \(name)"
                        return "  \(name): {source: {postgresql: {\(source)}}}"
                    }
                    let text = "sets:\n" + sets.joined(separator: "\n")
                    let site = try DatabaseSite(in: folder, text)
                    return site.site.databaseServers
                }
            }
            let some = try servers(["ehr", "orders"])
            #expect(some.map(\.set) == ["ehr"], "one server is asked once")
            #expect(try some.first?.databasesWithoutSet() == ["forgotten"])
            let all = try servers(["ehr", "forgotten", "orders"])
            #expect(try all.first?.databasesWithoutSet() == [])
        }
    }
}
