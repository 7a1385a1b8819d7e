import Configuration
import Console
import Custody
import Drills
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import LocalStore
import Model
import ObjectStore
import PostgreSQL
import Reporting
import Synchronization
import TestSupport
import Testing

@testable import Commands

/// Whole drills: a live server is backed up, a drill restores it into a server of its own, and what
/// was done to the data in between decides the verdict.
@Suite(.enabled(if: canDrill, "no drill can be run here"), .serialized, .timeLimit(.minutes(15)))
struct DatabaseDrillTests {
    /// Lends a site whose set `ehr` is the invented hospital's database, backed up once.
    private func withHospital(_ body: (borrowing DatabaseSite) throws -> Void) throws {
        try TestServer.run { server in
            let load = { (name: String, database: String) in
                let file = try FileHandle.open(Tool.fixture("db/\(name)"), O_RDONLY)
                try server.run(script: try file.readAll(bytesMax: 64 << 20), in: database)
            }
            try load("hospital_roles.sql", "postgres")
            try server.run("CREATE DATABASE hospital")
            try load("hospital.sql", "hospital")
            try withTemporaryFolder { folder in
                let site = try DatabaseSite(
                    in: folder,
                    """
                    sets:
                      ehr:
                        source:
                          postgresql: {connection: "\(server.connection)", database: hospital}
                        clinical:
                          time: [ehr.encounter.started_at]
                          firstRecord: "select patient_id from ehr.patient limit 1"
                        canary: true
                      letters: {source: {files: {paths: ["\(Tool.fixture("hl7"))"]}}}
                    groups: {unit: {sets: [ehr, letters], lag: 1h}}
                    drills:
                      whole: {group: unit, level: 3, rto: 1h, rpo: 1h}
                      weekly: {set: ehr, level: 3, rto: 1h, rpo: 1h}
                    """
                )
                _ = try site.backUp("ehr")
                _ = try site.backUp("letters")
                try body(site)
                #expect(try site.plaintext() == [])
            }
        }
    }

    // MARK: - Verdicts

    @Test func `an untouched database with its files is proven, with all its times`() throws {
        try withHospital { site in
            let outcome = try site.drill("whole")
            let result = outcome.result
            #expect(result.findings.allSatisfy { $0.severity == .notice }, "\(result.findings)")
            #expect(ExitCode(result.verdict) == .done)
            #expect(result.level == 3)
            // The seed takes one of the canary's two.
            let canary = result.controls.filter { $0.sabotage.hasPrefix("canary ") }
            #expect(canary.count == 1)
            #expect(canary.allSatisfy { $0.foundAs != nil })
            let others = result.controls.filter { !$0.sabotage.hasPrefix("canary ") }
            #expect(
                others.map(\.foundAs) == [
                    .tableContentDiffers, .tableContentDiffers, .schemaDiffers, .schemaDiffers,
                    .sequenceBehind, .foreignKeyBroken, .tableMissing, .tableMissing,
                    .restoredContentDiffers, .restoredMetadataDiffers, .restoredFileMissing,
                    .restoredFileMissing, .recoveryPointExceeded, .nothingToVerify,
                    .snapshotUnopened, .nothingToVerify, .snapshotUnopened, .drillAborted,
                ]
            )
            #expect(result.claims.referenceChart.verdict == .proven)
            #expect(result.claims.workingEHR.lacks == [.usableNotNoted], "nobody used it")
            #expect(result.restored.map(\.set).sorted() == ["ehr", "letters"])
            #expect(result.restored.allSatisfy { $0.bytes > 0 && $0.time > .zero })
            #expect(result.forecast.time != nil)
            let steps = DrillStep.byProgram
            #expect(Set(outcome.timeline.reached.keys) == Set(steps))
            let times = steps.compactMap { outcome.timeline.reached[$0] }
            #expect(times == times.sorted(), "a step was reached before the one above it")
            #expect(try #require(result.recoveryPoint) < .seconds(60))
            let (screen, record) = try tell(outcome, site)
            #expect(screen.contains("verdict: proven"))
            #expect(record.contains(#""verdict":"proven""#))
        }
    }

    @Test func `one changed row fails the drill, and the operator reads which table`() throws {
        try withHospital { site in
            let outcome = try site.drill("weekly") { moment, part, _ in
                try query(
                    "UPDATE ehr.patient SET phone = '000-0000-9999' WHERE patient_id = "
                        + "(SELECT min(patient_id) FROM ehr.patient)",
                    at: moment,
                    part
                )
            }
            let found = outcome.result.findings.filter { $0.severity == .failure }
            #expect(found.map(\.code) == [.tableContentDiffers])
            #expect(found.map(\.subject) == [.table("ehr.patient")])
            try expectFailed(outcome, naming: "ehr.patient", "table-content-differs", site)
        }
    }

    @Test func `a lost row fails the drill, and the operator reads which table`() throws {
        try withHospital { site in
            let outcome = try site.drill("weekly") { moment, part, _ in
                try query(
                    "DELETE FROM ehr.allergy WHERE ctid = (SELECT min(ctid) FROM ehr.allergy)",
                    at: moment,
                    part
                )
            }
            let found = outcome.result.findings.filter { $0.severity == .failure }
            #expect(found.map(\.code) == [.tableRowCountDiffers])
            try expectFailed(outcome, naming: "ehr.allergy", "table-row-count-differs", site)
        }
    }

    @Test func `one dropped table fails the drill, and the operator reads which`() throws {
        try withHospital { site in
            let outcome = try site.drill("weekly") { moment, part, _ in
                try query("DROP TABLE ehr.allergy", at: moment, part)
            }
            #expect(
                outcome.result.findings.contains {
                    $0.code == .tableMissing && $0.subject == .table("ehr.allergy")
                }
            )
            try expectFailed(outcome, naming: "ehr.allergy", "table-missing", site)
        }
    }

    @Test func `a flipped bit in a patient's row of the dump fails the drill`() throws {
        try withHospital { site in
            let outcome = try site.drill("weekly") { moment, part, _ in
                // The first patient's number; the phone book of the fixture has it once.
                try flip("000-0753-4123", at: moment, part)
            }
            let found = outcome.result.findings.filter { $0.severity == .failure }
            #expect(
                Set(found.map(\.subject)) == [
                    .table("ehr.patient"), .path(Array("database.dump".utf8)),
                ]
            )
            try expectFailed(outcome, naming: "ehr.patient", "table-content-differs", site)
        }
    }

    @Test func `a flipped bit in a statement of the dump fails the drill`() throws {
        try withHospital { site in
            let outcome = try site.drill("weekly") { moment, part, _ in
                try flip("CREATE TABLE ehr.patient", at: moment, part)
            }
            let found = outcome.result.findings.filter { $0.severity == .failure }
            #expect(found.map(\.code) == [.databaseRestoreFailed])
            #expect(outcome.result.level == 0)
            #expect(outcome.timeline.reached[.proven] == nil)
            try expectFailed(outcome, naming: nil, "database-restore-failed", site)
        }
    }

    // MARK: - The self-test

    @Test func `a self-test damages the dump too, and each damage is found`() throws {
        try withHospital { site in
            let outcome = try site.drill("weekly", controls: .all)
            let controls = outcome.result.controls
            #expect(controls.allSatisfy { $0.foundAs != nil }, "\(controls)")
            let dumps = controls.map(\.sabotage).filter { $0.hasPrefix("dump") }
            #expect(
                dumps == [
                    "dump, a bit flipped at 30 %", "dump, a bit flipped at 50 %",
                    "dump, a bit flipped at 90 %", "dump cut at 95 %",
                ]
            )
            #expect(controls.count > dumps.count)
            #expect(outcome.result.verdict == .proven, "\(outcome.result.findings)")
            // Each costs a restore: other drills leave them out.
            let rotating = try site.drill("weekly").result.controls
            #expect(!rotating.contains { $0.sabotage.hasPrefix("dump") })
        }
    }

    // MARK: - Helpers

    /// Runs a statement in the restored database before it is judged; no trigger sees it.
    private func query(_ sql: String, at moment: DrillMoment, _ part: any DrillPart) throws {
        guard moment == .beforeJudging else {
            return
        }
        let connection = try Connection.open(
            try #require((part as? DatabasePart)?.server, "the database is not up")
        )
        try connection.query("SET session_replication_role = replica", for: "harm")
        try connection.query("SET client_min_messages = error", for: "harm")
        try connection.query(sql, for: "harm")
    }

    /// Flips the lowest bit of the last byte of `text` in the dump before it is loaded.
    private func flip(_ text: String, at moment: DrillMoment, _ part: any DrillPart) throws {
        guard moment == .beforeLoading else {
            return
        }
        let path = try #require((part as? DatabasePart)?.dumpPath)
        let file = try FileHandle.open(path, O_RDWR)
        let bytes = try file.readAll(bytesMax: 64 << 20)
        let place = try #require(bytes.firstRange(of: Array(text.utf8))).upperBound - 1
        try file.write([bytes[place] ^ 1][...], at: Int64(place))
    }

    /// What the operator's terminal shows of a drill, and what the signed record says.
    private func tell(
        _ outcome: DrillJob.Outcome,
        _ site: borrowing DatabaseSite
    ) throws -> (screen: String, record: String) {
        let plan = try #require(site.site.configuration.drill(named: outcome.plan))
        let collector = Collector()
        let terminal = Terminal(
            language: .english,
            isJSON: false,
            isQuiet: false,
            output: { text, _ in collector.take(text) }
        )
        DrillReport.show(outcome, plan, terminal)
        let stored = try site.store().get(outcome.recordKey, bytesMax: 1 << 20)
        let payload = try Envelope(decoding: stored).payload
        return (collector.text, String(decoding: payload, as: UTF8.self))
    }

    private func expectFailed(
        _ outcome: DrillJob.Outcome,
        naming table: String?,
        _ code: String,
        _ site: borrowing DatabaseSite
    ) throws {
        #expect(outcome.result.verdict == .failed)
        #expect(ExitCode(outcome.result.verdict).rawValue == 1)
        let (screen, record) = try tell(outcome, site)
        #expect(screen.contains("✗ \(code): \(table.map { "table \($0) " } ?? "")"), "\(screen)")
        #expect(screen.contains("verdict: failed"))
        #expect(record.contains(#""code":"\#(code)""#))
        #expect(record.contains(#""verdict":"failed""#))
        try expectNoPatient(in: record)
        if let table {
            let token = try #require(record.firstMatch(of: /"table:([0-9a-f]{16})"/)?.output.1)
            #expect(try meaning(of: String(token), outcome, site) == table)
        }
    }

    /// Names of tables are as secret as patients: `ehr.hiv_test` would tell.
    private func expectNoPatient(in record: String) throws {
        for word in [
            "ehr.", "allergy", "database.dump", "0001000001", "村上", "さくら", "000-0753",
        ] {
            #expect(!record.contains(word), "\(word) stands in the record")
        }
    }

    /// What a token of a record stands for, as `drill show --reveal` looks it up.
    private func meaning(
        of token: String,
        _ outcome: DrillJob.Outcome,
        _ site: borrowing DatabaseSite
    ) throws -> String? {
        let path = "\(site.site.state.path)/drills/\(outcome.id).tokens"
        let bytes = try #require(try SmallFile.read(path, bytesMax: 1 << 20))
        guard case .object(let members) = try JSONValue(canonical: bytes, of: "a token map"),
            case .string(let text)? = members[token]
        else {
            return nil
        }
        return Base64.decode(text).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Takes what a terminal is told.
final class Collector: Sendable {
    private let taken = Mutex("")

    var text: String { taken.withLock { $0 } }

    func take(_ text: String) {
        taken.withLock { $0 += text }
    }
}
