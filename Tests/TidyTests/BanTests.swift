import Testing

/// What may not be written, and what to write instead.
struct BanTests {
    struct Ban: Sendable, CustomTestStringConvertible {
        let text: String
        let instead: String
        /// Beginnings of paths where it is right.
        var allowed: [String] = []
        /// Whether it is banned in tests too.
        var inTests = true
        /// Whether it is banned in comments too.
        var inComments = false

        var testDescription: String { text }
    }

    static let bans = [
        Ban(text: "try!", instead: "`try`, and let the error go up"),
        Ban(text: "as!", instead: "`as?` and a guard"),
        Ban(text: "fatalError(", instead: "`preconditionFailure` with values, or an error"),
        Ban(
            text: "Task {",
            instead: "a task group, or Workers",
            allowed: ["Sources/torided"]
        ),
        Ban(
            text: "Task.detached",
            instead: "a task group, or Workers",
            allowed: ["Sources/torided"]
        ),
        Ban(
            text: "Date()",
            instead: "a clock that is handed in",
            allowed: ["Sources/toride", "Sources/Commands"]
        ),
        Ban(
            text: "print(",
            instead: "the caller's progress or a log",
            allowed: ["Sources/toride", "Sources/Console"],
            inTests: false
        ),
        Ban(text: "FIXME", instead: "the mending", inComments: true),
        Ban(text: "TODO", instead: "the doing", inComments: true),
        Ban(
            text: "SystemRandomNumberGenerator",
            instead: "a generator that is handed in, or "
                + "OpenSSL's for what is secret"
        ),
        Ban(text: "/wo" + "rk/", instead: "a path from the caller", inComments: true),
        Ban(text: "/ro" + "ot/", instead: "a path from the caller", inComments: true),
    ]

    @Test(arguments: bans)
    func `what is banned is not there`(ban: Ban) throws {
        var files = try #require(PackageText.sources)
        if ban.inTests {
            files += try #require(PackageText.tests)
        }
        for file in files where !ban.allowed.contains(where: { file.path.hasPrefix($0) }) {
            for (number, line) in file.lines.enumerated() where contains(line, ban) {
                Issue.record("\(file.path):\(number + 1): \(ban.text) → \(ban.instead)")
            }
        }
    }

    /// Chance must be repeatable where it is not secret.
    @Test func `every random choice names its generator`() throws {
        let choices = [".random(in:", ".randomElement(", ".shuffled(", ".shuffle("]
        let files = try #require(PackageText.sources) + (try #require(PackageText.tests))
        for file in files {
            for (number, line) in file.lines.enumerated() {
                let code = self.code(line)
                guard choices.contains(where: { code.contains($0) }) else {
                    continue
                }
                let call = file.lines[number..<min(number + 3, file.lines.count)].joined()
                #expect(call.contains("using:"), "\(file.path):\(number + 1): add `using:`")
            }
        }
    }

    @Test func `every promise to the compiler has its reason beside it`() throws {
        for file in try #require(PackageText.sources) {
            for (number, line) in file.lines.enumerated() {
                let code = self.code(line)
                guard code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)")
                else {
                    continue
                }
                let near = max(0, number - 2)...min(number + 2, file.lines.count - 1)
                let reason = file.lines[near].contains { line in
                    line.trimmed.hasPrefix("// ") || line.contains(" // ")
                }
                #expect(reason, "\(file.path):\(number + 1): say in a `//` line why it holds")
            }
        }
    }

    @Test func `documents name no path of one machine`() throws {
        let pages = [
            "README.md", "ARCHITECTURE.md", "docs/FORMAT.md", "docs/FINDINGS.md", "docs/DRILLS.md",
            "docs/COPIES.md",
        ]
        for page in pages {
            for line in (try? PackageText.lines(page)) ?? [] {
                for ban in Self.bans where ban.text.hasPrefix("/") {
                    #expect(!contains(line, ban), "\(page): \(line)")
                }
            }
        }
    }

    private func contains(_ line: String, _ ban: Ban) -> Bool {
        let text = ban.inComments ? line : code(line)
        guard let range = text.firstRange(of: ban.text) else {
            return false
        }
        guard range.lowerBound > text.startIndex else {
            return true
        }
        // `fingerprint(`, `FindingLines.print(` and `toride/root/v1` are other words.
        let before = text[text.index(before: range.lowerBound)]
        return !(before.isLetter || before.isNumber || "_.>".contains(before))
    }

    /// The line without its comment.
    private func code(_ line: String) -> String {
        if line.trimmed.hasPrefix("//") {
            return ""
        }
        guard let comment = line.firstRange(of: " // ") else {
            return line
        }
        return String(line[..<comment.lowerBound])
    }
}
