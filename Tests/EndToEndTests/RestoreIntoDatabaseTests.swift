import FileSystem
import Format
import Glibc
import HostState
import Model
import PostgreSQL
import Processes
import TestSupport
import Testing

/// `toride restore --into-postgresql`, as an operator runs it: the built program against a live
/// server.
@Suite(
    .enabled(if: hasServer, "no PostgreSQL server is installed"),
    .serialized,
    .timeLimit(.minutes(15))
)
struct RestoreIntoDatabaseTests {
    private static let schema = """
        CREATE TABLE patient (id int PRIMARY KEY, name text NOT NULL);
        CREATE TABLE visit (id serial PRIMARY KEY, patient int NOT NULL REFERENCES patient,
            at timestamptz NOT NULL);
        CREATE INDEX visit_at ON visit (at);
        INSERT INTO patient SELECT i, '患者 ' || i FROM generate_series(1, 500) AS i;
        INSERT INTO visit (patient, at) SELECT i, '2026-01-01' FROM generate_series(1, 500) AS i;
        """

    /// What a run of the program came to.
    private struct Run {
        let code: Int32?
        let answer: String
        let said: String

        init(_ output: ProcessOutput) {
            if case .exited(let code) = output.status { self.code = code } else { code = nil }
            answer = output.text
            said = output.errorTail
        }
    }

    /// Lends a running server, a site with one snapshot of its database `health` that `script`
    /// filled, and an empty database `copy` beside it.
    private func withSite(
        _ script: String = schema,
        _ body: (TestServer, borrowing DatabaseSite) throws -> Void
    ) throws {
        try TestServer.run { server in
            try server.run("CREATE DATABASE health")
            try server.run(script, in: "health")
            try server.run("CREATE DATABASE copy TEMPLATE template0")
            try withTemporaryFolder { folder in
                let source = "{connection: \"\(server.connection)\", database: health}"
                let site = try DatabaseSite(
                    in: folder,
                    """
                    sets:
                      ehr: {source: {postgresql: \(source)}, canary: true}
                      letters: {source: {files: {paths: ["\(Tool.fixture("hl7"))"]}}}
                    """
                )
                _ = try site.backUp("ehr")
                try body(server, site)
                #expect(try site.plaintext() == [], "plaintext was left")
                #expect(try site.verify() == .exited(0), "the snapshots are as they were")
            }
        }
    }

    private func restore(_ site: borrowing DatabaseSite, set: String = "ehr") -> [String] {
        ["restore", "\(set)@latest", "--identity", "\(site.folder)/identity"]
    }

    private func command(
        _ site: borrowing DatabaseSite,
        set: String = "ehr",
        into target: String,
        _ more: [String] = []
    ) throws -> Command {
        try site.toride(restore(site, set: set) + ["--into-postgresql", target] + more)
    }

    private func command(
        _ server: TestServer,
        _ site: borrowing DatabaseSite,
        set: String = "ehr",
        database: String = "copy",
        _ more: [String] = []
    ) throws -> Command {
        try command(site, set: set, into: server.info.database(database).description, more)
    }

    /// The empty database, for a user who is no superuser.
    private func clerk(_ server: TestServer) -> String {
        ConnectionInfo(socketDirectory: server.directory, port: 5_432, user: "clerk")
            .database("copy").description
    }

    private func run(_ command: Command) throws -> Run {
        Run(try command.run(timeout: .seconds(300)))
    }

    private func rows(_ table: String, _ server: TestServer) throws -> String? {
        try server.connect("copy").query("SELECT count(*)::text FROM \(table)", for: "rows").single
    }

    private func isEmpty(_ server: TestServer) throws -> Bool {
        let count = """
            SELECT count(*)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
            """
        return try server.connect("copy").query(count, for: "what is there").single == "0"
    }

    // MARK: - The way back

    @Test func `a database comes back into an empty one, and is proven equal`() throws {
        try withSite { server, site in
            // What a killed run left is gone after the next one.
            try FolderTree.make("\(site.folder)/scratch/.restore/files", mode: 0o700)
            try SmallFile.write([1], to: "\(site.folder)/scratch/.restore/files/database.dump")
            let result = try run(try command(server, site))
            #expect(result.code == 0, "\(result.said)")
            #expect(result.answer.contains("restored ehr@1 into database copy\n"))
            #expect(result.answer.hasSuffix("verdict: proven\n"))
            #expect(result.said.contains("vacuumdb --analyze-in-stages"))
            #expect(try rows("public.patient", server) == "500")
            #expect(try rows("toride.canary", server) == "1")
            // The next number is not given twice.
            let next = try server.connect("copy")
                .query("SELECT nextval('public.visit_id_seq')::text", for: "the next number")
            #expect(next.single == "501")
        }
    }

    @Test func `a program reads one object`() throws {
        try withSite { server, site in
            let result = try run(try command(server, site, ["--json"]))
            #expect(result.code == 0)
            let bytes = Array(result.answer.utf8.dropLast())
            guard case .object(let members) = try JSONValue(canonical: bytes, of: "an answer")
            else {
                Issue.record("\(result.answer)")
                return
            }
            #expect(members["verdict"] == .string("proven"))
            #expect(members["database"] == .string("copy"))
            #expect(members["snapshot"] == .string("ehr@1"))
            #expect(members["loaded"] == .bool(true))
            #expect(members["superuser"] == .bool(true))
        }
    }

    @Test func `the operator reads Japanese`() throws {
        try withSite { server, site in
            let result = try run(try command(server, site, ["--lang", "ja"]))
            #expect(result.answer.contains("ehr@1 をデータベース copy に復元\n"))
            #expect(result.answer.hasSuffix("判定: 証明済み\n"))
        }
    }

    @Test func `a database that differs from what was sealed is not proven`() throws {
        // Computing the view writes a row where it is restored, and nowhere else.
        let script = """
            CREATE TABLE log (name text);
            CREATE FUNCTION fill() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
                IF current_database() = 'copy' THEN INSERT INTO public.log VALUES ('x'); END IF;
                RETURN 1; END $$;
            CREATE MATERIALIZED VIEW filled AS SELECT fill();
            """
        try withSite(Self.schema + script) { server, site in
            let result = try run(try command(server, site))
            #expect(result.code == 1, "\(result.said)")
            #expect(result.answer.contains("✗ table-row-count-differs: table public.log "))
            #expect(result.answer.hasSuffix("verdict: failed\n"))
        }
    }

    // MARK: - Roles

    @Test func `roles that the server lacks are named, and made when asked for`() throws {
        let roles = """
            CREATE ROLE ward NOLOGIN; CREATE ROLE chief SUPERUSER; CREATE ROLE unused;
            ALTER TABLE patient OWNER TO chief; GRANT SELECT ON visit TO ward;
            """
        try withSite(Self.schema + roles) { _, site in
            try TestServer.run { other in
                try other.run("CREATE DATABASE copy TEMPLATE template0")
                let refused = try run(try command(other, site))
                #expect(refused.code == 2)
                #expect(refused.said.contains("needs: chief, ward\n"), "\(refused.said)")
                #expect(refused.said.contains("--with-roles"))
                #expect(try isEmpty(other))
                let result = try run(try command(other, site, ["--with-roles"]))
                #expect(result.code == 0, "\(result.said)")
                #expect(result.answer.contains("  made role ward\n"))
                #expect(result.answer.contains("  not given: role chief: superuser "))
                let powers = try other.connect("copy").query(
                    "SELECT count(*)::text FROM pg_roles WHERE rolsuper",
                    for: "superusers"
                )
                #expect(powers.single == "1", "a dump makes no superuser")
            }
        }
    }

    @Test func `a user who may not give to the owners is told so before anything is loaded`()
        throws
    {
        try withSite { server, site in
            try server.run("CREATE ROLE clerk LOGIN; ALTER DATABASE copy OWNER TO clerk")
            let refused = try run(try command(site, into: clerk(server)))
            #expect(refused.code == 2)
            #expect(refused.said.contains("may not give anything to the owners: postgres\n"))
            #expect(try isEmpty(server))
        }
    }

    @Test func `an owner who is no superuser gets his database back`() throws {
        try withSite { server, site in
            try server.run(
                """
                CREATE ROLE clerk LOGIN; CREATE DATABASE mine OWNER clerk;
                ALTER DATABASE copy OWNER TO clerk
                """
            )
            let script = "SET ROLE clerk; CREATE TABLE patient AS SELECT 1 AS id, '患者' AS name"
            try server.run(script, in: "mine")
            let other = try DatabaseSite(
                in: "\(site.folder)/mine",
                """
                sets:
                  ehr: {source: {postgresql: {connection: "\(server.connection)", database: mine}}}
                """
            )
            _ = try other.backUp("ehr")
            let result = try run(try command(other, into: clerk(server), ["--json"]))
            #expect(result.code == 0, "\(result.answer)\(result.said)")
            #expect(result.answer.contains(#""superuser":false"#))
        }
    }

    // MARK: - Refusals

    @Test func `a database that holds something is refused and left alone`() throws {
        try withSite { server, site in
            try server.run("CREATE TABLE mine (a int)", in: "copy")
            let result = try run(try command(server, site))
            #expect(result.code == 2)
            #expect(result.said.contains("error: database copy: is not empty\n"))
            #expect(result.said.contains("hint: name an empty one"))
            #expect(try rows("public.mine", server) == "0")
            let source = try run(try command(server, site, database: "health"))
            #expect(source.code == 2, "the live database is not written to")
        }
    }

    @Test func `no server, no database and no name of one are told`() throws {
        try withSite { server, site in
            let absent = try run(try command(server, site, database: "absent"))
            #expect(absent.code == 4)
            #expect(absent.said.contains("database \"absent\" does not exist"))
            let unnamed = try run(try command(site, into: server.connection))
            #expect(unnamed.code == 2)
            #expect(unnamed.said.contains("hint: add dbname=NAME"))
            let down = try run(try command(site, into: "host=\(site.folder) dbname=copy"))
            #expect(down.code == 4)
            #expect(down.said.contains("no connection to the database: "))
            #expect(down.said.contains("hint: try the same connection string with psql"))
        }
    }

    @Test func `a set of files is no database`() throws {
        try withSite { server, site in
            _ = try site.backUp("letters")
            let result = try run(try command(server, site, set: "letters"))
            #expect(result.code == 2)
            #expect(result.said.contains("set letters is no database, its source is files"))
            #expect(result.said.contains("hint: restore it into a folder with --to"))
        }
    }

    @Test func `one of folder and database is named, with what belongs to it`() throws {
        try withSite { server, site in
            let words = restore(site)
            let neither = try run(try site.toride(words))
            #expect(neither.code == 2)
            let to = ["--to", "\(site.folder)/to"]
            #expect(try run(try command(server, site, to)).code == 2)
            #expect(try run(try command(server, site, ["--privileged"])).code == 2)
            #expect(try run(try site.toride(words + to + ["--with-roles"])).code == 2)
            #expect(try run(try site.toride(words + to)).code == 0)
        }
    }

    /// A restore computes materialized views, so that this function would run in it, as the
    /// superuser who restores.
    @Test func `a dump that runs a program is refused, and nothing of it ran`() throws {
        try TestDirectory.run { directory in
            let script = """
                CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
                CREATE MATERIALIZED VIEW m AS SELECT f();
                CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
                    COPY (SELECT 1) TO PROGRAM 'touch \(directory)/ran'; RETURN 1; END $$;
                """
            try withSite(Self.schema + script) { server, site in
                let result = try run(try command(server, site))
                #expect(result.code == 1)
                #expect(
                    result.answer.contains(
                        "✗ dump-untrusted: FUNCTION public.f() (hazard runs-program)"
                    ),
                    "\(result.answer)"
                )
                #expect(result.answer.contains("nothing of ehr@1 was loaded into database copy\n"))
                #expect(result.answer.hasSuffix("verdict: failed\n"))
                #expect(try isEmpty(server))
                #expect(unsafe access("\(directory)/ran", F_OK) != 0, "the program was run")
            }
        }
    }

    // MARK: - Being stopped

    /// The restore waits for ever in this view; the backup does not.
    private static let waiting = """
        CREATE FUNCTION linger() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
            IF current_database() = 'copy' THEN PERFORM pg_catalog.pg_sleep(3600); END IF;
            RETURN 1; END $$;
        CREATE MATERIALIZED VIEW lingering AS SELECT linger();
        """

    @Test func `a restore that is stopped leaves no plaintext, and shows nobody a password`()
        throws
    {
        try withSite(Self.schema + Self.waiting) { server, site in
            try server.run("CREATE DATABASE other TEMPLATE template0")
            let password = "secret-of-this-test"
            let target = server.info.database("copy").description + " password=\(password)"
            let folder = site.folder
            let outcome = try withRunning(try command(site, into: target)) { process in
                try waitUntilLingering(server)
                let dump = "\(folder)/scratch/.restore/files/database.dump"
                #expect(unsafe access(dump, F_OK) == 0, "the test looks at the wrong place")
                var status = stat()
                #expect(unsafe stat("\(folder)/scratch/.restore", &status) == 0)
                #expect(status.st_mode & 0o777 == 0o700)
                let restorer = try processes(naming: dump).filter { $0.text.contains("pg_restore") }
                #expect(!restorer.isEmpty)
                #expect(restorer.allSatisfy { !$0.text.contains(password) })
                let second = try run(try command(server, site, database: "other"))
                #expect(second.code == 4)
                #expect(second.said.contains("another run is using it"), "\(second.said)")
                let own = try processes(naming: "--into-postgresql").filter {
                    $0.text.contains(folder)
                }
                #expect(own.count == 1)
                for one in own {
                    kill(one.id, SIGTERM)
                }
                var block = [UInt8](repeating: 0, count: 4_096)
                while try process.read(into: &block) > 0 {}
            }
            #expect(outcome.status == .exited(3))
            #expect(outcome.errorTail.contains("database copy is left half restored"))
            #expect(outcome.errorTail.contains("then drop copy, make it anew and run it again"))
            #expect(try processes(naming: "\(folder)/scratch").isEmpty)
        }
    }

    private func waitUntilLingering(_ server: TestServer) throws {
        let connection = try server.connect("postgres")
        let sql = """
            SELECT count(*)::text FROM pg_stat_activity
            WHERE datname = 'copy' AND query LIKE 'REFRESH MATERIALIZED VIEW%'
            """
        let end = ContinuousClock.now + .seconds(60)
        while try connection.query(sql, for: "who lingers").single == "0" {
            try #require(ContinuousClock.now < end, "the restore did not come so far")
            usleep(20_000)
        }
    }

    private func processes(naming text: String) throws -> [(id: Int32, text: String)] {
        let list = try Command("ps", ["-e", "-ww", "-o", "pid=,args="]).run(timeout: .seconds(10))
        return list.text.split(separator: "\n").filter { $0.contains(text) }.compactMap { line in
            line.split(separator: " ").first.flatMap { Int32($0) }.map { ($0, String(line)) }
        }
    }
}
