import Model
import Processes
import TestSupport
import Testing

@testable import PostgreSQL

@Suite struct StatementScannerTests {
    @Test(arguments: [
        "CREATE TABLE public.t (language character varying, program text);",
        "ALTER TABLE ONLY public.t ADD CONSTRAINT c CHECK (x <> 'from program');",
        "SELECT pg_catalog.setval('public.s', 5, true);",
        "SELECT pg_catalog.set_config('search_path', '', false);",
        "SET standard_conforming_strings = 'on';",
        "COMMENT ON TABLE t IS 'copy x from program ''y''; load ''z''; alter system';",
        "CREATE FUNCTION f(language text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN "
            + "-- copies the program from 'x'\n RETURN 'alter the system'; END $$;",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 "
            + "END; SELECT 2; END;",
        "CREATE RULE r AS ON DELETE TO t DO ( SELECT 1; SELECT 2; );",
        "CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;",
        "CREATE USER MAPPING FOR public SERVER s;",
        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'select substring(a from ''x'')';",
        "DROP TABLE public.t;", "", "/* a /* nested */ comment; */",
    ])
    func `what pg_dump writes is no hazard`(sql: String) {
        #expect(StatementScanner.hazards(in: Array(sql.utf8)) == [], "\(sql)")
    }

    @Test(arguments: [
        ("COPY t FROM PROGRAM 'id';", DumpHazard.Kind.runsProgram),
        ("copy t from/* */program\n$$id$$;", .runsProgram),
        ("COPY t FROM -- x ;\n PROGRAM E'\\x69d';", .runsProgram),
        (
            plpgsql("$$BEGIN COPY t TO PROGRAM 'x';END$$;"),
            .runsProgram
        ),
        (
            plpgsql("'begin copy t to program ''x''; end';"),
            .runsProgram
        ),
        (
            plpgsql("'begin co'\n'py t to program ''x'';end';"),
            .runsProgram
        ),
        (
            plpgsql("E'begin \\143opy t to program ''x'';end'"),
            .runsProgram
        ),
        (
            plpgsql("$a$begin execute $b$copy t to program 'x'$b$; end$a$;"),
            .runsProgram
        ),
        ("CREATE FOREIGN TABLE x () SERVER s OPTIONS (program 'id');", .runsProgram),
        ("COPY t FROM '/etc/passwd';", .touchesFiles),
        ("CREATE FOREIGN TABLE x () SERVER s OPTIONS (filename '/etc/passwd');", .touchesFiles),
        ("CREATE VIEW v AS SELECT pg_read_file('/etc/passwd');", .touchesFiles),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/tmp/x.so';", .untrustedLanguage),
        (
            "CREATE OR REPLACE FUNCTION f() RETURNS int AS 'x', 'f' LANGUAGE 'C';",
            .untrustedLanguage
        ),
        (
            "CREATE FUNCTION f(language text) RETURNS int COST 1LANGUAGE internal AS 'x';",
            .untrustedLanguage
        ),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'import os';", .untrustedLanguage),
        ("CREATE OR REPLACE TRUSTED PROCEDURAL LANGUAGE plpythonu;", .untrustedLanguage),
        ("CREATE PROCEDURE p() LANGUAGE \"plperlu\" AS 'x';", .untrustedLanguage),
        ("ALTER SYSTEM SET archive_command = 'x';", .changesServer),
        ("CREATE ROLE evil SUPERUSER;", .changesServer),
        ("ALTER USER postgres PASSWORD 'x';", .changesServer),
        ("GRANT pg_execute_server_program TO public;", .changesServer),
        ("CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();", .eventTrigger),
        ("CREATE SUBSCRIPTION s CONNECTION 'host=evil' PUBLICATION p;", .connectsOut),
        ("DO $$BEGIN END$$;", .unexpectedStatement),
        ("SELECT evil();", .unexpectedStatement),
        ("SELECT pg_catalog.set_config(evil(), 'x', false);", .unexpectedStatement),
        ("CREATE TABLE t (); DELETE FROM other;", .unexpectedStatement),
        ("LOAD '/tmp/x.so';", .unexpectedStatement),
        ("\\! id\nCREATE TABLE t ();", .metaCommand),
        ("SET standard_conforming_strings = 'off';", .hiddenText),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE U&\"\\0063\" AS 'x';", .hiddenText),
        ("CREATE TABLE t (a text DEFAULT 'x", .hiddenText),
    ])
    func `a hazard is found`(sql: String, kind: DumpHazard.Kind) {
        let found = StatementScanner.hazards(in: Array(sql.utf8))
        #expect(found.contains(kind), "\(sql): \(found)")
    }

    @Test(arguments: [
        ("COPY public.t (a, \"from\") FROM stdin;\n", false), ("COPY t FROM stdin;", false),
        ("COPY t FROM stdin;\nCOPY t FROM PROGRAM 'x';", true),
        ("COPY t FROM stdin; COPY t FROM stdin;", true),
        ("COPY t FROM PROGRAM 'cat'", true), ("COPY t TO stdout;", true),
        ("COPY t FROM stdin WITH (FORMAT csv);", true), ("SELECT 1;", true),
    ])
    func `data come by a plain COPY only`(copy: String, isHazard: Bool) {
        let found = scan([entry("TABLE DATA", copy: copy, hasData: true)])
        #expect(!found.isEmpty == isHazard, "\(found)")
    }

    @Test func `data that would be run as statements are a hazard`() {
        let found = scan([entry("TABLE DATA", hasData: true)])
        #expect(found.map(\.kind) == [.unexpectedStatement])
    }

    @Test func `an encoding that can hide a quote is a hazard`() {
        let entries = ["UTF8", "SJIS"].map {
            entry("ENCODING", definition: "SET client_encoding = '\($0)';\n")
        }
        #expect(scan(entries).map(\.kind) == [.hiddenText])
    }

    @Test func `what only a restore with create would run is left out`() {
        let made = entry(
            "DATABASE",
            definition: "CREATE DATABASE d;",
            removal: "DROP DATABASE d;"
        )
        #expect(scan([made]).isEmpty)
    }

    private func scan(_ entries: [DumpArchive.Entry]) -> [DumpHazard] {
        DumpScanner.scan(DumpArchive(serverMajor: 15, entries: entries))
    }

    private func entry(
        _ kind: String,
        definition: String = "",
        removal: String = "",
        copy: String = "",
        hasData: Bool = false
    ) -> DumpArchive.Entry {
        DumpArchive.Entry(
            kind: kind,
            name: "t",
            schema: "public",
            definition: Array(definition.utf8),
            removal: Array(removal.utf8),
            copy: Array(copy.utf8),
            hasData: hasData
        )
    }
}

/// A function that holds `body`, a literal of SQL.
private func plpgsql(_ body: String) -> String {
    "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS \(body)"
}

@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct DumpScannerTests {
    private static let evil = """
        CREATE TABLE t (a text);
        CREATE FUNCTION run() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN COPY t FROM PROGRAM 'touch /tmp/toride-evil'; RETURN NEW; END $$;
        CREATE TRIGGER run BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION run();
        CREATE FUNCTION ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER everywhere ON ddl_command_end EXECUTE FUNCTION ddl();
        CREATE FUNCTION c() RETURNS cstring LANGUAGE internal AS 'textout'
        """

    @Test func `a malicious dump is refused before anything is written`() throws {
        try TestServer.run { server in
            try server.make("evil", Self.evil)
            let (_, roles, path) = try server.dump("evil")
            var restorer = DatabaseRestorer(server: server.info)
            let error = #expect(throws: DatabaseError.self) {
                _ = try restorer.restore(
                    dump: path,
                    into: "copy",
                    roles: RolesScript(roles.script)
                )
            }
            #expect(
                error
                    == .untrustedDump([
                        DumpHazard(kind: .untrustedLanguage, entry: "FUNCTION public.c()"),
                        DumpHazard(kind: .runsProgram, entry: "FUNCTION public.run()"),
                        DumpHazard(kind: .eventTrigger, entry: "EVENT TRIGGER everywhere"),
                    ])
            )
            let connection = try server.connect("postgres")
            let names = try connection.query("SELECT datname FROM pg_database", for: "names")
            #expect(!names.firstColumn.contains("copy"))
            restorer.allowsUntrusted = true
            let report = try restorer.restore(dump: path, into: "copy")
            #expect(report.hazards.count == 3)
        }
    }

    @Test func `real dumps hold no hazard, and every entry is read`() throws {
        try TestServer.run { server in
            try server.execute(HospitalSchema.roles)
            try server.make("health", HospitalSchema.script)
            var paths = [try server.dump("health").path]
            paths += CorpusDump.all.map(\.path)
            for path in paths {
                #expect(try DumpScanner.scan(archiveAt: path) == [], "\(path)")
                let tools = try PostgreSQLTools.find(.client, major: 12)
                let list = try tools.command("pg_restore", ["-l", path]).run(timeout: .seconds(20))
                let lines = list.text.split(separator: "\n").filter { !$0.hasPrefix(";") }
                let archive = try DumpArchive(path: path)
                // pg_restore -l leaves out the settings at the head and the database itself.
                let hidden: Set = [
                    "ENCODING", "STDSTRINGS", "SEARCHPATH", "DATABASE", "DATABASE PROPERTIES",
                ]
                let shown = archive.entries.filter { !hidden.contains($0.kind) }
                #expect(shown.count == lines.count, "\(path)")
            }
        }
    }

    @Test func `an archive that ends in its table of contents is refused`() throws {
        try TestServer.run { server in
            try server.make("db", "CREATE TABLE t AS SELECT generate_series(1, 10) AS i")
            let bytes = try TestDirectory.read(try server.dump("db").path)
            let path = server.directory + "/cut"
            for count in [0, 4, 5, 100, 700] {
                try TestDirectory.write(Array(bytes.prefix(count)), to: path)
                #expect(throws: DatabaseError.self, "\(count) bytes") {
                    try DumpArchive(path: path)
                }
            }
        }
    }
}

/// Dumps of real systems that lie beside the package; absent elsewhere.
struct CorpusDump: Sendable, CustomTestStringConvertible {
    let name: String
    let path: String

    var testDescription: String { name }

    static let all: [CorpusDump] = {
        let found = ["gnuhealth", "omop_synthea27nj"].compactMap { name in
            let path = "\(Tool.root)/../shared/data/db/\(name).dump"
            return (try? DumpArchive(path: path)) == nil ? nil : CorpusDump(name: name, path: path)
        }
        if found.isEmpty {
            print("SKIPPED: dumps of real systems: none in ../shared/data/db")
        }
        return found
    }()
}
