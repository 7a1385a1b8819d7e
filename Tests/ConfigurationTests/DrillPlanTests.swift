import Configuration
import Testing

/// Scenarios and clinical sentinels of drills.
@Suite struct DrillPlanTests {
    private static let hash = String(repeating: "0", count: 64)

    /// A plan `d` on line 8, of the set `ehr` on `/srv/ehr`.
    private func plan(_ keys: String) -> String {
        headAndSet + "drills: {d: {set: ehr, \(keys)}}\n"
    }

    /// A plan `d` on line 8 with sentinels.
    private func sentinels(_ list: String) -> String {
        plan("level: 4, sentinels: [\(list)]")
    }

    private func sentinel(_ keys: String, name: String = "a", set: String = "ehr") -> String {
        "{name: \(name), set: \(set), \(keys)}"
    }

    // MARK: Scenarios

    @Test func `a cyber drill goes back by one snapshot unless it says by how many`() throws {
        let one = try parse(plan("scenario: cyber")).drills.first
        #expect(one?.generation == 1)
        #expect(try parse(plan("scenario: cyber, generation: 30")).drills.first?.generation == 30)
    }

    @Test func `a cyber drill of the newest snapshot is none`() {
        expectRuleBroken(
            plan("scenario: cyber, generation: 0"),
            line: 8,
            key: "drills.d.generation",
            "would take the newest snapshot, in which an attacker may have had a hand"
        )
    }

    @Test(arguments: ["-1", "1.5", "one", "100001"])
    func `a generation is a whole number`(text: String) {
        expectRefused(
            plan("scenario: cyber, generation: \(text)"),
            line: 8,
            key: "drills.d.generation",
            .wrongType(expected: "a whole number from 0 to 100000", found: "a single value")
        )
    }

    @Test(arguments: ["scenario: failure", "level: 3"])
    func `generation and store mean nothing in another scenario`(keys: String) {
        expectRuleBroken(
            plan("\(keys), generation: 1"),
            line: 8,
            key: "drills.d.generation",
            "means something in the scenario cyber alone"
        )
        expectRuleBroken(
            plan("\(keys), store: primary"),
            line: 8,
            key: "drills.d.store",
            "means something in the scenario disaster alone"
        )
    }

    @Test func `a disaster leaves a store, which is one of the file`() throws {
        let plan = plan("scenario: disaster, store: primary")
        #expect(try parse(plan).drills.first?.store == "primary")
        expectRefused(
            self.plan("scenario: disaster"),
            line: 8,
            key: "drills.d.store",
            .missingKey
        )
        expectRefused(
            self.plan("scenario: disaster, store: primry"),
            line: 8,
            key: "drills.d.store",
            .undefined(kind: "store", name: "primry", suggestion: "primary", defined: ["primary"])
        )
    }

    // MARK: Sentinels

    @Test func `level 4 has sentinels, and no other level has any`() throws {
        let one = sentinel("path: /srv/ehr/a, sha256: \(Self.hash)")
        #expect(try parse(sentinels(one)).drills.first?.sentinels.count == 1)
        expectRefused(plan("level: 4"), line: 8, key: "drills.d.sentinels", .missingKey)
        expectRefused(sentinels(""), line: 8, key: "drills.d.sentinels", .empty)
        expectRuleBroken(
            plan("level: 3, sentinels: [\(one)]"),
            line: 8,
            key: "drills.d.sentinels",
            "are asked for at level 4 alone"
        )
    }

    @Test func `a sentinel is a file of its set, or a query to its database`() {
        let key = "drills.d.sentinels[0]"
        expectRuleBroken(
            sentinels(sentinel("path: /srv/ehr-old/a, sha256: \(Self.hash)")),
            line: 8,
            key: "\(key).path",
            "is not in the set"
        )
        expectRuleBroken(
            sentinels(sentinel("query: select 1, sha256: \(Self.hash)")),
            line: 8,
            key: "\(key).query",
            "needs a set with a postgresql source"
        )
        expectRefused(
            sentinels(sentinel("sha256: \(Self.hash)")),
            line: 8,
            key: key,
            .notExactlyOne(["query", "path"])
        )
        let file = sentinel("path: /srv/ehr/a, sha256: \(Self.hash)")
        let database = "sets: {ehr: {source: {postgresql: {connection: service=a, database: b}}}}\n"
        expectRuleBroken(
            head + database + "drills: {d: {set: ehr, level: 4, sentinels: [\(file)]}}\n",
            line: 6,
            key: "\(key).path",
            "needs a set with a files source"
        )
    }

    @Test func `a sentinel has a name, a set of the plan, and a hash`() {
        let key = "drills.d.sentinels[0]"
        let rest = "path: /srv/ehr/a, sha256: \(Self.hash)"
        expectRefused(sentinels(sentinel(rest, name: "村上")), line: 8, key: "\(key).name", .name)
        expectRefused(
            sentinels(sentinel(rest, set: "pacs")),
            line: 8,
            key: "\(key).set",
            .undefined(kind: "set", name: "pacs", suggestion: nil, defined: ["ehr"])
        )
        expectRefused(
            sentinels(sentinel("path: /srv/ehr/a")),
            line: 8,
            key: "\(key).sha256",
            .missingKey
        )
        expectRuleBroken(
            sentinels(sentinel("path: /srv/ehr/a, sha256: \(Self.hash.dropLast())")),
            line: 8,
            key: "\(key).sha256",
            "is not a SHA-256 of 64 hexadecimal digits"
        )
        let one = sentinel(rest)
        expectRefused(
            sentinels("\(one), \(one)"),
            line: 8,
            key: "drills.d.sentinels[1]",
            .repeated("a")
        )
    }

    @Test func `what a patient's record says stands in no configuration`() {
        expectRefused(
            sentinels(sentinel("path: /srv/ehr/a, expect: \"Murakami\"")),
            line: 8,
            key: "drills.d.sentinels[0].expect",
            .unknownKey(suggestion: nil, allowed: ["name", "set", "query", "path", "sha256"])
        )
    }
}
