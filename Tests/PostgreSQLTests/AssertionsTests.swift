import Model
import Processes
import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct AssertionsTests {
    @Test func `only one true boolean holds; no answer is never green`() throws {
        try TestServer.run { server in
            try server.make("db", "CREATE TABLE t AS SELECT generate_series(1, 3) AS i")
            let path = server.directory + "/a.sql"
            let script = """
                -- Questions of the ward.
                -- name: three rows
                SELECT count(*) = 3 FROM t;
                -- name: four rows
                SELECT count(*) = 4 FROM t; -- name:  a semicolon; in a string
                SELECT ';' = ';';
                -- name: null
                SELECT NULL::boolean;
                -- name: no row
                SELECT true WHERE false;
                -- name: rows
                SELECT true FROM t;
                -- name: columns
                SELECT true, true;
                -- name: text
                SELECT 't';
                -- name: error
                SELECT count(*) = 1 FROM absent;
                -- name: quotes data
                SELECT 'Yamada'::int = 1;
                -- name: writes
                DELETE FROM t RETURNING true;
                -- name: copies
                COPY t TO STDOUT
                """
            try TestDirectory.write(Array(script.utf8), to: path)
            let report = try Assertions.run(file: path, on: try server.connect("db"))
            #expect(report.held == ["three rows", "a semicolon; in a string"])
            let reasons = report.findings.map { $0.evidence["reason"] ?? "" }
            #expect(
                reasons == [
                    "", "null", "no-row", "too-many-rows", "not-one-boolean", "not-one-boolean",
                    "42P01", "22P02", "25006", "0A000",
                ]
            )
            #expect(report.findings[0].code == .assertionFailed)
            #expect(report.findings.dropFirst().allSatisfy { $0.code == .partSkipped })
            #expect(report.findings[0].subject == .named("assertion four rows"))
        }
    }

    @Test func `a file without an assertion proves nothing`() throws {
        try TestServer.run { server in
            let path = server.directory + "/a.sql"
            try TestDirectory.write(Array("-- nothing\n".utf8), to: path)
            let connection = try server.connect("postgres")
            let report = try Assertions.run(file: path, on: connection)
            #expect(report.findings.map(\.code) == [.partSkipped])
            try TestDirectory.write(Array("\\! id\nSELECT true".utf8), to: path)
            #expect(throws: DatabaseError.self) {
                _ = try Assertions.run(file: path, on: connection)
            }
        }
    }
}

@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct ConnectionTests {
    @Test func `messages keep the state and lose what may quote a row`() throws {
        try TestServer.run { server in
            let connection = try server.connect("postgres")
            func message(_ sql: String) -> String {
                do throws(DatabaseError) {
                    try connection.query(sql, for: "test")
                    return "none"
                } catch {
                    return error.description
                }
            }
            try connection.query("CREATE TABLE public.t (name text UNIQUE)", for: "table")
            try connection.query("INSERT INTO public.t VALUES ('Yamada')", for: "row")
            let unique = message("INSERT INTO public.t VALUES ('Yamada')")
            #expect(unique.contains("23505") && unique.contains("t_name_key"))
            #expect(!unique.contains("Yamada"))
            let cast = message("SELECT name::int FROM public.t")
            #expect(cast.contains("22P02") && !cast.contains("Yamada"))
            let raised = message("DO 'BEGIN RAISE ''Yamada''; END'")
            #expect(raised.contains("P0001") && !raised.contains("Yamada"))
            #expect(message("SELECT 1; SELECT 2").contains("42601"))
            #expect(message("SELECT 1") == "none")
        }
    }

    @Test func `an answer without end is cut off, and the session lives on`() throws {
        try TestServer.run { server in
            let connection = try server.connect("postgres")
            #expect(throws: DatabaseError.answerTooLarge("test", bytesMax: 1_000)) {
                try connection.query(
                    "SELECT generate_series(1, 1000000000)",
                    for: "test",
                    bytesMax: 1_000
                )
            }
            #expect(try connection.query("SELECT 1", for: "test").single == "1")
        }
    }

    @Test func `a lost server is told as a lost connection`() throws {
        try TestServer.run { server in
            let connection = try server.connect("postgres")
            let other = try server.connect("postgres")
            let number = try connection.query("SELECT pg_backend_pid()", for: "number").single
            try other.query("SELECT pg_terminate_backend($1::int)", [number], for: "end")
            #expect(throws: DatabaseError.connectionLost("test")) {
                try connection.query("SELECT 1", for: "test")
                try connection.query("SELECT 1", for: "test")
            }
        }
    }

    @Test func `no message and no argument holds the password`() throws {
        let info = try ConnectionInfo("host=/nowhere user=u password='se cret\\'' dbname=d")
        #expect(info.description == "dbname='d' host='/nowhere' user='u'")
        #expect(info.toolEnvironment["PGPASSWORD"] == "se cret'")
        let error = #expect(throws: DatabaseError.self) { _ = try Connection.open(info) }
        #expect(error?.description.contains("cret") == false)
        #expect(throws: DatabaseError.badConnectionString) {
            try ConnectionInfo("password=secret oops")
        }
        let address = try ConnectionInfo("postgresql://u:secret@h:5433/d?sslmode=require")
        #expect(
            address.description == "dbname='d' host='h' port='5433' sslmode='require' user='u'"
        )
    }

    @Test func `values are spelled alike whatever the server's settings are`() throws {
        try TestServer.run { server in
            try server.make(
                "db",
                """
                ALTER DATABASE db SET datestyle = 'German';
                ALTER DATABASE db SET timezone = 'Asia/Tokyo';
                ALTER DATABASE db SET bytea_output = 'escape';
                ALTER DATABASE db SET extra_float_digits = -5;
                ALTER DATABASE db SET intervalstyle = 'sql_standard'
                """
            )
            let row = try server.connect("db").query(
                """
                SELECT '2026-11-22 01:02:03+09'::timestamptz, '\\x00ff'::bytea, 0.1::float8 + 0.2,
                    '1 day 2 h'::interval
                """,
                for: "values"
            ).values[0]
            #expect(
                row.values == [
                    "2026-11-21 16:02:03+00", "\\x00ff", "0.30000000000000004", "P1DT2H",
                ]
            )
        }
    }
}

@Suite struct TextTests {
    @Test(arguments: [
        (
            "((status)::text = ANY "
                + "((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            "((status)::text = ANY "
                + "(ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))",
            true
        ),
        ("(a > 1)", "(a > 2)", false), ("x::text_type", "x", false), ("'a b'", "'ab'", true),
        ("a::integer", "a", false),
    ])
    func `only what a dump moves by itself is forgiven`(one: String, other: String, equal: Bool) {
        let forms = [one, other].map { DefinitionText.normalized($0, kind: "constraint") }
        #expect((forms[0] == forms[1]) == equal)
        let bodies = [one, other].map { DefinitionText.normalized($0, kind: "function") }
        #expect(bodies[0] != bodies[1], "a function's own text is kept to the letter")
    }

    @Test func `a tool's messages lose what may quote a row`() {
        let text = """
            pg_restore: while PROCESSING TOC:
            pg_restore: error: could not execute query: ERROR:  role "ward" does not exist
            Command was: ALTER TABLE public.patient OWNER TO ward;
            pg_restore: error: COPY failed for table "t": ERROR:  invalid input syntax: "Yamada"
            CONTEXT:  COPY t, line 1, column a: "Yamada"
            pg_restore: error: could not execute query: ERROR:  must be Yamada
            DETAIL:  Key (name)=(Yamada) already exists.
            """
        let messages = ServerMessages.errors(inToolOutput: text)
        #expect(messages.count == 3)
        #expect(
            messages[0] == "error: could not execute query: ERROR:  role \"ward\" does not exist"
        )
        #expect(messages[1].hasSuffix("ERROR:  message withheld: it may quote data"))
        #expect(!messages.joined().contains("Yamada"))
    }

    @Test func `amcheck's text names each relation once`() {
        let text = """
            heap table "db.public.patient", block 1, offset 2:
                line pointer redirection to item at offset 7
            heap table "db.public.patient", block 1, offset 3:
            btree index "db.public.patient_pkey":
                ERROR:  item order invariant violated
            """
        let found = StructureReport.damagedRelations(in: text)
        #expect(found == ["public.patient", "public.patient_pkey"])
    }
}
