import Configuration
import Model
import Scheduling
import Testing

/// Each error of the schema, with its line and key.
@Suite struct ConfigurationErrorTests {
    // MARK: Keys

    @Test func `an unknown key is refused with the one that was meant`() throws {
        let text = headAndSet + "    shedule: '@daily'\n"
        let error = try refusal(of: text)
        #expect(
            error.description
                == "toride.yaml:8:5: sets.ehr.shedule: is not a key that Toride knows here"
        )
        #expect(error.hint == "did you mean ‘schedule’?")
        #expect(error.exitCode == .usage)
    }

    @Test func `an unknown key like no other is refused with what is known`() throws {
        let text = head.replacing("timezone: Asia", with: "bogus: 1, timezone: Asia")
        let error = try refusal(of: text)
        #expect(error.line == 1 && error.column == 20)
        #expect(error.keyPath == "site.bogus")
        #expect(
            error.problem
                == .unknownKey(suggestion: nil, allowed: ["name", "timezone", "language"])
        )
        #expect(error.hint == "known here: name, timezone, language")
    }

    /// A key that no mapping knows, in each mapping; line 5 where it is not in the head.
    static let unknown: [(String, Int, String)] = [
        (head + "x: 1\n", 5, "x"),
        (head.replacing("{path: /srv/toride}", with: "{path: /s, x: 1}"), 4, "stores.primary.x"),
        (headAndSet + "    x: 1\n", 8, "sets.ehr.x"),
        (headAndSet + "    verify: {x: 1}\n", 8, "sets.ehr.verify.x"),
        (head + "verify: {schedule: '@daily', x: 1}\n", 5, "verify.x"),
        (head + "drill: {x: 1}\n", 5, "drill.x"),
        (headAndSource("x: 1"), 5, "sets.a.source.x"),
        (headAndSource("files: {paths: [/a], x: 1}"), 5, "sets.a.source.files.x"),
        (
            headAndSource("postgresql: {dumpArguments: [-v]}"), 5,
            "sets.a.source.postgresql.dumpArguments"
        ),
        (headAndSource("command: {x: 1}"), 5, "sets.a.source.command.x"),
        (headAndSet + "groups: {g: {sets: [ehr], lag: 1m, x: 1}}\n", 8, "groups.g.x"),
        (headAndSet + "drills: {d: {set: ehr, x: 1}}\n", 8, "drills.d.x"),
    ]

    @Test(arguments: unknown)
    func `an unknown key is refused in every mapping`(text: String, line: Int, key: String) throws {
        let error = try refusal(of: text)
        #expect(error.line == line)
        #expect(error.keyPath == key)
        guard case .unknownKey = error.problem else {
            Issue.record("got \(error)")
            return
        }
    }

    static let unsupported: [(String, Int, String)] = [
        (head + "limits: {rate: 10}\n", 5, "limits"),
        (head + "copies: 2\n", 5, "copies"),
        (head + "retention: {days: 35}\n", 5, "retention"),
        (
            head.replacing("{path: /srv/toride}", with: "{path: /s, limits: {}}"), 4,
            "stores.primary.limits"
        ),
        (headAndSet + "    copies: 2\n", 8, "sets.ehr.copies"),
        (headAndSet + "    retention: {}\n", 8, "sets.ehr.retention"),
        (headAndSet + "    limits: {}\n", 8, "sets.ehr.limits"),
    ]

    @Test(arguments: unsupported)
    func `what this version lacks is refused and never ignored`(
        text: String,
        line: Int,
        key: String
    ) throws {
        expectRefused(text, line: line, key: key, .unsupported)
        let error = try refusal(of: text)
        #expect(error.description.hasSuffix("\(key): is not supported by this version"))
    }

    static let missing: [(String, Int, String)] = [
        (head.replacing("site: {name: 中央病院, timezone: Asia/Tokyo}\n", with: ""), 1, "site"),
        (head.replacing("state: /var/lib/toride\n", with: ""), 1, "state"),
        (head.replacing("stores: {primary: {path: /srv/toride}}\n", with: ""), 1, "stores"),
        (head.replacing("name: 中央病院, ", with: ""), 1, "site.name"),
        (head.replacing(", timezone: Asia/Tokyo", with: ""), 1, "site.timezone"),
        (
            head.replacing("{path: /srv/toride}", with: "{s3: {bucket: ehr}}"), 4,
            "stores.primary.s3.endpoint"
        ),
        (head + "sets:\n  a:\n    rpo: 1h\n", 7, "sets.a.source"),
        (headAndSource("files: {exclude: []}"), 5, "sets.a.source.files.paths"),
        (headAndSource("postgresql: {database: d}"), 5, "sets.a.source.postgresql.connection"),
        (
            headAndSource("postgresql: {connection: service=s}"), 5,
            "sets.a.source.postgresql.database"
        ),
        (headAndSource("command: {name: n}"), 5, "sets.a.source.command.run"),
        (headAndSource("command: {run: [/a]}"), 5, "sets.a.source.command.name"),
        (headAndSet + "groups: {g: {lag: 1m}}\n", 8, "groups.g.sets"),
        (headAndSet + "groups: {g: {sets: [ehr]}}\n", 8, "groups.g.lag"),
    ]

    @Test(arguments: missing)
    func `a missing key is named where it should stand`(text: String, line: Int, key: String) {
        expectRefused(text, line: line, key: key, .missingKey)
    }

    @Test func `exactly one source is asked for`() {
        let kinds = ["files", "postgresql", "command"]
        expectRefused(
            headAndSource(""),
            line: 5,
            key: "sets.a.source",
            .empty
        )
        expectRefused(
            head + "sets:\n  a:\n    source:\n      files: {}\n      command: {}\n",
            line: 9,
            key: "sets.a.source.command",
            .notExactlyOne(kinds)
        )
    }

    @Test func `a drill has a set or a group`() {
        let both = "groups: {g: {sets: [ehr], lag: 1m}}\ndrills: {d: {set: ehr, group: g}}\n"
        expectRefused(
            headAndSet + both,
            line: 9,
            key: "drills.d.group",
            .notExactlyOne(["set", "group"])
        )
        expectRefused(
            headAndSet + "drills: {d: {level: 1}}\n",
            line: 8,
            key: "drills.d",
            .notExactlyOne(["set", "group"])
        )
    }

    @Test(arguments: ["", "A", "a_b", "-a", "a.b", "病院", "a b", String(repeating: "a", count: 64)])
    func `names are short, lower-case and plain`(name: String) {
        let source = "{source: {files: {paths: [/a]}}}"
        expectRefused(
            head + "sets: {\"\(name)\": \(source)}\n",
            line: 5,
            key: "sets.\(name)",
            .name
        )
        expectRefused(
            head.replacing("primary", with: "\"\(name)\""),
            line: 4,
            key: "stores.\(name)",
            .name
        )
        expectRefused(
            head.replacing("drill:", with: "\"\(name)\":"),
            line: 3,
            key: "recipients.\(name)",
            .name
        )
    }

    @Test(arguments: ["a", "0", "a-b", "ehr-db-", String(repeating: "a", count: 63)])
    func `names up to 63 characters are taken`(name: String) throws {
        let text = head + "sets: {\(name): {source: {files: {paths: [/a]}}}}\n"
        #expect(try parse(text).sets.map(\.name) == [name])
    }

    // MARK: Types

    static let wrongTypes: [(String, Int, String, String, String)] = [
        (head.replacing("/var/lib/toride", with: "[a]"), 2, "state", "a single value", "a list"),
        (
            head.replacing("中央病院", with: "{a: b}"), 1, "site.name", "a single value",
            "a mapping of keys"
        ),
        (head + "sets: text\n", 5, "sets", "a mapping of keys", "a single value"),
        (head + "sets: [a]\n", 5, "sets", "a mapping of keys", "a list"),
        (head + "sets: {a: [b]}\n", 5, "sets.a", "a mapping of keys", "a list"),
        (headAndSet + "    stores: primary\n", 8, "sets.ehr.stores", "a list", "a single value"),
        (headAndSet + "    before: /bin/a\n", 8, "sets.ehr.before", "a list", "a single value"),
        (headAndSet + "    canary: yes\n", 8, "sets.ehr.canary", "true or false", "a single value"),
        (
            headAndSet + "    canary: \"true\"\n", 8, "sets.ehr.canary", "true or false",
            "a single value"
        ),
        (
            head + "drill: {identityOnThisHost: on}\n", 5, "drill.identityOnThisHost",
            "true or false", "a single value"
        ),
        (
            headAndSet + "    before: [/bin/a, [b]]\n", 8, "sets.ehr.before[1]", "a single value",
            "a list"
        ),
    ]

    @Test(arguments: wrongTypes)
    func `a value of another type is refused`(
        text: String,
        line: Int,
        key: String,
        expected: String,
        found: String
    ) {
        expectRefused(text, line: line, key: key, .wrongType(expected: expected, found: found))
    }

    static let empty: [(String, Int, String)] = [
        (head + "sets:\n", 5, "sets"), (head + "sets: {}\n", 5, "sets"),
        (head + "sets: {a: }\n", 5, "sets.a"), (head + "groups: ~\n", 5, "groups"),
        (head + "drill: null\n", 5, "drill"), (head + "verify: {}\n", 5, "verify"),
        (head.replacing("中央病院", with: "''"), 1, "site.name"),
        (head.replacing("中央病院", with: "'  '"), 1, "site.name"),
        (head.replacing("{primary: {path: /srv/toride}}", with: "{}"), 4, "stores"),
        (headAndSet + "    stores: []\n", 8, "sets.ehr.stores"),
        (headAndSet + "    recipients: []\n", 8, "sets.ehr.recipients"),
        (headAndSet + "    schedule:\n", 8, "sets.ehr.schedule"),
        (headAndSet + "    canary: ~\n", 8, "sets.ehr.canary"),
        (headAndSet + "    after: []\n", 8, "sets.ehr.after"),
        (headAndSet + "    before: [/bin/a, ~]\n", 8, "sets.ehr.before[1]"),
        (headAndSet + "groups: {g: {sets: [], lag: 1m}}\n", 8, "groups.g.sets"),
        (headAndSource("files: {paths: []}"), 5, "sets.a.source.files.paths"),
        (headAndSource("files: {paths: ['']}"), 5, "sets.a.source.files.paths[0]"),
    ]

    @Test(arguments: empty)
    func `a key without a value is refused`(text: String, line: Int, key: String) {
        expectRefused(text, line: line, key: key, .empty)
    }
}
