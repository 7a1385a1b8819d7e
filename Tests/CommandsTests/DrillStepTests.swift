import Format
import Glibc
import Model
import Testing

/// Steps that only people take, as an operator notes and reads them.
@Suite struct DrillStepTests {
    private func withDrillSite(
        _ body: (TestSite, _ run: [String]) throws -> Void
    ) throws {
        try withSite { site in
            let (identity, recipient) = try site.newKey("drill")
            let plan = """
                drill: {identityOnThisHost: true, scratch: \(site.folder)/scratch}
                drills:
                  weekly: {set: files, level: 2}

                """
            try site.configure(site.yaml(drill: recipient) + plan)
            try site.succeed(["backup"])
            try body(site, ["drill", "run", "weekly", "--identity", identity])
        }
    }

    /// So many seconds before now, as an operator writes it.
    private func ago(_ seconds: Int64) -> String {
        Timestamp(seconds: Int64(time(nil)) - seconds).rfc3339
    }

    private func note(_ words: String...) -> [String] { ["drill", "step", "weekly"] + words }

    private func number(_ value: JSONValue?) -> Int64? {
        if case .integer(let number)? = value { number } else { nil }
    }

    // MARK: - Before a drill

    @Test func `a drill counts from the declaration, and takes what was noted once`() throws {
        try withDrillSite { site, run in
            let noted = try site.succeed(note("declared", "--at", ago(600), "--by", "院長"))
            #expect(noted.out.contains("next drill"))
            try site.succeed(note("key-obtained", "--at", ago(300)))
            let first = try site.succeed(run + ["--json"]).object()
            let steps = first.member("stepsMilliseconds")
            #expect(try #require(number(steps?.member("begun"))) >= 600_000)
            #expect(try #require(number(steps?.member("checked"))) >= 600_000)
            #expect(number(steps?.member("declared")) == 0)
            let sources = first.member("stepSources")
            #expect(sources?.member("declared") == .string("person"))
            #expect(sources?.member("key-obtained") == .string("person"))
            #expect(sources?.member("checked") == .string("program"))
            // What people took is no slowness of the machine.
            #expect(try #require(number(first.member("checkedMilliseconds"))) < 600_000)
            // The record says the same, and the next drill is another story.
            guard case .string(let id)? = first.member("id") else {
                Issue.record("no id")
                return
            }
            let shown = try site.succeed(["drill", "show", id])
            #expect(shown.out.contains("院長"))
            #expect(shown.out.contains(#""stepSources":{"#))
            let second = try site.succeed(run + ["--json"]).object()
            #expect(second.member("stepSources")?.member("declared") == .string("program"))
            #expect(second.member("notedSteps") == .array([]))
        }
    }

    @Test func `a self-test leaves what was noted to the next drill`() throws {
        try withDrillSite { site, run in
            try site.succeed(note("declared", "--at", ago(600)))
            let words = run.map { $0 == "run" ? "selftest" : $0 }
            let tested = try site.succeed(words + ["--json"]).object()
            #expect(tested.member("stepSources")?.member("declared") == .string("program"))
            let drilled = try site.succeed(run + ["--json"]).object()
            #expect(drilled.member("stepSources")?.member("declared") == .string("person"))
        }
    }

    @Test func `a moment may be written with its offset`() throws {
        try withDrillSite { site, _ in
            let noted = try site.succeed(
                note("declared", "--at", "2026-01-01T09:00:00+09:00", "--json")
            ).object()
            #expect(noted.member("noted")?.member("at") == .string("2026-01-01T00:00:00Z"))
            #expect(noted.member("drill") == .null)
        }
    }

    // MARK: - After it

    @Test func `charts that were opened are signed and shown, and prove what they can`() throws {
        try withDrillSite { site, run in
            let drilled = try site.succeed(run)
            #expect(drilled.out.contains("working EHR recovered: not proven"))
            #expect(drilled.out.contains("nobody noted that charts open"))
            let used = try site.succeed(note("usable", "--by", "Dr. Sato"))
            #expect(used.out.contains("records/drill/"))
            // The plan's level ran no application; a person's word does not change that.
            #expect(used.out.contains("working EHR recovered: not proven"))
            #expect(!used.out.contains("nobody noted"))
            let answer = try site.succeed(note("interfaces-back", "--json")).object()
            #expect(
                answer.member("claims")?.member("lacks")?.member("workingEHR")
                    == .array([.string("applications-not-run")])
            )
            guard case .string(let id)? = answer.member("drill") else {
                Issue.record("no drill")
                return
            }
            let shown = try site.succeed(["drill", "show", id])
            #expect(shown.out.contains("usable"))
            #expect(shown.out.contains("person, Dr. Sato"))
            #expect(shown.out.contains("signed"))
            #expect(!shown.out.contains("unsigned"))
            // The chain of drills holds all three, and a catalog that is made anew reads them.
            #expect(try site.keys("records/drill/").count == 3)
            #expect(try site.succeed(["catalog", "rebuild"]).out.contains("3 records"))
            try site.succeed(["verify"])
            try site.succeed(run)
        }
    }

    @Test func `how long drills took is listed beside the earlier ones`() throws {
        try withDrillSite { site, run in
            let first = try site.succeed(run)
            #expect(first.out.contains("no earlier drill to compare with"))
            #expect(first.out.contains("forecast, all sets"))
            #expect(first.out.contains("reckoned, not measured"))
            let listed = try site.succeed(["drill", "list"])
            #expect(listed.out.contains("checked in "))
        }
    }

    // MARK: - What cannot have been so

    @Test func `a step that cannot have been so is not noted`() throws {
        try withDrillSite { site, run in
            func refuse(_ words: [String], _ fragment: String, hint: String) throws {
                expectError(try site.run(words), .usage, fragment, hint: hint)
            }
            try refuse(["drill", "step", "none", "declared"], "no drill none", hint: "weekly")
            try refuse(note("checked"), "checked", hint: "declared, key-obtained")
            try refuse(note("key-obtained"), "before declared", hint: "declared")
            try refuse(note("declared", "--at", "2999-01-01T00:00:00Z"), "future", hint: "--at")
            try refuse(note("declared", "--at", "yesterday"), "yesterday", hint: "2026-")
            try refuse(note("usable", "--by", "x"), "never run", hint: "drill run weekly")
            try site.succeed(note("declared"))
            try refuse(note("medium-mounted", "--at", ago(600)), "before declared", hint: "anew")
            try site.succeed(run)
            try refuse(note("usable"), "name", hint: "--by")
            try refuse(
                note("usable", "--by", "x", "--at", "2020-01-01T00:00:00Z"),
                "before checked",
                hint: "--at"
            )
            #expect(try site.keys("records/drill/").count == 1)
        }
    }
}
