import Glibc
import Model
import Processes
import TestSupport
import Testing

@testable import PostgreSQL

private let canDrill: Bool = {
    guard hasServer, (try? Sandbox(account: Account(named: "postgres")).probe()) != nil else {
        print("SKIPPED: drills with a PostgreSQL server: no server or no sandbox")
        return false
    }
    return true
}()

@Suite(.enabled(if: canDrill, "no drill can be run here"), .timeLimit(.minutes(15)))
struct DrillClusterTests {
    @Test func `a hospital's database comes back in the sandbox, and the server is gone`() throws {
        try TestServer.run { server in
            try server.execute(HospitalSchema.roles)
            try server.make("health", HospitalSchema.script)
            let (witness, roles, path) = try server.dump("health", clinicalTimes: ["visit.at"])
            let dump = try TestDirectory.read(path)
            try drill(dump, roles, witness) { cluster in
                let connection = try Connection.open(cluster.server.database("drill"))
                let findings = try witness.differences(of: connection)
                #expect(findings.filter { $0.severity != .notice }.isEmpty, "\(findings)")
                #expect(try cluster.checkStructure(of: "drill") == [])
                let extra = try witness.differences(of: connection)
                    .filter { $0.severity == .failure }
                #expect(
                    extra.map(\.subject) == [
                        .named("comment extension amcheck"), .named("extension amcheck"),
                        .named("extension version amcheck"),
                    ],
                    "so the witness comes first"
                )
            }
        }
    }

    @Test func `isolation is in force, and hostile SQL reaches nothing`() throws {
        try TestDirectory.run { directory in
            try DrillCluster.withCluster(scratch: directory, major: 12) { cluster in
                #expect(cluster.isolation.isIsolated, "\(cluster.isolation.facts)")
                let connection = try Connection.open(cluster.server.database("postgres"))
                func shell(_ command: String) throws -> [String] {
                    try connection.query("CREATE TEMP TABLE IF NOT EXISTS out (l text)", for: "x")
                    try connection.query("TRUNCATE out", for: "x")
                    try connection.query("COPY out FROM PROGRAM '\(command)'", for: "x")
                    return try connection.query("SELECT l FROM out", for: "x").firstColumn
                }
                #expect(try shell("id -u") != ["0"])
                let devices = try shell("cat /proc/net/dev").dropFirst(2)
                #expect(devices.count == 1 && devices.allSatisfy { $0.contains("lo:") })
                #expect(try shell("ls -A /home /root /srv /run | grep -v : | grep .; true").isEmpty)
                #expect(try shell("touch /usr/x /etc/x 2> /dev/null || echo no") == ["no"])
            }
        }
    }

    @Test func `the server ends with a throwing body, and nothing of it is left`() throws {
        struct Refused: Error {}
        try TestDirectory.run { directory in
            #expect(throws: Refused.self) {
                try DrillCluster.withCluster(scratch: directory, major: 12) { _ in
                    throw Refused()
                }
            }
            // On a crowded machine the last process may need a moment to go, once it was told to.
            var isThere = true
            for _ in 0..<100 where isThere {
                let list = try Command("ps", ["-e", "-o", "args="]).run(timeout: .seconds(10))
                isThere = list.text.contains(directory)
                usleep(isThere ? 100_000 : 0)
            }
            #expect(!isThere)
        }
    }

    @Test func `a scratch directory that the server's user may not enter is named`() throws {
        guard Account.isRoot else {
            return
        }
        try TestDirectory.run { directory in
            try Command("mkdir", ["-m", "700", directory + "/closed"]).demandSuccess()
            try Command("mkdir", ["-m", "777", directory + "/closed/in"]).demandSuccess()
            #expect(
                throws: DatabaseError.unsuitableScratch(
                    path: directory + "/closed",
                    why: "user postgres may not enter it"
                )
            ) {
                try DrillCluster.withCluster(scratch: directory + "/closed/in", major: 12) { _ in }
            }
        }
    }

    @Test func `a damaged table is found by amcheck and named`() throws {
        try TestServer.run { server in
            try server.make(
                "db",
                "CREATE TABLE patient AS SELECT i, md5(i::text) AS m "
                    + "FROM generate_series(1, 5000) AS i"
            )
            let (witness, roles, path) = try server.dump("db")
            try drill(try TestDirectory.read(path), roles, witness) { cluster in
                // A copy by files is not in the server's memory yet.
                let connection = try Connection.open(cluster.server.database("postgres"))
                try connection.query(
                    "CREATE DATABASE damaged TEMPLATE drill STRATEGY file_copy",
                    for: "copy"
                )
                let place = try connection.query(
                    "SELECT format('base/%s/', oid) FROM pg_database WHERE datname = 'damaged'",
                    for: "place"
                )
                let inside = try Connection.open(cluster.server.database("drill"))
                let file = try inside.query(
                    "SELECT pg_relation_filenode('public.patient')::text",
                    for: "file"
                )
                let full =
                    cluster.directory + "/data/" + (place.single ?? "")
                    + (file.single ?? "")
                // The second page: its line pointers.
                try Command(
                    "sh",
                    [
                        "-c",
                        "head -c 400 /dev/urandom | tr '\\0' x "
                            + "| dd of=\(full) bs=1 seek=8216 conv=notrunc",
                    ]
                ).demandSuccess()
                let findings = try cluster.checkStructure(of: "damaged")
                #expect(
                    findings == [Finding(.databaseStructureDamaged, .table("public.patient"))]
                )
                #expect(try cluster.checkStructure(of: "absent").map(\.code) == [.partSkipped])
            }
        }
    }

    @Test(arguments: CorpusDump.all)
    func `a real system's dump goes round twice and stays equal`(corpus: CorpusDump) throws {
        let start = ContinuousClock.now
        let archive = try TestDirectory.read(corpus.path)
        try TestDirectory.run { directory in
            try DrillCluster.withCluster(scratch: directory, major: 15) { cluster in
                let connection = try Connection.open(cluster.server.database("postgres"))
                for role in try owners(corpus.path) {
                    try connection.query("CREATE ROLE \(SQLText.name(role))", for: "role")
                }
                let path = cluster.directory + "/first.dump"
                try TestDirectory.write(archive, to: path)
                _ = try cluster.restore(dump: path, into: "first", facts: nil, roles: nil)
                let restored = ContinuousClock.now - start
                let source = DatabaseSource(server: cluster.server, database: "first")
                let witness = try source.withSnapshot { snapshot in
                    let bytes = try snapshot.withDump { try $0.readAll() }
                    try TestDirectory.write(bytes, to: cluster.directory + "/second.dump")
                    return snapshot.witness
                }
                _ = try cluster.restore(
                    dump: cluster.directory + "/second.dump",
                    into: "second",
                    facts: witness.database,
                    roles: nil
                )
                let second = try Connection.open(cluster.server.database("second"))
                let findings = try witness.differences(of: second)
                #expect(findings.filter { $0.severity != .notice }.isEmpty, "\(findings)")
                #expect(try cluster.checkStructure(of: "second") == [])
                print(
                    "\(corpus.name): \(witness.tables.count) tables, \(witness.objects.count) "
                        + "objects; first restore \(restored), all \(ContinuousClock.now - start)"
                )
            }
        }
    }

    // MARK: Helpers

    private func owners(_ path: String) throws -> [String] {
        let tools = try PostgreSQLTools.find(.client, major: 15)
        let list = try tools.command("pg_restore", ["-l", path]).run(timeout: .seconds(20)).text
        let names = list.split(separator: "\n").filter { !$0.hasPrefix(";") }
            .compactMap { $0.split(separator: " ").last.map(String.init) }
        return Set(names).subtracting(["postgres", "pg_database_owner"]).sorted()
    }

    private func drill(
        _ dump: [UInt8],
        _ roles: RolesDump,
        _ witness: Witness,
        _ body: (DrillCluster) throws -> Void
    ) throws {
        try TestDirectory.run { directory in
            try DrillCluster.withCluster(scratch: directory, major: witness.serverMajor) {
                cluster in
                let path = cluster.directory + "/dump"
                try TestDirectory.write(dump, to: path)
                let report = try cluster.restore(
                    dump: path,
                    into: "drill",
                    facts: witness.database,
                    roles: RolesScript(roles.script)
                )
                #expect(report.roles?.failed == [])
                try body(cluster)
            }
        }
    }
}
