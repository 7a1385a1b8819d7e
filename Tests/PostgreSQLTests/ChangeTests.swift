import Model
import Processes
import TestSupport
import Testing

@testable import PostgreSQL

/// What somebody did to the restored copy, and the finding that must name it.
struct Change: Sendable, CustomTestStringConvertible {
    let sql: String
    let code: FindingCode
    let subject: Subject

    init(_ sql: String, _ code: FindingCode, _ subject: Subject) {
        self.sql = sql
        self.code = code
        self.subject = subject
    }

    var testDescription: String { sql }

    static let rows = [
        Change(
            "UPDATE patient SET name = 'x' WHERE id = 7",
            .tableContentDiffers,
            .table("public.patient")
        ),
        Change(
            "UPDATE patient SET weight = 501 - weight WHERE id IN (1, 500)",
            .tableContentDiffers,
            .table("public.patient")
        ),
        Change(
            "UPDATE \"Odd \"\"name\" SET \"a b\" = '' WHERE \"a b\" IS NULL",
            .tableContentDiffers,
            .table("public.\"Odd \"\"name\"")
        ),
        Change(
            "DELETE FROM visit WHERE id = 1",
            .tableRowCountDiffers,
            .table("public.visit_2025")
        ),
        Change("DELETE FROM nothing", .tableRowCountDiffers, .table("public.nothing")),
        Change("DROP TABLE nothing", .tableMissing, .table("public.nothing")),
        Change("DROP TABLE visit_2025", .tableMissing, .table("public.visit_2025")),
        Change("CREATE TABLE evil (a int)", .tableUnexpected, .table("public.evil")),
        Change(
            "UPDATE patient SET born = NULL WHERE id = 500",
            .tableContentDiffers,
            .table("public.patient")
        ),
        Change(
            "SELECT lo_put(oid, 0, 'x') FROM pg_largeobject_metadata LIMIT 1",
            .tableContentDiffers,
            .named("large objects")
        ),
        Change(
            "SELECT lo_unlink(max(oid)) FROM pg_largeobject_metadata",
            .tableRowCountDiffers,
            .named("large objects")
        ),
        Change(
            "SELECT setval('visit_id_seq', 999)",
            .sequenceBehind,
            .named("sequence public.visit_id_seq")
        ),
        Change(
            "INSERT INTO visit (id, patient, at) VALUES (5000, 1, '2026-02-01')",
            .sequenceBehind,
            .named("sequence public.visit_id_seq")
        ),
        Change("SELECT setval('ticket', 100)", .sequenceBehind, .named("sequence public.ticket")),
        Change("DELETE FROM toride.canary", .canaryMissing, .named("canary \(canaryID)")),
        Change("DROP SCHEMA toride CASCADE", .canaryMissing, .named("canary \(canaryID)")),
        Change("UPDATE toride.canary SET body = 'x'", .canaryDiffers, .named("canary \(canaryID)")),
    ]

    static let schema = [
        ("DROP INDEX visit_patient", "index public.visit_patient"),
        ("ALTER INDEX visit_patient RENAME TO visit_p1tient", "index public.visit_patient"),
        ("CREATE INDEX more ON patient (kana)", "index public.more"),
        (
            "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
            "function public.touch()"
        ),
        ("ALTER FUNCTION touch() SECURITY DEFINER", "function public.touch()"),
        ("REVOKE SELECT ON patient FROM ward", "grants public.patient"),
        ("GRANT DELETE ON patient TO ward", "grants public.patient"),
        ("REVOKE SELECT (id) ON visit FROM ward", "grants public.visit.id"),
        ("GRANT EXECUTE ON FUNCTION touch() TO PUBLIC", "grants public.touch()"),
        ("GRANT CREATE ON SCHEMA public TO PUBLIC", "grants schema public"),
        ("GRANT USAGE ON TYPE sex TO ward", "grants type public.sex"),
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM audit",
            "default privileges postgres public r"
        ),
        ("ALTER TYPE sex ADD VALUE 'other'", "enum public.sex"),
        ("ALTER TYPE sex RENAME VALUE 'male' TO 'Male'", "enum public.sex"),
        ("ALTER DOMAIN weight SET NOT NULL", "domain public.weight"),
        ("DROP POLICY ward_only ON patient", "policy public.patient.ward_only"),
        (
            "ALTER POLICY ward_only ON patient USING (true)", "policy public.patient.ward_only"
        ),
        ("ALTER TABLE patient DISABLE ROW LEVEL SECURITY", "table public.patient"),
        ("ALTER TABLE child NO INHERIT parent", "table public.child"),
        ("ALTER TABLE parent OWNER TO audit", "table public.parent"),
        ("ALTER TABLE visit DISABLE TRIGGER touch", "trigger public.visit.touch"),
        ("DROP TRIGGER touch ON visit", "trigger public.visit.touch"),
        (
            "CREATE OR REPLACE VIEW ward_list AS SELECT id, upper(name) AS name FROM patient",
            "view public.ward_list"
        ),
        ("ALTER TABLE visit ALTER text SET DEFAULT 'x'", "column public.visit.text"),
        ("ALTER TABLE patient ALTER kana TYPE varchar", "column public.patient.kana"),
        ("ALTER TABLE patient ALTER sex DROP NOT NULL", "column public.patient.sex"),
        ("ALTER TABLE patient ALTER initials DROP EXPRESSION", "column public.patient.initials"),
        ("ALTER TABLE patient ADD more int", "column public.patient.more"),
        ("ALTER TABLE patient ALTER kana SET STATISTICS 7", "column public.patient.kana"),
        (
            "ALTER TABLE visit DROP CONSTRAINT visit_patient_fkey",
            "constraint public.visit.visit_patient_fkey"
        ),
        (
            "ALTER TABLE patient DROP CONSTRAINT patient_status_check",
            "constraint public.patient.patient_status_check"
        ),
        ("COMMENT ON TABLE patient IS 'x'", "comment table public.patient"),
        ("DROP STATISTICS patient_stats", "statistics public.patient_stats"),
        ("DROP RULE log ON parent", "rule public.parent.log"),
        ("ALTER SEQUENCE ticket INCREMENT -7", "sequence public.ticket"),
        ("DROP AGGREGATE total(integer)", "aggregate public.total(integer)"),
        ("DROP MATERIALIZED VIEW counts", "materialized view public.counts"),
        ("DROP EXTENSION plpgsql CASCADE", "extension plpgsql"),
        (
            "CREATE TEXT SEARCH CONFIGURATION ja (COPY = simple)",
            "text search configuration public.ja"
        ),
        ("CREATE SCHEMA more", "schema more"),
    ].map { Change($0.0, .schemaDiffers, .named($0.1)) }

    static let canaryID = String(repeating: "07", count: 16)
}

@Suite(.enabled(if: hasServer, "no PostgreSQL server is installed"), .timeLimit(.minutes(15)))
struct ChangeTests {
    @Test func `every change of a restored copy is found and named`() throws {
        try TestServer.run { server in
            try server.execute(HospitalSchema.roles)
            try server.make("health", HospitalSchema.script)
            let id = try #require(RandomID(hex: Change.canaryID))
            let (witness, _, path) = try server.dump(
                "health",
                canary: CanaryRow(id: id, body: [1, 2, 3])
            )
            _ = try DatabaseRestorer(server: server.info)
                .restore(dump: path, into: "pristine", facts: witness.database)
            let changes = Change.rows + Change.schema
            for (index, change) in changes.enumerated() {
                let copy = "copy\(index)"
                try server.execute("CREATE DATABASE \(copy) TEMPLATE pristine")
                try server.execute(change.sql, in: copy)
                let findings = try server.differences(of: copy, from: witness)
                let isFound = findings.contains {
                    $0.code == change.code && $0.subject == change.subject
                }
                #expect(isFound, "\(change.sql): \(findings.filter { $0.severity == .failure })")
                #expect(Verdict(findings) == .failed, "\(change.sql)")
                try server.execute("DROP DATABASE \(copy)")
            }
        }
    }
}
