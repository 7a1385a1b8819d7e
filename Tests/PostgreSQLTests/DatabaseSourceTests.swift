import Glibc
import Model
import Processes
import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct DatabaseSourceTests {
    struct Refused: Error {}

    /// 40 MB: far more than pipes and buffers hold.
    private static let large = """
        CREATE TABLE large AS SELECT i, repeat(md5(i::text), 10) AS text
            FROM generate_series(1, 120000) AS i
        """

    @Test func `dump and witness see one moment`() throws {
        try TestServer.run { server in
            try server.make("db", "CREATE TABLE t AS SELECT generate_series(1, 10) AS i")
            let source = DatabaseSource(server: server.info, database: "db")
            try source.withSnapshot { snapshot in
                try server.execute("DELETE FROM t WHERE i < 6; CREATE TABLE late (a int)", in: "db")
                let bytes = try snapshot.withDump { try $0.readAll() }
                try TestDirectory.write(bytes, to: server.directory + "/d")
                #expect(snapshot.witness.tables.map(\.rows) == [10])
                let restorer = DatabaseRestorer(server: server.info)
                _ = try restorer.restore(dump: server.directory + "/d", into: "copy")
                let findings = try server.differences(of: "copy", from: snapshot.witness)
                #expect(findings.filter { $0.severity == .failure }.isEmpty, "\(findings)")
            }
        }
    }

    @Test func `a pg_dump that is killed in mid-stream throws`() throws {
        try TestServer.run { server in
            try server.make("db", Self.large)
            let error = #expect(throws: DatabaseError.self) {
                try interrupt(server) { try kill("pg_dump", of: server) }
            }
            guard case .toolFailed("pg_dump", .signalled(SIGKILL), _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a server that stops in mid-dump throws`() throws {
        try TestServer.run { server in
            try server.make("db", Self.large)
            let error = #expect(throws: DatabaseError.self) {
                try interrupt(server) { Glibc.kill(try server.process, SIGQUIT) }
            }
            guard case .toolFailed("pg_dump", .exited(1), _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a dump that is not read to its end throws`() throws {
        try TestServer.run { server in
            try server.make("db", Self.large)
            let source = DatabaseSource(server: server.info, database: "db")
            #expect(throws: DatabaseError.self) {
                try source.withSnapshot { snapshot in
                    try snapshot.withDump { process in
                        var block = [UInt8](repeating: 0, count: 1_000)
                        _ = try process.read(into: &block)
                    }
                }
            }
            #expect(throws: Refused.self) {
                try source.withSnapshot { snapshot in
                    try snapshot.withDump { _ in throw Refused() }
                }
            }
            #expect(try children("pg_dump", of: server).isEmpty)
        }
    }

    @Test func `being asked to stop ends the dump`() throws {
        try TestServer.run { server in
            try server.make("db", "CREATE TABLE t (a int)")
            #expect(throws: DatabaseError.process(.stopped("witness"))) {
                try DatabaseSource(server: server.info, database: "db")
                    .withSnapshot(isStopping: { true }) { _ in }
            }
        }
    }

    @Test func `a canary that cannot be written is told and stops nothing`() throws {
        try TestServer.run { server in
            try server.make(
                "db",
                """
                CREATE TABLE t (a int);
                ALTER DATABASE db SET default_transaction_read_only = on
                """
            )
            let id = try #require(RandomID([UInt8](repeating: 1, count: 16)))
            let source = DatabaseSource(server: server.info, database: "db")
            try source.withSnapshot(canary: CanaryRow(id: id, body: [1])) { snapshot in
                guard case .refused(_, state: "25006", _)? = snapshot.canaryFailure else {
                    Issue.record("\(String(describing: snapshot.canaryFailure))")
                    return
                }
                #expect(snapshot.witness.canary == CanaryFacts(id: id.hex, digest: nil))
                let bytes = try snapshot.withDump { try $0.readAll() }
                #expect(bytes.starts(with: Array("PGDMP".utf8)))
            }
        }
    }

    @Test func `only the newest canaries are kept`() throws {
        try TestServer.run { server in
            try server.make("db", "SELECT 1")
            let connection = try server.connect("db")
            for number in 0..<12 {
                let id = try #require(RandomID([UInt8](repeating: UInt8(number), count: 16)))
                try Canary.commit(CanaryRow(id: id, body: [UInt8(number)]), to: connection)
            }
            let count = try connection.query("SELECT count(*) FROM toride.canary", for: "count")
            #expect(count.single == "\(Canary.keptMax)")
            let newest = String(repeating: "0b", count: 16)
            #expect(try Canary.read(newest, from: connection) == [11])
        }
    }

    @Test func `a user who may not read everything cannot take a backup`() throws {
        try TestServer.run { server in
            try server.execute("CREATE ROLE weak LOGIN")
            try server.make(
                "db",
                """
                CREATE TABLE closed (a int); CREATE TABLE rows (a int); INSERT INTO rows VALUES (1);
                ALTER TABLE rows ENABLE ROW LEVEL SECURITY; GRANT SELECT ON rows TO weak
                """
            )
            let info = ConnectionInfo(
                socketDirectory: server.directory,
                port: 5_432,
                user: "weak"
            )
            #expect(throws: DatabaseError.self) {
                try DatabaseSource(server: info, database: "db").withSnapshot { snapshot in
                    let gaps = snapshot.witness.notCompared.filter { !$0.isExpected }
                    #expect(gaps.map(\.subject) == ["table public.closed", "table public.rows"])
                    #expect(gaps.map(\.reason) == ["42501", "42501"])
                    #expect(!snapshot.roles.hasPasswords)
                    _ = try snapshot.withDump { try $0.readAll() }
                }
            }
        }
    }

    // MARK: Helpers

    private func interrupt(_ server: TestServer, _ act: () throws -> Void) throws {
        try DatabaseSource(server: server.info, database: "db").withSnapshot { snapshot in
            try snapshot.withDump { process in
                var block = [UInt8](repeating: 0, count: 100_000)
                _ = try process.read(into: &block)
                try act()
                while try process.read(into: &block) > 0 {}
                Issue.record("the stream looked complete")
            }
        }
    }

    private func kill(_ name: String, of server: TestServer) throws {
        let processes = try children(name, of: server)
        #expect(processes.count == 1)
        for process in processes {
            Glibc.kill(process, SIGKILL)
        }
    }

    private func children(_ name: String, of server: TestServer) throws -> [pid_t] {
        let list = try Command("ps", ["-o", "pid=,args=", "--ppid", "\(getpid())"])
            .run(timeout: .seconds(10)).text
        return list.split(separator: "\n").filter {
            $0.contains(name) && $0.contains(server.directory)
        }.compactMap { $0.split(separator: " ").first.flatMap { pid_t($0) } }
    }
}
