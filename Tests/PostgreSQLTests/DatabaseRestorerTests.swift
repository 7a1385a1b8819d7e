import Model
import Processes
import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct DatabaseRestorerTests {
    @Test func `a database that is not empty is refused, an empty one is taken`() throws {
        try TestServer.run { server in
            try server.make("db", "CREATE TABLE t AS SELECT generate_series(1, 10) AS i")
            let (witness, _, path) = try server.dump("db")
            let restorer = DatabaseRestorer(server: server.info)
            for script in [
                "CREATE TABLE t (a int)", "CREATE SCHEMA s",
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "SELECT lo_create(0)",
            ] {
                try server.make("taken", script)
                #expect(throws: DatabaseError.targetNotEmpty("taken")) {
                    _ = try restorer.restore(dump: path, into: "taken")
                }
                try server.execute("DROP DATABASE taken")
            }
            try server.execute("CREATE DATABASE empty TEMPLATE template0")
            let report = try restorer.restore(dump: path, into: "empty")
            #expect(!report.created)
            let findings = try server.differences(of: "empty", from: witness)
            #expect(findings.allSatisfy { $0.severity == .notice })
        }
    }

    @Test func `a flipped byte never passes for a good restore`() throws {
        try TestServer.run { server in
            try server.make(
                "db",
                """
                CREATE TABLE patient (id int PRIMARY KEY, name text);
                CREATE INDEX patient_name ON patient (name);
                INSERT INTO patient SELECT i, 'name ' || i FROM generate_series(1, 500) AS i
                """
            )
            let (witness, _, path) = try server.dump("db")
            let bytes = try TestDirectory.read(path)
            // In the data, in a statement, in a name, in the command that takes the data.
            for (number, word) in ["name 250", "CREATE INDEX", "patient_name ON", "FROM stdin"]
                .enumerated()
            {
                let place = try #require(bytes.firstRange(of: Array(word.utf8))).lowerBound
                var damaged = bytes
                damaged[place + 1] ^= 1
                try TestDirectory.write(damaged, to: path)
                var restorer = DatabaseRestorer(server: server.info)
                restorer.allowsUntrusted = true
                do {
                    _ = try restorer.restore(dump: path, into: "copy\(number)")
                    let findings = try server.differences(of: "copy\(number)", from: witness)
                    #expect(Verdict(findings) == .failed, "\(word)")
                } catch let error as DatabaseError {
                    guard case .toolFailed("pg_restore", _, _) = error else {
                        throw error
                    }
                }
            }
        }
    }

    @Test func `a cut dump fails`() throws {
        try TestServer.run { server in
            try server.make("db", "CREATE TABLE t AS SELECT generate_series(1, 9999) AS i")
            let path = try server.dump("db").path
            let bytes = try TestDirectory.read(path)
            try TestDirectory.write(Array(bytes.dropLast(3_000)), to: path)
            #expect(throws: DatabaseError.self) {
                _ = try DatabaseRestorer(server: server.info).restore(dump: path, into: "copy")
            }
        }
    }

    @Test func `triggers of a partitioned table do not run while its data come back`() throws {
        try TestServer.run { server in
            try server.make(
                "db",
                """
                CREATE TABLE visit (id int, at date, text text) PARTITION BY RANGE (at);
                CREATE TABLE visit_1 PARTITION OF visit FOR VALUES FROM ('2025-01-01')
                    TO ('2026-01-01');
                INSERT INTO visit SELECT i, '2025-02-01' FROM generate_series(1, 50000) AS i;
                CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN NEW.text := 'changed'; RETURN NEW; END $$;
                CREATE TRIGGER fill BEFORE INSERT ON visit FOR EACH ROW
                    EXECUTE FUNCTION fill()
                """
            )
            let (witness, _, path) = try server.dump("db")
            _ = try DatabaseRestorer(server: server.info).restore(dump: path, into: "copy")
            let findings = try server.differences(of: "copy", from: witness)
            #expect(findings.filter { $0.severity != .notice }.isEmpty, "\(findings)")
        }
    }

    @Test func `roles come back, and those that are there stay as they are`() throws {
        let script = try TestServer.run { server in
            try server.execute(HospitalSchema.roles)
            try server.execute(
                """
                CREATE ROLE chief SUPERUSER LOGIN; CREATE ROLE "Odd ; 'name" NOLOGIN;
                ALTER ROLE ward SET statement_timeout = '1min';
                GRANT pg_read_all_data TO audit; COMMENT ON ROLE ward IS 'a; b'
                """
            )
            return try server.dump("postgres").roles
        }
        #expect(script.hasPasswords)
        try TestServer.run { server in
            try server.execute("CREATE ROLE ward NOLOGIN")
            let connection = try server.connect("postgres")
            let roles = RolesScript(script.script)
            let report = try roles.apply(to: connection, trusted: false)
            #expect(report.failed == [])
            #expect(report.created.sorted() == ["Odd ; 'name", "audit", "chief"])
            #expect(report.kept.sorted() == ["postgres", "ward"])
            #expect(report.withheld.contains("role chief: superuser"))
            #expect(report.withheld.contains("role audit: member of pg_read_all_data"))
            let powers = try connection.query(
                "SELECT rolname FROM pg_roles WHERE rolsuper ORDER BY 1",
                for: "powers"
            )
            #expect(powers.firstColumn == ["postgres"])
            let ward = try connection.query(
                "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'ward'",
                for: "ward"
            )
            #expect(ward.single == "f", "a role that is there is left alone")
        }
        try TestServer.run { server in
            let connection = try server.connect("postgres")
            let report = try RolesScript(script.script).apply(to: connection, trusted: true)
            #expect(report.failed == [] && report.withheld == [])
            let chief = try connection.query(
                "SELECT rolsuper FROM pg_roles WHERE rolname = 'chief'",
                for: "chief"
            )
            #expect(chief.single == "t")
        }
    }

    @Test func `a script of roles can do nothing else`() throws {
        try TestServer.run { server in
            let connection = try server.connect("postgres")
            let script = RolesScript(
                Array(
                    """
                    \\restrict abc123
                    CREATE TABLE evil (a int);
                    ALTER SYSTEM SET port = 1;
                    SELECT pg_reload_conf();
                    CREATE ROLE good;
                    ALTER ROLE good SET session_preload_libraries = 'evil';
                    GRANT SELECT ON pg_authid TO good;
                    \\! touch /tmp/toride-evil
                    """.utf8
                )
            )
            let report = try script.apply(to: connection, trusted: false)
            #expect(report.created == ["good"])
            #expect(
                report.failed == [
                    "script: not-understood", "CREATE TABLE: not-about-roles",
                    "ALTER SYSTEM: not-about-roles", "SELECT: not-about-roles",
                    "ALTER ROLE: not-about-roles", "GRANT: not-about-roles",
                ]
            )
        }
    }
}
