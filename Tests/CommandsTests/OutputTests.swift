import Format
import Glibc
import HostState
import Model
import Processes
import TestSupport
import Testing

/// What scripts rely on: one JSON object, exit codes, languages, silence.
@Suite struct OutputTests {
    /// Every command with arguments that make it work on a new site.
    private func commands(_ site: TestSite) -> [[String]] {
        [
            ["init"], ["key", "new", "--out", "\(site.folder)/new.txt"],
            ["key", "check", "--identity", site.identity], ["backup"], ["snapshots"],
            ["ls", "files@1", "--identity", site.identity], ["verify"],
            site.restore("files@1", to: "\(site.folder)/out"),
            ["drill", "list"], ["catalog", "check"], ["catalog", "rebuild"], ["status"], ["doctor"],
        ]
    }

    // MARK: - JSON

    @Test func `with --json each command prints exactly one object`() throws {
        try withSite { site in
            for command in commands(site) {
                let outcome = try site.run(command + ["--json"])
                #expect([0, 3].contains(outcome.code), "\(command): \(outcome.err)")
                let object = try outcome.object()
                #expect(object.member("error") == nil, "\(command)")
                #expect(!outcome.err.contains("toride: error"), "\(command): \(outcome.err)")
            }
        }
    }

    @Test func `with --json a command that fails prints one object that says why`() throws {
        try withSite { site in
            try site.configure("nonsense: [")
            for command in commands(site) where command.prefix(2) != ["key", "new"] {
                let outcome = try site.run(command + ["--json"])
                try expectJSONError(outcome, .usage, "\(command)")
                #expect(outcome.err.contains("toride.yaml:"))
            }
            try site.configure(site.yaml)
            try site.system("mv", site.store, "\(site.folder)/unmounted")
            let verify = try site.run(["verify", "--json"])
            try expectJSONError(verify, .couldNotLook, "verify")
            let backup = try site.run(["backup", "--json"])
            #expect(backup.code == ExitCode.couldNotLook.rawValue)
            let sets = try backup.object().member("backups")
            guard case .array(let answers) = sets, let answer = answers.first else {
                Issue.record("no backups in \(backup.out)")
                return
            }
            #expect(answer.member("set") == .string("files"))
            #expect(answer.member("hint") != nil)
        }
    }

    @Test(arguments: [
        ["backup", "none"], ["verify", "none"], ["snapshots", "none"], ["nonsense"], [],
        ["restore"], ["backup", "--nonsense"], ["backup", "--lang", "xx"], ["key", "check"],
        ["drill", "run", "--identity", "x"], ["key", "check", "--recipient", "none"],
        ["drill", "show", "abcdef"], ["drill", "step", "none", "declared"],
    ])
    func `a wrong command line ends with 2 and says what is right`(words: [String]) throws {
        try withSite { site in
            let plain = try site.run(words)
            #expect(plain.code == ExitCode.usage.rawValue, "\(plain.out)\(plain.err)")
            #expect(plain.out == "")
            #expect(!plain.err.isEmpty)
            #expect(
                plain.err.contains("hint: ") || plain.err.contains("Usage: toride")
                    || plain.err.contains("USAGE: toride"),
                "\(plain.err)"
            )
            let json = try site.run(words + ["--json"])
            try expectJSONError(json, .usage, "\(words)")
        }
    }

    private func expectJSONError(
        _ outcome: TestSite.Outcome,
        _ code: ExitCode,
        _ what: Comment
    ) throws {
        #expect(outcome.code == code.rawValue, what)
        let object = try outcome.object()
        #expect(object.member("exitCode") == .integer(Int64(code.rawValue)), what)
        for name in ["error", "hint"] {
            guard case .string(let text) = object.member(name) else {
                Issue.record("\(what): no \(name) in \(outcome.out)")
                continue
            }
            #expect(!text.isEmpty && !text.contains("\n"), "\(text)")
        }
    }

    // MARK: - Quiet, languages, help

    @Test func `with --quiet a command that is well says nothing beside its result`() throws {
        try withSite { site in
            for command in commands(site) {
                let outcome = try site.run(command + ["--quiet"])
                #expect(outcome.err == "", "\(command)")
            }
            let failed = try site.run(["backup", "none", "--quiet"])
            expectError(failed, .usage, "none", hint: "files")
        }
    }

    @Test func `both languages are spoken, by option or by locale`() throws {
        try withSite { site in
            let english = try site.run(["verify", "--lang", "en"])
            #expect(english.out.contains("verdict: proven"))
            let japanese = try site.run(["verify", "--lang", "ja"])
            #expect(japanese.out.contains("判定: 証明済み"))
            for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
                let outcome = try site.run(["verify"], environment: [name: "ja_JP.UTF-8"])
                #expect(afterCounts(outcome) == afterCounts(japanese))
            }
            let overruled = try site.run(
                ["verify", "--lang", "en"],
                environment: ["LC_ALL": "ja_JP.UTF-8"]
            )
            #expect(afterCounts(overruled) == afterCounts(english))
            let doctor = try site.run(["doctor", "--lang", "ja"])
            #expect(doctor.out.contains("✓ 署名鍵\n"))
            #expect(doctor.out.contains("✓ 保管先 primary\n"))
            #expect(doctor.out.contains("✗ 復元訓練の計画 (drills:): 一つもありません\n"))
            // Codes and JSON are the same in all languages.
            #expect(
                try site.run(["doctor", "--json", "--lang", "ja"]).out
                    == site.run(["doctor", "--json", "--lang", "en"]).out
            )
            let one = try site.run(["snapshots", "--json", "--lang", "ja"])
            let other = try site.run(["snapshots", "--json", "--lang", "en"])
            #expect(one.out == other.out)
        }
    }

    @Test(arguments: [
        [], ["init"], ["key"], ["key", "new"], ["key", "check"], ["backup"], ["snapshots"], ["ls"],
        ["verify"], ["restore"], ["drill"], ["drill", "run"], ["drill", "list"], ["drill", "show"],
        ["drill", "step"],
        ["catalog"], ["catalog", "check"], ["catalog", "rebuild"], ["status"], ["doctor"],
        ["copy", "hold"], ["copy", "release"],
        ["media"], ["media", "init"], ["media", "detach"], ["media", "list"], ["media", "seal"],
    ])
    func `the help of each command says how it ends`(words: [String]) throws {
        let program = try Tool.built("toride")
        let output = try Command(program, words + ["--help"]).run(timeout: .seconds(20))
        #expect(output.status.isSuccess)
        let text = output.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for code in [
            "0 done", "1 failed", "2 usage", "3 not-proven", "4 could not look", "5 internal",
        ] {
            #expect(text.contains(code), "\(output.text)")
        }
        #expect(output.errorTail == "")
        let lines = output.text.split(separator: "\n").filter { !$0.hasPrefix("USAGE: ") }
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    // MARK: - Streams

    @Test func `a reader that leaves early is no fault, a disk that is full is one`() throws {
        try withSite { site in
            for number in 0..<2_000 {
                try SmallFile.write([1], to: "\(site.source)/file-\(number)", mode: 0o644)
            }
            try site.succeed(["backup"])
            let list = site.command(["ls", "files@2", "--identity", site.identity])
            func piped(_ tail: String) throws -> ProcessOutput {
                try list.started(by: "bash", "-o", "pipefail", "-c", "\"$@\" \(tail)", "bash")
                    .run(timeout: .seconds(30))
            }
            let early = try piped("| head -n 1")
            #expect(early.status.isSuccess, "\(early.errorTail)")
            let full = try piped(">/dev/full")
            #expect(full.status == .exited(ExitCode.couldNotLook.rawValue), "\(full.errorTail)")
            #expect(full.errorTail.contains("No space left"))
            #expect(full.errorTail.contains("hint: "))
        }
    }

    @Test func `names that would play tricks on a terminal are shown escaped`() throws {
        try withSite { site in
            try site.write("\u{1b}[2J\u{202e}proven", [1])
            try site.succeed(["backup"])
            let list = try site.succeed(["ls", "files@2", "--identity", site.identity])
            #expect(!list.out.contains("\u{1b}"))
            #expect(list.out.contains("\\u{1b}[2J\\u{202e}proven"))
            let none = try site.run(["backup", "a\u{1b}[2J"])
            #expect(none.code == ExitCode.usage.rawValue)
            #expect(!none.err.contains("\u{1b}"))
        }
    }
}

extension JSONValue {
    /// A member of an object; nil if there is none.
    func member(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else {
            return nil
        }
        return members[name]
    }
}
