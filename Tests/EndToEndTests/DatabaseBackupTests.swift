import FileSystem
import Glibc
import HostState
import Model
import PostgreSQL
import Processes
import TestSupport
import Testing

/// A database server that is down or dies: a clear error, no snapshot, nothing lost.
@Suite(
    .enabled(if: hasServer, "no PostgreSQL server is installed"),
    .serialized,
    .timeLimit(.minutes(15))
)
struct DatabaseBackupTests {
    /// Far more than pipes and buffers hold, and nothing that compresses to little.
    private static let large = """
        CREATE TABLE large AS SELECT i,
            (SELECT string_agg(md5((i * 40 + j)::text), '') FROM generate_series(1, 20) AS j) AS t
            FROM generate_series(1, 80000) AS i
        """

    /// Lends a server that does not run and a site with one snapshot of its database.
    private func withSite(
        _ body: (TestServer, borrowing DatabaseSite) throws -> Void
    ) throws {
        try TestServer.make { server in
            try withTemporaryFolder { folder in
                let source = "{connection: \"\(server.connection)\", database: health}"
                let site = try DatabaseSite(
                    in: folder,
                    "sets: {ehr: {source: {postgresql: \(source)}}}"
                )
                try server.whileRunning {
                    try server.run("CREATE DATABASE health")
                    try server.run("CREATE TABLE t AS SELECT 1", in: "health")
                    _ = try site.backUp("ehr")
                }
                try body(server, site)
            }
        }
    }

    @Test func `a server that is down is told with what to do, and earlier snapshots stand`()
        throws
    {
        try withSite { server, site in
            let error = #expect(throws: DatabaseError.self) { try site.backUp("ehr") }
            guard case .notConnected = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let output = try site.toride(["backup"]).run(timeout: .seconds(60))
            #expect(output.status == .exited(4))
            #expect(output.errorTail.contains("error: ehr: no connection to the database: "))
            #expect(output.errorTail.contains("hint: try the same connection string with psql"))
            try expectAsBefore(site)
            try server.whileRunning {
                let next = try site.backUp("ehr")
                #expect(next.sequence == 2)
            }
            #expect(try site.verify() == .exited(0))
        }
    }

    @Test func `a server that is killed in mid-dump leaves no snapshot, and the next run works`()
        throws
    {
        try withSite { server, site in
            try server.whileRunning {
                try server.run(Self.large, in: "health")
                var killing: Result<Void, any Error>?
                let error = #expect(throws: (any Error).self) {
                    try site.backUp("ehr") { bytes in
                        // Of 51 MB: the dump is under way and far from its end.
                        if bytes > 4 << 20, killing == nil {
                            killing = Result { try server.killHard() }
                        }
                    }
                }
                try #require(killing).get()
                let told = try #require(error as? any ToldError, "\(String(describing: error))")
                #expect(told.exitCode == .couldNotLook, "\(told)")
                #expect(told.description.contains("pg_dump"), "\(told)")
                #expect(!told.hint.isEmpty)
            }
            try expectAsBefore(site)
            try server.whileRunning {
                let next = try site.backUp("ehr")
                #expect(next.sequence == 2)
            }
            #expect(try site.verify() == .exited(0))
            #expect(try site.snapshots() == 2)
        }
    }

    private func expectAsBefore(_ site: borrowing DatabaseSite) throws {
        #expect(try site.snapshots() == 1)
        #expect(try site.verify() == .exited(0))
    }
}
