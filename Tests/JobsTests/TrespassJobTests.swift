import Catalog
import Configuration
import Copying
import FileSystem
import Glibc
import HostState
import Model
import ObjectStore
import TestSupport
import Testing
import Workers

@testable import Jobs

/// Who is tried on an area of its own, and what `status` says of one that lets others in.
@Suite struct TrespassJobTests {
    private static let noon = Timestamp(seconds: 1_795_402_800)

    /// A site with an area of class O3, in a service that is not there, and two other buckets, of
    /// one of which the credentials are lost.
    private func withSite(_ body: (Site, _ area: String) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let (number, port) = try Sockets.loopbackListener()
            close(number)
            let endpoint = "http://127.0.0.1:\(port)"
            let key = "[default]\naws_access_key_id = a\naws_secret_access_key = b\n"
            try FileHandle.open("\(folder)/key", O_WRONLY | O_CREAT | O_EXCL)
                .write(Array(key.utf8))
            let text = """
                site: {name: Test, timezone: Asia/Tokyo}
                state: \(folder)/state
                recipients: {recovery: age1\(String(repeating: "q", count: 58))}
                stores:
                  primary: {path: \(folder)/store}
                  vault: {s3: {endpoint: "\(endpoint)", bucket: area}, class: O3}
                  lost: {s3: {endpoint: "\(endpoint)", bucket: lost, credentials: \(folder)/no}}
                  dead: {s3: {endpoint: "\(endpoint)", bucket: dead, credentials: \(folder)/key}}
                sets:
                  ehr: {source: {files: {paths: [/nowhere]}}, stores: [primary]}

                """
            let site = Site(try Configuration.parse(Array(text.utf8), file: "test"))
            try site.state.prepare()
            try body(site, "vault (\(endpoint)/area)")
        }
    }

    @Test func `every other bucket is tried, and one that cannot be is in doubt`() throws {
        try withSite { site, _ in
            let job = try AttackJob(site, now: { Self.noon }, stop: StopFlag())
            #expect(job.stores.map(\.name) == ["vault"])
            let store = try #require(job.stores.first)
            let area = SeparateMemoryStore(
                "vault",
                access: AccessList(owner: "ours"),
                admits: ["vault"]
            )
            var report = AttackReport()
            try job.trespass(area, of: store, &report)
            let told = report.attempts.map { attempt in
                "\(attempt.trial.name) \(attempt.trial.by ?? ""): \(attempt.outcome.rawValue)"
            }
            #expect(
                told == [
                    "trespass anyone: refused", "trespass store dead: unanswered",
                    "owners anyone: refused", "owners store dead: unanswered",
                    "trespass store lost: unanswered",
                ]
            )
            #expect(report.findings.map(\.code) == Array(repeating: .attackUnanswered, count: 3))
            #expect(report.findings.allSatisfy { $0.subject == .named("vault") })
            #expect(report.verdict == .notProven)
        }
    }

    /// What was tried by these, and kept out.
    private static func keptOut(_ strangers: [String]) -> [String] {
        strangers.map { name in
            #"{"answer":"403","attack":"trespass","by":"\#(name)","#
                + #""lost":null,"outcome":"refused"}"#
        }
    }

    /// What `status` says of the area after an attack came to this.
    private func judge(_ verdict: Verdict?, _ attempts: [String] = []) throws -> [Finding] {
        var findings: [Finding] = []
        try withSite { site, area in
            if let verdict {
                try site.catalog().record(
                    attack: AttackRow(
                        store: area,
                        started: Self.noon,
                        finished: Self.noon,
                        verdict: verdict,
                        attempts: "[\(attempts.joined(separator: ","))]",
                        recordKey: nil
                    )
                )
            }
            let report = try StatusReport(of: site, now: Self.noon)
            findings = report.site.filter { $0.subject == .named(area) }
        }
        return findings
    }

    @Test func `an area that others enter is told until it keeps them out`() throws {
        let harmed = ["trespass", "owners"].map { name in
            #"{"answer":"done","attack":"\#(name)","by":"anyone","#
                + #""lost":"separation","outcome":"harmed"}"#
        }
        let others = Self.keptOut(["store lost", "store dead"])
        let findings = try judge(.failed, harmed + others)
        let codes: [FindingCode] = [.areaNotSeparate, .attackNever, .attackSucceeded]
        let told = findings.filter { codes.contains($0.code) }
        #expect(told.map(\.code) == [.areaNotSeparate])
        #expect(told.first?.evidence["attack"] == "trespass, owners")
        func never(_ verdict: Verdict?, _ strangers: [String]) throws -> Bool {
            let findings = try judge(verdict, Self.keptOut(strangers))
            return findings.map(\.code).filter(codes.contains) == [.attackNever]
        }
        let all = ["anyone", "store lost", "store dead"]
        let apart = try judge(.proven, Self.keptOut(all))
        #expect(apart.filter { codes.contains($0.code) } == [])
        #expect(try never(nil, []))
        for absent in all {
            let others = all.filter { $0 != absent }
            #expect(try never(.proven, others), "\(absent)")
        }
    }
}
