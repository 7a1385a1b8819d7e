import Format
import Testing

/// `toride drill selftest`: can the judges fail?
@Suite struct DrillSelftestTests {
    private func withDrillSite(_ body: (TestSite, _ identity: String) throws -> Void) throws {
        try withSite { site in
            let (identity, recipient) = try site.newKey("drill")
            try site.configure(
                site.yaml(drill: recipient) + """
                    drill: {identityOnThisHost: true, scratch: \(site.folder)/scratch}
                    drills: {weekly: {set: files, level: 2}}

                    """
            )
            try site.succeed(["backup"])
            try body(site, identity)
        }
    }

    @Test func `every sabotage is made, found, counted and recorded`() throws {
        try withDrillSite { site, identity in
            let told = try site.succeed(["drill", "selftest", "--identity", identity]).out
            let numbers = try #require(told.firstMatch(of: /sabotages found: (\d+)\/(\d+)/))
            #expect(numbers.output.1 == numbers.output.2)
            for line in [
                "files: altered byte → restored-content-differs",
                "files: changed mode → restored-metadata-differs",
                "files: missing file → restored-file-missing", "verdict: proven",
            ] {
                #expect(told.contains(line))
            }
            let words = ["drill", "selftest", "weekly", "--identity", identity, "--json"]
            let object = try site.succeed(words).object()
            guard case .array(let controls) = object.member("controls") else {
                Issue.record("no controls in \(object)")
                return
            }
            #expect("\(controls.count)" == numbers.output.2)
            #expect(controls.allSatisfy { $0.member("foundAs") != .null })
            #expect(object.member("verdict") == .string("proven"))
            #expect(try site.keys("records/drill/").count == 2)
        }
    }

    @Test func `names of files are for the terminal; programs get the record's tokens`() throws {
        try withDrillSite { site, identity in
            let text = try site.run(["drill", "run", "--identity", identity]).out
            #expect(text.contains("host-can-open-past: drill identity"))
            let words = ["drill", "run", "--identity", identity, "--json"]
            let object = try site.run(words).object()
            guard case .array(let findings) = object.member("findings"),
                case .string(let id) = object.member("id")
            else {
                Issue.record("no findings in \(object)")
                return
            }
            let told = findings.first { $0.member("code") == .string("host-can-open-past") }
            guard case .string(let subject) = told?.member("subject") else {
                Issue.record("no host-can-open-past in \(object)")
                return
            }
            let token = try #require(subject.wholeMatch(of: /named:([0-9a-f]{16})/)?.output.1)
            let shown = try site.run(["drill", "show", id, "--reveal"]).out
            #expect(shown.contains("\"\(subject)\""), "the record has the same token")
            #expect(shown.contains("  \(token) = drill identity\n"))
        }
    }
}
