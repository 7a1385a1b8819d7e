import Configuration
import TestSupport
import Testing

/// What is refused before any key is looked at.
@Suite struct YAMLReaderTests {
    @Test(arguments: ["", "\n\n", "# only a comment\n", "\u{FEFF}"])
    func `refuses a file in which nothing stands`(text: String) {
        expectRefused(text, line: nil, key: "", .noContent)
    }

    @Test func `refuses an empty document`() {
        expectRefused("---\n", line: 2, key: "", .empty)
        expectRefused("null\n", line: 1, key: "", .empty)
        expectRefused("{}\n", line: 1, key: "", .empty)
    }

    @Test func `refuses a file that is a list or a text`() {
        let expected = "a mapping of keys"
        expectRefused("- a\n", line: 1, key: "", .wrongType(expected: expected, found: "a list"))
        expectRefused(
            "\nhello\n",
            line: 2,
            key: "",
            .wrongType(expected: expected, found: "a single value")
        )
    }

    @Test func `refuses bytes that are not UTF-8 and names their line`() throws {
        // 病院 in Shift_JIS.
        let bytes = Array("site:\n  name: ".utf8) + [0x95, 0x61, 0x89, 0x40] + Array("\n".utf8)
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration.parse(bytes, file: "toride.yaml")
        }
        #expect(error.problem == .notUTF8)
        #expect(error.line == 2)
        #expect(error.description == "toride.yaml:2: is not UTF-8")
        #expect(error.hint.contains("Shift_JIS"))
    }

    @Test(arguments: [
        ("a: [1, 2\nb: 3\n", 2), ("a: b: c\n", 1), ("a:\n\t- b\n", 2), ("a: \"b\n", 2),
        ("a: 'b' c\n", 1), ("a: %b\n", 1), ("a: \"\\ud800\"\n", 1), ("a: *b\n", 1), ("]\n", 1),
        ("a: 1\nb\n", 3),
    ])
    func `refuses what is not YAML and names the line`(text: String, line: Int) throws {
        let error = try refusal(of: text)
        #expect(error.line == line)
        guard case .notYAML(let words) = error.problem else {
            Issue.record("got \(error)")
            return
        }
        #expect(!words.isEmpty && !error.description.contains("\n"))
    }

    @Test(arguments: [
        ("schedule: * * * * *\n", "such as \"* * * * *\""),
        ("exclude: [*.tmp]\n", "such as \"* * * * *\""),
        ("schedule: @daily\n", "such as \"@daily\""), ("a:\n\tb: 1\n", "not by tabs"),
        ("a: [1\nb: 2\n", "indentation"),
    ])
    func `tells what to quote`(text: String, words: String) throws {
        let error = try refusal(of: text)
        #expect(error.hint.contains(words))
    }

    @Test func `refuses control characters and names the line`() throws {
        let error = try refusal(of: "a: 1\nb: \u{1}\n")
        #expect(error.line == 2)
        #expect(error.problem == .notYAML("control characters are not allowed"))
    }

    @Test func `refuses a second document`() {
        expectRefused(head + "---\nrole: drill\n", line: 6, key: "", .severalDocuments)
    }

    @Test func `takes the marks of one document`() throws {
        _ = try parse("%YAML 1.1\n---\n" + head + "...\n")
    }

    @Test func `refuses anchors, and with them aliases`() {
        let text = head + "sets: &all\n  a: {source: 1}\ngroups: *all\n"
        expectRefused(text, line: 5, key: "sets", .anchor("all"))
        expectRefused("a: &x 1\nb: *x\n", line: 1, key: "a", .anchor("x"))
        expectRefused("&k a: 1\n", line: 1, key: "", .anchor("k"))
        expectRefused("a: [1, &i 2]\n", line: 1, key: "a[1]", .anchor("i"))
    }

    @Test func `refuses a small file that unfolds into a large one`() {
        var text = "a: &a [x, x, x, x, x, x, x, x, x]\n"
        for (name, before) in zip("bcdefghijklmnop", "abcdefghijklmno") {
            let aliases = Array(repeating: "*\(before)", count: 9).joined(separator: ", ")
            text += "\(name): &\(name) [\(aliases)]\n"
        }
        expectRefused(text, line: 1, key: "", .anchor("a"))
        // As a key it is unfolded while Yams looks for keys that stand twice.
        expectRefused(text + "? *p\n: 1\n", line: 1, key: "", .anchor("a"))
        expectRefused("# site\n{" + text + "}", line: 2, key: "", .anchor("a"))
    }

    @Test func `takes asterisks and ampersands that are no aliases`() throws {
        let patterns = (0..<40).map { "\"*.tmp\($0)\", '*a\($0)', '**/b*c\($0)'" }
        let source = "files: {paths: [/a], exclude: [\(patterns.joined(separator: ", "))]}"
        _ = try parse("# R&D, A & B\n" + headAndSource(source))
    }

    @Test func `reads a list of a hundred thousand items, and not each with each`() throws {
        let paths = (0..<100_000).map { "/\($0)" }.joined(separator: ",")
        let configuration = try parse(headAndSource("files: {paths: [\(paths)]}"))
        guard case .files(let files) = configuration.sets.first?.source else {
            Issue.record("no files")
            return
        }
        #expect(files.paths.count == 100_000)
    }

    @Test func `refuses merge keys`() {
        expectRefused(
            headAndSet + "    <<: {canary: true}\n",
            line: 8,
            key: "sets.ehr",
            .mergeKey
        )
    }

    @Test func `refuses tags`() {
        expectRefused(
            "state: !!binary aGk=\n",
            line: 1,
            key: "state",
            .tag("tag:yaml.org,2002:binary")
        )
        expectRefused("state: !mine x\n", line: 1, key: "state", .tag("!mine"))
        expectRefused("stores: !mine {}\n", line: 1, key: "stores", .tag("!mine"))
    }

    @Test func `refuses keys that are not text`() {
        expectRefused("? [a, b]\n: 1\n", line: 1, key: "", .keyNotText)
        expectRefused("state: {? {a: b} : 1}\n", line: 1, key: "state", .keyNotText)
    }

    @Test func `refuses a key that stands twice`() {
        expectRefused(
            headAndSet + "    canary: true\n    rpo: 1h\n    canary: false\n",
            line: 8,
            key: "canary",
            .duplicateKey("canary")
        )
        expectRefused("a: 1\n\"a\": 2\n", line: 1, key: "a", .duplicateKey("a"))
    }

    @Test(arguments: [(16, false), (17, true), (900, true)])
    func `refuses what is nested deeper than sixteen levels`(levels: Int, isTooDeep: Bool) throws {
        // The root is the first level, the text in the innermost list the last.
        let lists = levels - 2
        let text =
            "a: " + String(repeating: "[", count: lists) + "x"
            + String(repeating: "]", count: lists)
        let error = try refusal(of: text)
        #expect((error.problem == .tooDeep(levelsMax: 16)) == isTooDeep)
    }

    @Test(arguments: ["[", "{", "- ", "? ", "{a: "])
    func `survives any depth`(opening: String) throws {
        let text = String(repeating: opening, count: 100_000)
        _ = try refusal(of: text)
    }

    @Test(arguments: UInt64(0)..<40)
    func `damaged files are read or refused, and never trap`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let original = Array(ConfigurationTests.whole.utf8)
        let alphabet = Array("{}[]:,&*!|>'\"%@`#-? \n\t\\<~0a".utf8) + [0x00, 0x80, 0xE3, 0xFF]
        for _ in 0..<60 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = byte
                case 1: bytes.insert(byte, at: index)
                default: bytes.remove(at: index)
                }
            }
            do throws(ConfigurationError) {
                _ = try Configuration.parse(bytes, file: "f")
            } catch {
                #expect(error.description.hasPrefix("f"))
                #expect(!error.description.contains("\n") && !error.hint.isEmpty)
            }
        }
    }
}
