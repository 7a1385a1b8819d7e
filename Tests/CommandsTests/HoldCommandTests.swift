import Format
import Model
import TestSupport
import Testing

/// `toride copy hold` and `toride copy release`, as a user runs them.
@Suite struct HoldCommandTests {
    private static let reason = ["--reason", "incident 12"]
    private static let primary = ["--copy", "primary"]

    @Test func `a folder takes no hold, and nothing is written`() throws {
        try withSite { site in
            let before = try site.keys()
            for command in ["hold", "release"] {
                let words = ["copy", command, "files@latest"] + Self.primary + Self.reason
                let outcome = try site.run(words)
                let isHold = command == "hold"
                expectError(
                    outcome,
                    .couldNotLook,
                    "no legal hold",
                    hint: "bucket",
                    remarks: isHold ? 1 : 0
                )
                #expect(outcome.err.contains("whoever has this host's credentials") == isHold)
            }
            #expect(try site.keys() == before)
            let status = try site.run(["copy", "status", "--json"]).object()
            guard case .object(let members) = status else {
                Issue.record("not the JSON of copies")
                return
            }
            #expect(members["holds"] == .array([]))
        }
    }

    @Test(arguments: ["hold", "release"])
    func `what is typed wrong is told before the store is opened`(command: String) throws {
        try withSite { site in
            removeTree(site.store)
            func refuse(_ words: [String], _ part: String) throws {
                let outcome = try site.run(["copy", command] + words)
                #expect(outcome.code == 2, "\(words): \(outcome.err)")
                #expect(outcome.err.contains(part), "\(words): \(outcome.err)")
            }
            try refuse(["files"] + Self.primary + Self.reason, "SET@latest")
            try refuse(["files@one"] + Self.primary + Self.reason, "SET@SEQ")
            try refuse(["none@1"] + Self.primary + Self.reason, "none")
            try refuse(["files@1", "--copy", "elsewhere"] + Self.reason, "elsewhere")
            try refuse(["files@1"] + Self.reason, "--copy")
            try refuse(["files@1"] + Self.primary, "--reason")
            try refuse(["files@1", "--reason", "two\nlines"] + Self.primary, "one line")
            let all = ["files@1"] + Self.primary + Self.reason
            try refuse(all + ["--profile", "admin"], "--credentials")
            try refuse(all + ["--credentials", "/nowhere"], "no bucket")
        }
    }

    @Test func `the help says who may lift a hold, and where its reason stands`() throws {
        try withSite { site in
            for command in ["hold", "release"] {
                let help = try site.succeed(["copy", command, "--help"]).out
                let words = help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                #expect(words.contains("Whoever may set a hold may lift it"))
                #expect(words.contains("must name no patient"))
            }
        }
    }
}
