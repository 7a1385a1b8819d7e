import Custody
import Drills
import FileSystem
import Glibc
import HostState
import Model
import TestSupport
import Testing

/// A drill that left something out says `not-proven`, whatever else it saw.
@Suite(.enabled(if: canDrill, "no drill can be run here"), .serialized, .timeLimit(.minutes(15)))
struct UnprovenDrillTests {
    /// Two tables with what the sabotages need: text, an index, a foreign key.
    private static let schema = """
        CREATE TABLE patient (id int PRIMARY KEY, name text);
        CREATE TABLE visit (id int PRIMARY KEY, patient int REFERENCES patient, at timestamptz);
        CREATE INDEX visit_at ON visit (at);
        INSERT INTO patient SELECT i, 'name ' || i FROM generate_series(1, 50) AS i;
        INSERT INTO visit SELECT i, i, '2026-01-01' FROM generate_series(1, 50) AS i
        """

    private func withSite(_ body: (borrowing DatabaseSite) throws -> Void) throws {
        try TestServer.run { server in
            try server.run("CREATE DATABASE health; CREATE DATABASE bare")
            try server.run(Self.schema, in: "health")
            try server.run("CREATE TABLE t (a int)", in: "bare")
            func source(_ name: String) -> String {
                "source: {postgresql: {connection: \"\(server.connection)\", database: \(name)}}"
            }
            try withTemporaryFolder { folder in
                let site = try DatabaseSite(
                    in: folder,
                    """
                    sets:
                      plain: {\(source("health"))}
                      silent:
                        \(source("health"))
                        clinical:
                          firstRecord: "select id from patient where id < 0"
                      bare: {\(source("bare"))}
                    drills:
                      done: {set: plain, level: 3}
                      copies: {set: plain, level: 0}
                      bits: {set: plain, level: 1}
                      deeper: {set: plain, level: 4, sentinels: [\(Self.sentinel)]}
                      hasty: {set: plain, level: 3, rto: 4h}
                      nobody: {set: silent, level: 3, rto: 4h}
                      recent: {set: plain, level: 3, rpo: 24h}
                      asked: {set: plain, level: 3, assertions: ["\(folder)/asked.sql"]}
                      little: {set: bare, level: 3}
                    """
                )
                let question = "-- name: beds\nSELECT count(*) = 1 FROM bed;\n"
                try SmallFile.write(Array(question.utf8), to: "\(folder)/asked.sql")
                for set in ["plain", "silent", "bare"] {
                    _ = try site.backUp(set)
                }
                try body(site)
            }
        }
    }

    /// Plans by their names, and the one doubt that each must leave.
    private static let doubts: [(plan: String, code: FindingCode)] = [
        ("copies", .partSkipped), ("bits", .partSkipped), ("deeper", .partSkipped),
        ("hasty", .firstRecordUnknown), ("nobody", .firstRecordUnknown),
        ("recent", .recoveryPointUnknown), ("asked", .partSkipped), ("little", .controlsNotRun),
    ]

    /// A sentinel whose query has no answer: there is no such table.
    private static let sentinel =
        "{name: bed, set: plain, query: select 1 from bed, sha256: "
        + String(repeating: "0", count: 64) + "}"

    @Test func `whatever was left out or could not be told is not proven`() throws {
        try withSite { site in
            #expect(try site.drill("done").result.verdict == .proven)
            for (plan, code) in Self.doubts {
                let result = try site.drill(plan).result
                #expect(ExitCode(result.verdict).rawValue == 3, "\(plan): \(result.findings)")
                let grave = result.findings.filter { $0.severity != .notice }
                #expect(grave.map(\.code) == [code], "\(plan): \(grave)")
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: only root runs the server as another user"))
    func `a server that cannot be started shows nothing about the data`() throws {
        try withSite { site in
            #expect(unsafe chmod(site.folder, 0o700) == 0)
            let outcome = try site.drill("done")
            #expect(ExitCode(outcome.result.verdict).rawValue == 3)
            let skipped = try #require(outcome.result.findings.first { $0.code == .partSkipped })
            #expect(skipped.evidence["phase"] == "equip")
            #expect(skipped.detail?.contains("may not enter it") == true)
            #expect(outcome.timeline.reached[.proven] == nil)
            #expect(outcome.result.level == 0)
        }
    }
}
