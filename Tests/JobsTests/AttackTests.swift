import Catalog
import Configuration
import Copying
import Format
import HostState
import Model
import ObjectStore
import Primitives
import TestSupport
import Testing

@testable import Jobs

/// What is remembered of attacks on stores, and what `status` says of them.
@Suite struct AttackTests {
    private static let noon = Timestamp(seconds: 1_795_402_800)
    private static let stood =
        #"[{"answer":"403","attack":"delete","lost":null,"outcome":"refused"}]"#
    private static let harmed =
        #"[{"answer":"403","attack":"delete","lost":null,"outcome":"refused"},"#
        + #"{"answer":"done","attack":"bypass","lost":"bytes","outcome":"harmed"}]"#
    private static let unanswered =
        #"[{"answer":"none","attack":"delete","lost":null,"outcome":"unanswered"}]"#

    private func row(
        _ place: String,
        _ verdict: Verdict,
        daysAgo: Int64 = 1,
        _ attempts: String = Self.stood
    ) -> AttackRow {
        let time = Timestamp(seconds: Self.noon.seconds - daysAgo * 86_400)
        return AttackRow(
            store: place,
            started: time,
            finished: time,
            verdict: verdict,
            attempts: attempts,
            recordKey: nil
        )
    }

    /// What a site says of its stores whose vault was attacked so.
    private func judge(
        store: String = "immutable: true, class: O4",
        role: String = "backup",
        _ rows: (String) -> [AttackRow]
    ) throws -> [Finding] {
        try withTemporaryFolder(inMemory: true) { folder in
            let text = """
                site: {name: Test, timezone: Asia/Tokyo}
                role: \(role)
                state: \(folder)/state
                recipients: {recovery: age1\(String(repeating: "q", count: 58))}
                stores: {vault: {path: \(folder)/vault, \(store)}}
                sets:
                  ehr:
                    source: {files: {paths: [/nowhere]}}

                """
            let site = Site(try Configuration.parse(Array(text.utf8), file: "test"))
            try site.state.prepare()
            let catalog = try site.catalog()
            for row in rows("vault (\(folder)/vault)") {
                try catalog.record(attack: row)
            }
            let report = try StatusReport(of: site, now: Self.noon)
            let codes: Set<FindingCode> = [
                .attackNever, .attackSucceeded, .attackUnanswered, .attackLate, .objectNotLocked,
                .storeReachable, .datedInTheFuture,
            ]
            return report.site.filter { codes.contains($0.code) }
        }
    }

    @Test func `a store that stood its last attack is told of no more`() throws {
        let findings = try judge { place in
            [row(place, .failed, daysAgo: 3, Self.harmed), row(place, .proven)]
        }
        #expect(findings == [])
    }

    @Test func `a store that was never attacked is in doubt, if it is to resist`() throws {
        #expect(try judge { _ in [] }.map(\.code) == [.attackNever])
        #expect(try judge { _ in [row("vault (/elsewhere)", .proven)] }.count == 1)
        #expect(try judge(store: "class: O3") { _ in [] } == [])
        #expect(try judge(store: "immutable: true") { _ in [] } == [])
        #expect(try judge(role: "drill") { _ in [] } == [])
    }

    @Test func `what succeeded is told until it fails`() throws {
        let findings = try judge { [row($0, .proven), row($0, .failed, Self.harmed)] }
        #expect(findings.map(\.code) == [.attackSucceeded])
        #expect(findings.first?.evidence["attack"] == "bypass")
        let unflagged = try judge { [row($0, .failed)] }
        #expect(unflagged.map(\.code) == [.objectNotLocked])
    }

    @Test func `what was not answered is a doubt`() throws {
        let findings = try judge { [row($0, .notProven, Self.unanswered)] }
        #expect(findings.map(\.code) == [.attackUnanswered])
        #expect(findings.first?.evidence["attack"] == "delete")
    }

    @Test func `an attack of more than 100 days ago is late`() throws {
        #expect(try judge { [row($0, .proven, daysAgo: 100)] } == [])
        #expect(try judge { [row($0, .proven, daysAgo: 101)] }.map(\.code) == [.attackLate])
        #expect(try judge { [row($0, .proven, daysAgo: -1)] }.map(\.code) == [.datedInTheFuture])
    }

    @Test func `an attack that was of another kind is none, and what it harmed is told`() throws {
        let reached = [("refused", "null"), ("harmed", #""separation""#)].map { outcome, lost in
            #"[{"answer":"x","attack":"reach","by":"ward","lost":\#(lost),"#
                + #""outcome":"\#(outcome)","target":"192.0.2.10:445"}]"#
        }
        let lacking = try judge { [row($0, .proven, reached[0])] }
        #expect(lacking.map(\.code) == [.attackNever])
        #expect(lacking.first?.evidence == ["attack": "delete"])
        let harmed = try judge { [row($0, .failed, reached[1])] }
        #expect(harmed.first?.code == .attackNever && Verdict(harmed) == .failed)
    }

    // MARK: - Records

    @Test func `a catalog learns an attack from its record`() throws {
        let expected = row("vault (/vault)", .failed, Self.harmed)
        let attempts = try JSONValue(canonical: Array(Self.harmed.utf8), of: "a test")
        let statement = Statement(
            [Statement.Subject(name: StoreKey.sacrifice(.zero), digest: SHA256.hash([1]))],
            predicateType: RecordKind.attack.predicateType,
            predicate: .object([
                "attempts": attempts,
                "findings": .object(["attack-succeeded": .integer(1)]),
                "finished": .string(expected.finished.rfc3339),
                "previous": .null,
                "sequence": .integer(1),
                "started": .string(expected.started.rfc3339),
                "store": .string(expected.store),
                "tool": .string("toride test"),
                "verdict": .string("failed"),
            ])
        )
        let facts = try RecordFacts(
            .attack,
            decoding: statement.json.canonical,
            id: "",
            key: "records/attack/x"
        )
        guard case .attack(let read) = facts else {
            Issue.record("got \(facts)")
            return
        }
        var wanted = expected
        wanted.recordKey = "records/attack/x"
        #expect(read == wanted)
        #expect(read.attacks(.harmed) == ["bypass"] && read.attacks(.refused) == ["delete"])
    }

    @Test(arguments: ["", "{}", "[1]", #"[{"attack":1,"outcome":"harmed"}]"#])
    func `attempts that are none are no attempts`(text: String) {
        let attack = row("vault", .failed, text)
        #expect(attack.attacks(.harmed) == [])
        #expect(attack.lacks(of: [.attack(.delete)]) == [.attack(.delete)])
    }
}
