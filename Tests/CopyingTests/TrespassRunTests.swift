import Copying
import Format
import Model
import ObjectStore
import TestSupport
import Testing
import Workers

/// An area is separate if strangers who are somebody get nothing there, and nobody else owns it.
@Suite struct TrespassRunTests {
    private static let ours = AccessList(owner: "ours")
    private static let theirs = AccessList(owner: "theirs")
    private static let anyone = SeparateMemoryStore.anyone

    /// The area itself.
    private func area(
        _ access: AccessList? = TrespassRunTests.ours,
        isPublic: Bool? = false,
        admits others: Set<String> = [],
        ignores: Set<String> = []
    ) -> SeparateMemoryStore {
        SeparateMemoryStore(
            "vault",
            access: access,
            isPublic: isPublic,
            admits: others.union(["vault"]),
            ignores: ignores
        )
    }

    /// A bucket of somebody else.
    private func stranger(
        _ access: AccessList? = TrespassRunTests.theirs,
        in service: String = "a service"
    ) -> SeparateMemoryStore {
        SeparateMemoryStore("primary", in: service, access: access, admits: ["primary"])
    }

    /// The area, once nothing more can be stored in it.
    private var fullArea: SeparateMemoryStore {
        var faults = FaultyStore.Faults()
        faults.unwritable = "attacks/"
        let base = FaultyStore(MemoryStore([:]), faults)
        return SeparateMemoryStore("vault", access: Self.ours, admits: ["vault"], base)
    }

    private func run(
        _ area: SeparateMemoryStore,
        _ strangers: SeparateMemoryStore...
    ) throws -> AttackReport {
        var report = AttackReport()
        try TrespassRun(area, strangers: strangers.map { ($0.place, $0) }).run(&report)
        return report
    }

    /// Trials and words of what came out so, in order.
    private func attempts(_ outcome: AttackReport.Outcome, _ report: AttackReport) -> [String] {
        report.attempts.filter { $0.outcome == outcome }.map { attempt in
            "\(attempt.trial.name) \(attempt.trial.by ?? "this host"): \(attempt.word)"
        }
    }

    // MARK: - Proven

    @Test func `an area that nobody else enters or owns is separate`() throws {
        let area = area()
        let report = try run(area, stranger())
        #expect(
            attempts(.refused, report) == [
                "trespass anyone: 403 AccessDenied", "trespass store primary: 403 AccessDenied",
                "owners anyone: apart", "owners store primary: apart",
            ]
        )
        #expect(report.attempts.count == 4)
        #expect(report.findings == [] && report.verdict == .proven)
        #expect(report.access == Self.ours)
        let keys = try area.list(prefix: "").map(\.key)
        #expect(keys == Array(report.sacrifices.keys))
        #expect(keys.map { StoredKind(key: $0) } == [.sacrifice])
    }

    @Test func `an owner of another service has another name`() throws {
        let report = try run(area(), stranger(in: "another service"))
        #expect(attempts(.refused, report).last == "owners store primary: apart")
        #expect(report.findings == [] && report.verdict == .proven)
    }

    // MARK: - Failed

    @Test(arguments: ["primary", anyone])
    func `an area into which one gets is not separate`(who: String) throws {
        let area = area(admits: [who])
        let report = try run(area, stranger())
        let by = who == "primary" ? "store primary" : "anyone"
        #expect(attempts(.harmed, report) == ["trespass \(by): done"])
        #expect(report.findings.map(\.code) == [.areaNotSeparate] && report.verdict == .failed)
        #expect(report.findings.map(\.subject) == [.named("vault")])
        let evidence = ["answer": "done", "attack": "trespass", "by": by, "lost": "separation"]
        #expect(report.findings.first?.evidence == evidence)
        // What the trespasser wrote is foreign to nobody.
        let keys = try area.list(prefix: "").map(\.key)
        #expect(keys.count == 2 && report.sacrifices.count == 1)
        #expect(keys.allSatisfy { StoredKind(key: $0) == .sacrifice })
    }

    @Test(arguments: [
        (ours, "the same owner"),
        (AccessList(owner: "theirs", grantees: ["ours"]), "apart"),
    ])
    func `an owner of both is one owner`(other: AccessList, word: String) throws {
        let report = try run(area(), stranger(other))
        let isApart = word == "apart"
        #expect(attempts(.harmed, report) == (isApart ? [] : ["owners store primary: \(word)"]))
        #expect(report.verdict == (isApart ? .proven : .failed))
    }

    @Test func `who was given a right is in`() throws {
        let shared = area(AccessList(owner: "ours", grantees: ["theirs"]))
        let report = try run(shared, stranger())
        #expect(attempts(.harmed, report) == ["owners store primary: shared with its owner"])
        let evidence = report.findings.first?.evidence
        #expect(evidence?["answer"] == "shared with its owner")
        let open = try run(area(AccessList(owner: "ours", grantees: ["all"], isOpen: true)))
        #expect(attempts(.harmed, open) == ["owners anyone: open to everybody"])
        #expect(open.findings.map(\.code) == [.areaNotSeparate])
    }

    @Test func `a policy for everybody opens it as a grant does`() throws {
        let report = try run(area(isPublic: true), stranger())
        #expect(attempts(.harmed, report) == ["owners anyone: open to everybody"])
        #expect(report.findings.map(\.code) == [.areaNotSeparate])
    }

    // MARK: - Not proven

    @Test func `a stranger whose credentials are worn out shows nothing`() throws {
        let nobody = SeparateMemoryStore("primary", access: Self.theirs, admits: [])
        let report = try run(area(), nobody)
        #expect(attempts(.unanswered, report) == ["trespass store primary: none"])
        #expect(report.findings.map(\.code) == [.attackUnanswered])
        #expect(report.findings.first?.evidence["by"] == "store primary")
        let reason = report.findings.first?.evidence["reason"]
        #expect(reason?.contains("its credentials do not open its own area") == true)
        #expect(report.verdict == .notProven)
    }

    @Test(arguments: ["primary", anyone])
    func `no answer to a trespass is no refusal`(who: String) throws {
        let report = try run(area(ignores: [who]), stranger())
        let by = who == "primary" ? "store primary" : "anyone"
        #expect(attempts(.unanswered, report) == ["trespass \(by): none"])
        #expect(report.verdict == .notProven)
    }

    @Test func `an owner who is not told leaves the question open`() throws {
        let own = try run(area(nil), stranger())
        #expect(attempts(.unanswered, own) == ["owners anyone: none"])
        #expect(own.access == nil && own.attempts.count == 3)
        #expect(own.verdict == .notProven)
        let other = try run(area(), stranger(nil))
        #expect(attempts(.unanswered, other) == ["owners store primary: none"])
        #expect(other.verdict == .notProven)
    }

    @Test(arguments: [ours, AccessList(owner: "theirs", grantees: ["ours"])])
    func `the same id at another address may be the same owner`(access: AccessList) throws {
        let report = try run(area(access), stranger(Self.ours, in: "another service"))
        let word = "the same id at another address"
        #expect(attempts(.unanswered, report) == ["owners store primary: \(word)"])
        #expect(report.findings.map(\.code) == [.attackUnanswered])
        #expect(report.findings.first?.evidence["reason"] == word)
        #expect(report.verdict == .notProven)
    }

    @Test func `somebody of whom nothing is known leaves the question open`() throws {
        let others = AccessList(owner: "ours", grantees: ["a", "theirs", "b"], unnamed: 1)
        let report = try run(area(others), stranger())
        #expect(attempts(.unanswered, report) == ["owners anyone: shared with 3 others"])
        // What is known is told all the same.
        #expect(attempts(.harmed, report) == ["owners store primary: shared with its owner"])
        let address = try run(area(AccessList(owner: "ours", unnamed: 1)), stranger())
        #expect(attempts(.unanswered, address) == ["owners anyone: shared with 1 others"])
        #expect(address.verdict == .notProven)
    }

    @Test func `a policy that is not told leaves the question open, and that alone`() throws {
        let report = try run(area(isPublic: nil), stranger(Self.ours))
        #expect(attempts(.unanswered, report) == ["owners anyone: none"])
        #expect(attempts(.harmed, report) == ["owners store primary: the same owner"])
    }

    // MARK: - Ends

    @Test func `an area in which nothing can be stored is not tried`() throws {
        var report = AttackReport()
        #expect(throws: StoreError.self) {
            try TrespassRun(fullArea, strangers: []).run(&report)
        }
        #expect(report.attempts == [])
    }

    @Test func `what was found before is not lost for that`() throws {
        var report = AttackReport()
        let harm = AttackReport.Attempt(.attack(.delete), .done, loss: .bytes)
        report.add(harm, at: "vault")
        try TrespassRun(fullArea, strangers: [("primary", stranger())]).run(&report)
        #expect(report.attempts.first == harm && report.verdict == .failed)
        #expect(
            attempts(.unanswered, report) == [
                "trespass anyone: none", "trespass store primary: none",
            ]
        )
        #expect(report.findings.last?.evidence["reason"]?.contains("Read-only") == true)
        #expect(report.sacrifices.isEmpty)
    }

    @Test func `a stop ends it between two strangers`() throws {
        let stop = StopFlag()
        stop.set()
        let run = TrespassRun(area(), strangers: [("primary", stranger())], stop: stop)
        var report = AttackReport()
        #expect(throws: Stopped.self) { try run.run(&report) }
        #expect(report.attempts.count == 1)
    }
}
