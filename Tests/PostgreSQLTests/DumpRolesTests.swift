import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct DumpRolesTests {
    @Test func `owners and grantees are named, and nothing that only looks like one`() throws {
        let (needed, roles) = try TestServer.run { server in
            try server.execute(
                """
                CREATE ROLE owner; CREATE ROLE "Odd, ; ""name"; CREATE ROLE grantor;
                CREATE ROLE later; CREATE ROLE seen; CREATE ROLE also; CREATE ROLE patient;
                CREATE ROLE stranger SUPERUSER; GRANT grantor TO postgres
                """
            )
            try server.make(
                "db",
                """
                CREATE TABLE patient (id int); ALTER TABLE patient OWNER TO owner;
                GRANT SELECT ON patient TO "Odd, ; ""name";
                GRANT SELECT ON patient TO grantor WITH GRANT OPTION;
                SET ROLE grantor; GRANT SELECT ON patient TO PUBLIC; RESET ROLE;
                ALTER DEFAULT PRIVILEGES FOR ROLE later GRANT SELECT ON TABLES TO owner;
                CREATE POLICY p ON patient FOR SELECT TO seen, also USING (id > 0);
                COMMENT ON TABLE patient IS 'given to stranger'
                """
            )
            let (_, roles, path) = try server.dump("db")
            return (try DumpRoles(archiveAt: path), RolesScript(roles.script))
        }
        try TestServer.run { other in
            let connection = try other.connect("postgres")
            #expect(
                try needed.missing(on: connection, of: roles)
                    == ["Odd, ; \"name", "also", "grantor", "later", "owner", "seen"]
            )
            try connection.query("CREATE ROLE seen", for: "a role")
            let left = try needed.missing(on: connection, of: roles)
            #expect(!left.contains("seen") && left.contains("also"))
        }
    }
}
