import FileSystem
import Format
import HostState
import Model
import Processes
import TestSupport
import Testing

/// `toride-verify` judges a copy of a repository, far from the host that made it.
@Suite struct KeylessTests {
    /// A copy of a repository with two snapshots, and what somebody wrote down of it. The site that
    /// made it is gone: configuration, state, keys and store.
    private struct Copy {
        let site: TestSite
        /// Of the host that is gone.
        let signer: String
        /// The id of its one set.
        let set: String

        /// Its newest snapshot, as `--expect-head` takes it.
        var head: String {
            get throws {
                let name = try #require(try site.newestManifest().split(separator: "/").last)
                let parts = name.split(separator: "-")
                return "\(set)=\(try #require(Int(parts[0]))):\(parts[1])"
            }
        }

        /// Runs the program on the copy, with the signer's key.
        func run(_ words: String...) throws -> TestSite.Outcome {
            try runProgram([site.store, "--signer", signer] + words)
        }

        /// Runs the program as somebody who has nothing else.
        func runProgram(
            _ words: [String],
            environment: [String: String] = [:]
        ) throws -> TestSite.Outcome {
            let command = Command(
                try Tool.built("toride-verify"),
                words,
                environment: Command.minimalEnvironment.merging(environment) { $1 }
            )
            return TestSite.outcome(try command.run(timeout: .seconds(120)))
        }

        /// Runs `sha256sum -c` in the copy.
        func sha256sum(_ sums: String) throws -> ProcessOutput {
            let script = "cd \"$0\" && sha256sum --check --quiet --strict \"$1\""
            return try Command("sh", ["-c", script, site.store, sums]).run(timeout: .seconds(20))
        }
    }

    private func withCopy(_ body: (Copy) throws -> Void) throws {
        try withSite { site in
            var random = SeededGenerator(seed: 72)
            try site.write("third", random.bytes(20_000))
            try site.succeed(["backup"])
            try site.succeed(["verify"])
            let signer = try site.publicKey()
            let set = try site.newestManifest().split(separator: "/")[1]
            try site.system("cp", "-a", site.store, "\(site.folder)/copy")
            for gone in [site.store, site.state, site.source, site.configuration, site.identity] {
                try site.system("rm", "-rf", gone)
            }
            try site.system("mv", "\(site.folder)/copy", site.store)
            try body(Copy(site: site, signer: signer, set: String(set)))
        }
    }

    // MARK: - The claim

    @Test func `a sound copy is proven to be whole, and not asked whether it is new`() throws {
        try withCopy { copy in
            let outcome = try copy.run()
            expectFinding(
                outcome,
                .done,
                "2 snapshots",
                "freshness-not-asked",
                "is whole up to 2, signed 20",
                "; freshness not asked"
            )
            #expect(outcome.out.hasSuffix("verdict: proven\n"))
            #expect(outcome.out.contains("  \(try copy.head) "))
            #expect(outcome.err == "")
            expectFinding(
                try copy.run("--require-fresh"),
                .notProven,
                "freshness-unknown",
                "freshness asked, and no head to compare with",
                "verdict: not proven",
                hint: "--expect-head"
            )
        }
    }

    @Test func `a copy is compared with the head that somebody remembers`() throws {
        try withCopy { copy in
            let head = try copy.head
            let same = try copy.run("--require-fresh", "--expect-head", head)
            expectFinding(same, .done, "as new as remembered", "verdict: proven")
            #expect(!same.out.contains("freshness"))
            let newer = head.replacing("=2:", with: "=3:")
            expectFinding(
                try copy.run("--expect-head=\(newer)"),
                .failed,
                "head-behind: set \(copy.set.prefix(8)) (newest 2, remembered 3)",
                "verdict: failed"
            )
            let other = head.dropLast() + (head.hasSuffix("0") ? "1" : "0")
            expectFinding(try copy.run("--expect-head", String(other)), .failed, "head-differs")
            // One who removes the newest leaves a chain that is whole.
            try SmallFile.remove("\(copy.site.store)/\(try copy.site.newestManifest())")
            expectFinding(try copy.run(), .done, "is whole up to 1, signed 20")
            expectFinding(try copy.run("--expect-head", head), .failed, "head-behind", "@2")
        }
    }

    @Test func `only the sets that were asked for are judged`() throws {
        try withCopy { copy in
            expectFinding(try copy.run("--set", copy.set), .done, "is whole up to 2")
            let other = String(repeating: "0", count: 32)
            expectFinding(try copy.run("--set", other), .notProven, "nothing-to-verify")
        }
    }

    // MARK: - Damage

    @Test(arguments: ["packs/", "keys/", "index/", "lists/"])
    func `a flipped, lost or cut object is named, with the snapshots that it breaks`(
        kind: String
    ) throws {
        try withCopy { copy in
            let key = try #require(try copy.site.keys(kind).first)
            let breaks = "breaks \(copy.set.prefix(8))@"
            let whole = try copy.site.flip(key)
            expectFinding(
                try copy.run(),
                .failed,
                "object-damaged: \(key)",
                breaks,
                "claimed, not shown: ",
                "verdict: failed",
                hint: "another copy"
            )
            try copy.site.replace(key, with: Array(whole.dropLast()))
            expectFinding(try copy.run(), .failed, "object-damaged: \(key)", breaks)
            try SmallFile.remove("\(copy.site.store)/\(key)")
            expectFinding(try copy.run(), .failed, "object-missing: \(key)", breaks)
            try copy.site.replace(key, with: whole)
            let mended = try copy.run()
            expectFinding(mended, .done, "claim: ", "verdict: proven")
            #expect(!mended.out.contains("not shown"))
        }
    }

    @Test func `a damaged manifest and a damaged descriptor are named`() throws {
        try withCopy { copy in
            for (key, finding) in [
                (try copy.site.newestManifest(), "manifest-damaged"),
                ("toride.json", "descriptor-damaged"),
            ] {
                let whole = try copy.site.flip(key)
                expectFinding(try copy.run(), .failed, "\(finding): \(key)", "@2")
                try copy.site.replace(key, with: whole)
            }
        }
    }

    @Test func `an empty folder proves nothing, and a missing one cannot be looked at`() throws {
        try withCopy { copy in
            let empty = "\(copy.site.folder)/empty"
            try FolderTree.make(empty, mode: 0o755)
            try copy.site.system("cp", "\(copy.site.store)/toride.json", empty)
            expectFinding(
                try copy.runProgram([empty, "--signer", copy.signer]),
                .notProven,
                "nothing-to-verify"
            )
            expectError(
                try copy.runProgram(["\(empty)/none", "--signer", copy.signer]),
                .couldNotLook,
                "\(empty)/none",
                hint: "mount",
                program: "toride-verify"
            )
        }
    }

    // MARK: - Signers

    @Test func `manifests of a signer who was not named are not proven`() throws {
        try withCopy { copy in
            let stranger = String(repeating: "5", count: 64)
            expectFinding(
                try copy.runProgram([copy.site.store, "--signer", stranger]),
                .notProven,
                "manifest-signer-unknown: \(try copy.site.newestManifest())",
                "verdict: not proven",
                hint: "public key"
            )
            // Among others the right one is enough.
            expectFinding(try copy.run("--signer", stranger), .done, "verdict: proven")
        }
    }

    @Test func `signers may stand in a file, one a line`() throws {
        try withCopy { copy in
            let list = "\(copy.site.folder)/signers.txt"
            func run(_ text: String) throws -> TestSite.Outcome {
                try SmallFile.write(Array(text.utf8), to: list)
                return try copy.runProgram(["--signer", list, copy.site.store])
            }
            let found = try run("# the host of 2026\r\n\r\n  \(copy.signer) \r\n")
            expectFinding(found, .done, "verdict: proven")
            for (text, named) in [
                ("# nobody\n", "\(list) is not"), ("", "\(list) is not"),
                ("\(copy.signer)\n\(copy.signer.dropLast())\n", "\(list), line 2, is not"),
            ] {
                expectError(
                    try run(text),
                    .usage,
                    named,
                    hint: "toride init",
                    program: "toride-verify"
                )
            }
        }
    }

    // MARK: - What scripts rely on

    @Test func `it says what toride verify says, in both languages and for programs`() throws {
        try withCopy { copy in
            let pack = try #require(try copy.site.keys("packs/").first)
            let key = try #require(try copy.site.keys("keys/").first)
            for damage in [[], [pack], [pack, key]] {
                for object in damage {
                    try copy.site.flip(object)
                }
                for words in [
                    ["--lang", "en"], ["--lang", "ja"], ["--json"], ["--require-fresh"],
                    ["--limit-rate", "1G"],
                ] {
                    let one = try copy.runProgram(
                        [copy.site.store, "--signer", copy.signer] + words
                    )
                    let other = try copy.site.run(
                        ["verify", "--at", copy.site.store, "--signer", copy.signer] + words
                    )
                    #expect(one.out == other.out)
                    #expect(one.err == other.err)
                    #expect(one.code == other.code)
                    #expect(!one.out.isEmpty)
                }
            }
            let japanese = try copy.runProgram(
                [copy.site.store, "--signer", copy.signer],
                environment: ["LANG": "ja_JP.UTF-8"]
            )
            #expect(japanese.out.contains("判定: 異常あり"))
            #expect(japanese.out.contains("まで欠けも変化もない。最新かどうかは調べていない"))
        }
    }

    @Test func `with --json one object has the claim, and with --quiet nothing is beside`() throws {
        try withCopy { copy in
            let outcome = try copy.run("--json")
            let object = try outcome.object()
            #expect(object.member("verdict") == .string("proven"))
            guard case .array(let stores) = object.member("stores"),
                case .array(let heads) = stores.first?.member("heads")
            else {
                Issue.record("no heads in \(outcome.out)")
                return
            }
            #expect(heads.first?.member("sequence") == .integer(2))
            #expect(heads.first?.member("freshness") == .string("not-asked"))
            #expect(heads.first?.member("finished") != .null)
            try copy.site.flip(try #require(try copy.site.keys("packs/").first))
            let quiet = try copy.run("--quiet")
            expectFinding(quiet, .failed, "object-damaged")
            #expect(quiet.err == "")
        }
    }

    @Test func `a wrong command line ends with 2 and says what is right`() throws {
        try withCopy { copy in
            let store = copy.site.store
            let signed = [store, "--signer", copy.signer]
            for (words, named, hint) in [
                ([store], "signer", "--signer"), ([], "folder", "--help"),
                (["--signer", copy.signer], "folder", "--help"),
                (signed + [store], store, "--help"),
                (signed + ["--nonsense"], "--nonsense", "--help"),
                ([store, "--signer"], "--signer", "--help"),
                ([store, "--signer", "abc"], "abc", "toride init"),
                ([store, "--signer", copy.signer.uppercased()], "signer", "lower case"),
                (signed + ["--set", "files"], "files", "snapshots/"),
                (signed + ["--expect-head", "files=2"], "files=2", "toride verify"),
                (
                    signed + ["--expect-head", try copy.head.replacing(copy.set, with: "files")],
                    "files", "snapshots/"
                ),
                (signed + ["--lang", "xx"], "xx", "--help"),
                (signed + ["--limit-rate", "40"], "64.0 KiB/s", "--help"),
                (signed + ["--json=1"], "--json=1", "--help"),
            ] {
                expectError(
                    try copy.runProgram(words),
                    .usage,
                    named,
                    hint: hint,
                    program: "toride-verify"
                )
                let json = try copy.runProgram(words + ["--json"])
                #expect(json.code == ExitCode.usage.rawValue)
                #expect(try json.object().member("exitCode") == .integer(2), "\(words)")
            }
            let help = try copy.runProgram(["--help"])
            #expect(help.code == 0)
            for word in ["--expect-head", "--sums", "Exit codes: 0", "2 usage"] {
                #expect(help.out.contains(word))
            }
        }
    }

    // MARK: - Checksums

    @Test func `coreutils alone check a copy with the checksums`() throws {
        try withCopy { copy in
            let sums = "\(copy.site.folder)/SHA256SUMS"
            let written = try copy.run("--sums")
            #expect(written.code == 0, "\(written.err)")
            #expect(written.err == "")
            try SmallFile.write(Array(written.out.utf8), to: sums)
            let sound = try copy.sha256sum(sums)
            #expect(sound.status.isSuccess, "\(sound.text)\(sound.errorTail)")
            // Every object that is there has its line.
            let named = written.out.split(separator: "\n").map { String($0.dropFirst(66)) }
            #expect(named == (try copy.site.keys()))
            for key in named {
                let whole = try copy.site.flip(key)
                let broken = try copy.sha256sum(sums)
                #expect(!broken.status.isSuccess)
                #expect(broken.text.contains("\(key): FAILED"))
                try SmallFile.remove("\(copy.site.store)/\(key)")
                #expect(try !copy.sha256sum(sums).status.isSuccess, "\(key)")
                try copy.site.replace(key, with: whole)
            }
        }
    }

    @Test func `checksums are those that the signer listed, not those of what lies there`() throws {
        try withCopy { copy in
            let sound = try copy.run("--sums")
            let pack = try #require(try copy.site.keys("packs/").first)
            try SmallFile.remove("\(copy.site.store)/\(pack)")
            let missing = try copy.run("--sums")
            #expect(missing.code == ExitCode.failed.rawValue)
            #expect(missing.out == sound.out)
            #expect(missing.err.contains("object-missing: \(pack)"))
            // Without a list nobody knows all that is needed.
            let list = try #require(try copy.site.keys("lists/").first)
            try copy.site.flip(list)
            let short = try copy.run("--sums", "--quiet")
            #expect(short.code == ExitCode.failed.rawValue)
            #expect(short.err.contains("object-damaged: \(list)"))
            #expect(try copy.run("--sums", "--json").code == ExitCode.usage.rawValue)
        }
    }

    @Test func `toride verify writes the same checksums into a file`() throws {
        try withCopy { copy in
            let sums = "\(copy.site.folder)/SHA256SUMS"
            let verify = ["verify", "--at", copy.site.store, "--signer", copy.signer]
            try copy.site.succeed(verify + ["--sums", sums])
            let text = try #require(try SmallFile.read(sums, bytesMax: 1 << 20))
            #expect(String(decoding: text, as: UTF8.self) == (try copy.run("--sums").out))
            let failed = try copy.site.run(verify + ["--sums", "\(sums)/none"])
            #expect(failed.code == ExitCode.couldNotLook.rawValue)
            #expect(failed.out.contains("verdict: proven"))
            #expect(failed.err.contains("SHA256SUMS/none"))
        }
    }

    // MARK: - What it is made of

    @Test(
        .enabled(if: Tool.find("nm") != nil, "NOT TESTED: nm is missing"),
        arguments: [
            "Opening", "Sealing", "HostState", "Configuration", "Catalog", "PostgreSQL", "Recovery",
            "Backup", "Processes", "Yams", "GRDB",
        ]
    )
    func `it holds nothing that seals, opens, configures or remembers`(module: String) throws {
        #expect(try !Tool.hasSymbols(of: module, "toride-verify"))
        #expect(try Tool.hasSymbols(of: module, "toride"), "the search finds them where they are")
        #expect(try Tool.hasSymbols(of: "Verification", "toride-verify"))
    }

    @Test(.enabled(if: Tool.find("nm") != nil, "NOT TESTED: nm is missing"))
    func `it is linked with no database and no compressor`() throws {
        for prefix in ["sqlite3_", "PQconnect", "ZSTD_"] {
            #expect(try !Tool.symbols("toride-verify").contains(" \(prefix)"), "\(prefix)")
            #expect(try Tool.symbols("toride").contains(" \(prefix)"), "\(prefix)")
        }
    }
}
