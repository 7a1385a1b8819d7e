import Custody
import Drills
import FileSystem
import Format
import Glibc
import LocalStore
import Model
import ObjectStore
import Primitives
import Processes
import TestSupport
import Testing
import Workers

/// Clinical sentinels among restored files: what must come back as the hospital knows it.
@Suite struct FileSentinelTests {
    private static let chart = Array("0001000001 O-negative, allergic to penicillin".utf8)

    /// Drills a snapshot with one chart in it, at level 4.
    ///
    /// - Parameters:
    ///   - name: of the file that is asked for.
    ///   - digest: what it is known to be.
    ///   - question: how it is asked for; nil for the file.
    ///   - injection: what is done to it after it came back.
    /// - Returns: what came of the drill.
    /// - Throws: if it could not be made.
    private func drill(
        _ name: String = "chart",
        digest: Digest = SHA256.hash(chart),
        question: Sentinel.Question? = nil,
        injection: DrillInjection? = nil
    ) throws -> DrillResult {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("chart", Self.chart)
            _ = try hospital.backUp()
            try FolderTree.make("\(folder)/scratch", mode: 0o700)
            let part = FilesPart(
                set: "files",
                snapshot: try hospital.open(),
                canaryPath: nil,
                stop: StopFlag()
            )
            let context = DrillContext(
                scratch: "\(folder)/scratch",
                seed: SHA256.hash([1]),
                timeline: DrillTimeline(),
                progress: { _ in },
                injection: injection
            )
            var request = DrillRun.Request(
                level: Sentinel.level,
                recoveryTimeMax: nil,
                recoveryPointMax: nil,
                identityIsOnBackupHost: false,
                scratchIsMemory: true
            )
            let path = RecordPath.relative("\(hospital.source)/\(name)")
            request.sentinels = [
                Sentinel(
                    title: "weekly/chart-1",
                    set: "files",
                    question: question ?? .file(path),
                    digest: digest
                )
            ]
            return try DrillRun(request, parts: [part], context: context).run()
        }
    }

    @Test func `a chart that came back as it is known takes the drill to level 4`() throws {
        let result = try drill()
        #expect(result.verdict == .proven, "\(result.findings)")
        #expect(result.level == 4)
        // A hash of a file is no application.
        #expect(result.claims.onceUsed.workingEHR.lacks == [.applicationsNotRun])
        let control = try #require(result.controls.first)
        #expect(control.sabotage.hasPrefix("sentinel"))
        #expect(control.foundAs == .sentinelDiffers)
        #expect(result.controls.count >= 4)
    }

    @Test func `a chart that is another than it is known to be fails the drill`() throws {
        let result = try drill(digest: SHA256.hash([1]))
        #expect(result.verdict == .failed)
        #expect(result.level == 2)
        let found = result.findings.filter { $0.severity != .notice }
        #expect(found.map(\.code) == [.sentinelDiffers])
        #expect(found.map(\.subject) == [.named("weekly/chart-1")])
        // What does not hold shows nothing of the judge.
        #expect(!result.controls.contains { $0.sabotage.hasPrefix("sentinel") })
    }

    @Test func `a chart that is not there fails the drill`() throws {
        let result = try drill("chart-of-another")
        let found = result.findings.filter { $0.severity != .notice }
        #expect(found.map(\.code) == [.sentinelMissing])
        #expect(result.verdict == .failed)
        #expect(result.level == 2)
    }

    @Test func `a chart that is altered after it came back is found as one`() throws {
        let result = try drill { moment, part, context in
            guard moment == .beforeJudging else {
                return
            }
            let folder = context.folder(of: part.set)
            let root = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY)
            let inner = try #require(
                try root.open(name: Array("tmp".utf8), O_RDONLY | O_DIRECTORY).names().first
            )
            let name = String(decoding: inner, as: UTF8.self)
            let file = try FileHandle.open("\(folder)/tmp/\(name)/source/chart", O_WRONLY)
            try file.write([1, 2, 3])
        }
        let codes = result.findings.filter { $0.severity == .failure }.map(\.code)
        #expect(codes.contains(.restoredContentDiffers) && codes.contains(.sentinelDiffers))
    }

    @Test func `files cannot be asked a query, and that is no answer`() throws {
        let result = try drill(question: .query("select 1"))
        #expect(result.verdict == .notProven)
        let found = result.findings.filter { $0.severity != .notice }
        #expect(found.map(\.code) == [.partSkipped])
        #expect(found.map(\.subject) == [.named("weekly/chart-1")])
        #expect(result.level == 2)
    }
}

/// Clinical sentinels in a restored database, and how an operator has their hashes.
@Suite(.enabled(if: canDrill, "no drill can be run here"), .serialized, .timeLimit(.minutes(15)))
struct DatabaseSentinelTests {
    private static let schema = """
        CREATE TABLE patient (id int PRIMARY KEY, name text, born date, note text);
        CREATE TABLE visit (id int PRIMARY KEY, patient int REFERENCES patient, at timestamptz);
        CREATE INDEX visit_at ON visit (at);
        INSERT INTO patient SELECT i, '患者 ' || i, '1950-02-03', NULL FROM generate_series(1, 50) i;
        INSERT INTO visit SELECT i, i, '2026-01-01' FROM generate_series(1, 50) AS i
        """
    private static let query = "select name, note, born, id from patient where id = 7"
    private static let known = Sentinel.digest(ofRow: ["患者 7", nil, "1950-02-03", "7"])

    private func withSite(
        _ body: (borrowing DatabaseSite, _ connection: String) throws -> Void
    ) throws {
        try TestServer.run { server in
            try server.run("CREATE DATABASE health")
            try server.run(Self.schema, in: "health")
            func plan(_ query: String, _ digest: Digest) -> String {
                "{set: ehr, level: 4, sentinels: [{name: chart-7, set: ehr, query: \"\(query)\", "
                    + "sha256: \(digest.hex)}]}"
            }
            try withTemporaryFolder { folder in
                let site = try DatabaseSite(
                    in: folder,
                    """
                    sets:
                      ehr:
                        source:
                          postgresql: {connection: "\(server.connection)", database: health}
                    drills:
                      known: \(plan(Self.query, Self.known))
                      other: \(plan(Self.query, SHA256.hash([1])))
                      gone: \(plan("select id from patient where id = 51", Self.known))
                    """
                )
                _ = try site.backUp("ehr")
                try body(site, server.connection)
            }
        }
    }

    @Test func `a row that came back as it is known takes the drill to level 4`() throws {
        try withSite { site, _ in
            let outcome = try site.drill("known")
            let result = outcome.result
            #expect(result.verdict == .proven, "\(result.findings)")
            #expect(result.level == 4)
            #expect(result.controls.contains { $0.foundAs == .sentinelDiffers })
            let stored = try site.store().get(outcome.recordKey, bytesMax: 1 << 20)
            let record = String(decoding: try Envelope(decoding: stored).payload, as: UTF8.self)
            #expect(record.contains(#""level":4"#) && record.contains(#""levelAsked":4"#))
            #expect(!record.contains("患者") && !record.contains("chart-7"))
        }
    }

    @Test func `another row, or none, fails the drill under the sentinel's name`() throws {
        try withSite { site, _ in
            let expected: [(plan: String, code: FindingCode)] = [
                ("other", .sentinelDiffers), ("gone", .sentinelMissing),
            ]
            for (plan, code) in expected {
                let result = try site.drill(plan).result
                let grave = result.findings.filter { $0.severity != .notice }
                #expect(grave.map(\.code) == [code], "\(plan)")
                #expect(grave.map(\.subject) == [.named("\(plan)/chart-7")])
                #expect(result.verdict == .failed && result.level == 3)
            }
        }
    }

    @Test(.enabled(if: Tool.find("psql") != nil, "NOT TESTED: psql is not installed"))
    func `psql and sha256sum give the hash of a row`() throws {
        try withSite { _, connection in
            let script = """
                PGTZ=UTC PGDATESTYLE='ISO, YMD' psql -AtX -F "$(printf '\\037')" -c "$1" \
                -d "$0 dbname=health" | head -c -1 | sha256sum | cut -d' ' -f1
                """
            let output = try Command("sh", ["-c", script, connection, Self.query])
                .run(timeout: .seconds(60))
            #expect(output.text == Self.known.hex + "\n", "\(output.errorTail)")
        }
    }
}
