import Copying
import Model
import Network
import ObjectStore
import Testing

/// What is seen from two networks shows that they are kept apart, or does not.
@Suite struct ReachJudgeTests {
    static let target = "192.0.2.10:445"
    static let target6 = "[2001:db8::10]:445"
    static let control = "192.0.2.80:443"
    /// What a probe prints of a store that is kept apart.
    static let apart = "\(target) timed-out\n\(target6) unreachable\n\(control) connected\n"

    private let nas: NetworkAddress
    private let nas6: NetworkAddress
    private let judge: ReachJudge

    init() throws {
        nas = try #require(NetworkAddress(Self.target))
        nas6 = try #require(NetworkAddress(Self.target6))
        let web = try #require(NetworkAddress(Self.control))
        judge = ReachJudge(from: "ward", targets: [nas, nas6], controls: [web])
    }

    /// Everything is there for this host.
    private var alive: ReachJudge.Observations { [nas: .connected, nas6: .connected] }

    private func attempts(
        _ printed: String,
        here: ReachJudge.Observations? = nil,
        failure: String? = nil
    ) -> [AttackReport.Attempt] {
        judge.attempts(here: here ?? alive, printed: Array(printed.utf8), failure: failure)
    }

    private func report(_ attempts: [AttackReport.Attempt]) -> AttackReport {
        attempts.reduce(into: AttackReport()) { $0.add($1, at: "nas (/nas)") }
    }

    // MARK: - Judging

    @Test func `what is alive and not reached from there is kept apart`() {
        let attempts = attempts(Self.apart)
        #expect(attempts.map(\.outcome) == [.refused, .refused])
        #expect(attempts.map(\.word) == ["timed-out", "unreachable"])
        let trials = [nas, nas6].map { Trial.reach(from: "ward", target: $0) }
        #expect(attempts.map(\.trial) == trials)
        #expect(report(attempts).findings == [] && report(attempts).verdict == .proven)
    }

    @Test func `one connection shows that it is not`() {
        let printed = Self.apart.replacing("timed-out", with: "connected")
        let report = report(attempts(printed))
        #expect(report.attempts.map(\.outcome) == [.harmed, .refused])
        #expect(report.verdict == .failed)
        #expect(
            report.findings == [
                Finding(
                    .storeReachable,
                    .named("nas (/nas)"),
                    evidence: [
                        "answer": "done", "attack": "reach", "by": "ward", "lost": "separation",
                        "target": Self.target,
                    ]
                )
            ]
        )
        // Whatever else was not seen.
        let control = "\(Self.control) "
        let alone = printed.replacing("\(control)connected", with: "\(control)timed-out")
        #expect(attempts(alone).map(\.outcome) == [.harmed, .unanswered])
        #expect(attempts(printed, here: [:]).map(\.outcome) == [.harmed, .unanswered])
    }

    @Test func `a refusal is an answer, and no separation`() {
        let attempts = attempts(Self.apart.replacing("timed-out", with: "refused"))
        #expect(attempts.map(\.outcome) == [.unanswered, .refused])
        #expect(attempts.map(\.word) == ["refused", "unreachable"])
        #expect(attempts[0].reason?.contains("something there answered") == true)
        #expect(report(attempts).verdict == .notProven)
    }

    @Test func `what this host does not reach either is not known to be alive`() {
        let attempts = attempts(Self.apart, here: [nas: .timedOut, nas6: .connected])
        #expect(attempts.map(\.outcome) == [.unanswered, .refused])
        #expect(attempts[0].reason == "this host does not reach it either (timed-out)")
        let untried = self.attempts(Self.apart, here: [:])
        #expect(untried.map(\.outcome) == [.unanswered, .unanswered])
    }

    @Test(arguments: [NetworkReach.Answer.refused, .unreachable, .filtered, .timedOut])
    func `a probe without its controls shows nothing`(answer: NetworkReach.Answer) {
        let printed = Self.apart.replacing("connected", with: answer.rawValue)
        let report = report(attempts(printed))
        #expect(report.attempts.map(\.outcome) == [.unanswered, .unanswered])
        #expect(report.findings.map(\.code) == [.attackUnanswered, .attackUnanswered])
        #expect(
            report.findings.first?.evidence["reason"]
                == "the probe did not reach its control \(Self.control) (\(answer.rawValue))"
        )
    }

    @Test func `what the probe's own machine keeps from trying is not kept apart`() {
        let attempts = attempts(Self.apart.replacing("timed-out", with: "filtered"))
        #expect(attempts.map(\.outcome) == [.unanswered, .refused])
        #expect(attempts.map(\.word) == ["filtered", "unreachable"])
        #expect(attempts[0].reason == "the probe's own machine keeps it from trying")
    }

    @Test func `a probe that did not run shows nothing`() {
        let report = report(attempts("", failure: "the probe's program ended with exit code 1"))
        #expect(report.attempts.map(\.trial.target) == [Self.target, Self.target6])
        #expect(report.findings.map(\.code) == [.attackUnanswered, .attackUnanswered])
        #expect(report.findings[0].evidence["reason"]?.hasSuffix("exit code 1") == true)
        #expect(report.attempts.map(\.word) == ["none", "none"])
    }

    @Test func `what a failing probe saw shows no separation`() {
        let attempts = attempts(Self.apart, failure: "the probe's program ended with exit code 1")
        #expect(attempts.map(\.outcome) == [.unanswered, .unanswered])
    }

    /// However it goes on after that, or ends.
    @Test(
        arguments: [
            ("\(target) connected\n", nil), ("\(target) connected", nil),
            ("\(apart)\(target) connected\n", nil), ("\(target) connected\n\(apart)", nil),
            ("Welcome\n  \(target)\tconnected \r\n\(target6) gone", nil),
            ("\(target) connected\n192.0.2.11:445 connected\n", nil),
            ("\(target) connected\n", "the probe's program: ssh: no end after 42.0 seconds"),
            (apart.replacing("timed-out", with: "connected"), "it ended with exit code 255"),
        ] as [(String, String?)]
    )
    func `a connection that was seen is not unseen`(printed: String, failure: String?) {
        let attempts = attempts(printed, here: [:], failure: failure)
        #expect(attempts.map(\.outcome) == [.harmed, .unanswered])
        #expect(attempts.map(\.trial.target) == [Self.target, Self.target6])
        #expect(report(attempts).findings.map(\.code) == [.storeReachable, .attackUnanswered])
    }

    // MARK: - Lines

    @Test func `lines are read in any order and with any ends`() throws {
        let expected = try judge.read(Array(Self.apart.utf8))
        #expect(expected.count == 3 && expected[nas] == .timedOut && expected[nas6] == .unreachable)
        let lines = Self.apart.split(separator: "\n")
        for text in [
            lines.reversed().joined(separator: "\r\n") + "\r\n", lines.joined(separator: "\n\n"),
            Self.apart.replacing("2001:db8::10", with: "2001:DB8:0::10"),
        ] {
            #expect(try judge.read(Array(text.utf8)) == expected)
        }
    }

    @Test(arguments: [
        ("", "told nothing of \(target)"),
        ("\(target) timed-out\n\(control) connected\n", "told nothing of \(target6)"),
        ("\(apart)\(target) timed-out\n", "told twice of \(target)"),
        ("\(apart)\(control) connected\n", "told twice of \(control)"),
        ("\(apart)192.0.2.11:445 timed-out\n", "nobody asked"),
        ("\(target) open\n", "\(target) in a word that is unknown"),
        ("\(target) \n", "\(target) in a word that is unknown"),
        ("\(target) Timed-Out\n", "\(target) in a word that is unknown"),
        ("\(target)\n", "no ADDRESS:PORT and word"),
        ("\(target)  timed-out\n", "no ADDRESS:PORT and word"),
        ("\(target) timed-out \n", "no ADDRESS:PORT and word"),
        ("\(target)\ttimed-out\n", "no ADDRESS:PORT and word"),
        ("nas:445 timed-out\n", "no ADDRESS:PORT and word"),
        ("Welcome to ward 3, patient 山田\n\(apart)", "no ADDRESS:PORT and word"),
    ])
    func `anything else shows nothing, and is not quoted`(printed: String, reason: String) {
        let error = #expect(throws: ReachDoubt.self) { try judge.read(Array(printed.utf8)) }
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
        let attempts = attempts(printed)
        #expect(attempts.map(\.outcome) == [.unanswered, .unanswered])
        #expect(attempts.allSatisfy { $0.reason == error?.reason })
        #expect(error?.reason.contains("山田") == false)
    }

    @Test func `bytes that are no text show nothing`() {
        let doubt = #expect(throws: ReachDoubt.self) { try judge.read([0xFF, 0x00, 0x20, 0xFE]) }
        #expect(doubt?.reason.contains("no ADDRESS:PORT and word") == true)
    }
}
