import Configuration
import Model
import Scheduling
import Testing

/// Each rule about a value, with line and key.
@Suite struct ConfigurationValueTests {
    @Test func `a schedule is read strictly`() throws {
        let text = headAndSet + "    schedule: 0 13am * * *\n"
        let error = try refusal(of: text)
        let told = "hour: ‘13am’ is neither a number nor a name"
        #expect(error.description == "toride.yaml:8:15: sets.ehr.schedule: \(told)")
        #expect(error.hint.hasPrefix("allowed are 0-23"))
        let fault = ConfigurationError.Problem.schedule(
            .field(.hour, part: "13am", .notANumber)
        )
        expectRefused(text, line: 8, key: "sets.ehr.schedule", fault)
        let bad = "{schedule: '0 13am * * *'}\n"
        expectRefused(head + "verify: \(bad)", line: 5, key: "verify.schedule", fault)
        expectRefused(
            headAndSet + "    verify: \(bad)",
            line: 8,
            key: "sets.ehr.verify.schedule",
            fault
        )
        expectRefused(
            headAndSet + "drills:\n  d:\n    set: ehr\n    schedule: 0 13am * * *\n",
            line: 11,
            key: "drills.d.schedule",
            fault
        )
    }

    @Test func `a schedule that never runs is refused`() {
        expectRefused(
            headAndSet + "    schedule: 0 0 30 2 *\n",
            line: 8,
            key: "sets.ehr.schedule",
            .neverRuns
        )
    }

    @Test func `compression is the set's own word, else the file's`() throws {
        #expect(try parse(headAndSet).sets[0].compression == .automatic)
        #expect(try parse(headAndSet + "    compression: none\n").sets[0].compression == .none)
        let text = headAndSet + "compression: 9\n"
        #expect(try parse(text).sets[0].compression == .level(9))
        let both = headAndSet + "    compression: auto\ncompression: 1\n"
        #expect(try parse(both).sets[0].compression == .automatic)
        for word in ["0", "10", "09", "fast", "-1"] {
            expectRefused(
                headAndSet + "    compression: \(word)\n",
                line: 8,
                key: "sets.ehr.compression",
                .notOneOf(CompressionPolicy.words, suggestion: nil)
            )
        }
        let error = try refusal(of: headAndSet + "    compression: aut\n")
        #expect(error.problem == .notOneOf(CompressionPolicy.words, suggestion: "auto"))
    }

    @Test func `a verification may have a limit`() throws {
        let schedule = "schedule: '@daily'"
        let text = headAndSet + "verify: {\(schedule), limitRate: 40M}\n"
        #expect(try parse(text).sets[0].verification?.limitRate == ByteRate("40MiB/s"))
        let own = headAndSet + "    verify: {\(schedule)}\nverify: {\(schedule), limitRate: 1G}\n"
        #expect(try parse(own).sets[0].verification?.limitRate == nil)
        let fault = ConfigurationError.Problem.rule(
            "is no number of bytes a second from 64.0 KiB/s",
            hint: "write a whole number and K, M or G (of 1,024): 40M"
        )
        for word in ["40", "63K", "0G", "4.5M", "-1M", "40MB", "1234567M", "M", "40 M"] {
            expectRefused(
                head + "verify: {\(schedule), limitRate: \(word)}\n",
                line: 5,
                key: "verify.limitRate",
                fault
            )
        }
    }

    @Test func `a duration is read strictly`() {
        let fault = ConfigurationError.Problem.schedule(.duration("1 day"))
        expectRefused(headAndSet + "    rpo: 1 day\n", line: 8, key: "sets.ehr.rpo", fault)
        expectRefused(
            headAndSet + "groups: {g: {sets: [ehr], lag: 1 day}}\n",
            line: 8,
            key: "groups.g.lag",
            fault
        )
        for key in ["rto", "rpo"] {
            expectRefused(
                headAndSet + "drills: {d: {set: ehr, \(key): 1 day}}\n",
                line: 8,
                key: "drills.d.\(key)",
                fault
            )
        }
    }

    @Test(arguments: ["JST", "Asia/Tokio", "asia/tokyo", "+09:00"])
    func `a time zone that is not known is refused`(zone: String) {
        expectRefused(
            head.replacing("Asia/Tokyo", with: zone),
            line: 1,
            key: "site.timezone",
            .schedule(.timeZone(zone))
        )
    }

    @Test func `words of a set are refused with the one that was meant`() throws {
        expectRefused(
            head.replacing("Asia/Tokyo", with: "Asia/Tokyo, language: jp"),
            line: 1,
            key: "site.language",
            .notOneOf(["ja", "en"], suggestion: "ja")
        )
        expectRefused(
            head + "role: server\n",
            line: 5,
            key: "role",
            .notOneOf(["backup", "drill"], suggestion: nil)
        )
        expectRefused(
            head.replacing("/srv/toride", with: "/srv/toride, class: O6"),
            line: 4,
            key: "stores.primary.class",
            .notOneOf(["O1", "O2", "O3", "O4", "O5"], suggestion: "O1")
        )
        expectRefused(
            headAndSet + "drills: {d: {set: ehr, scenario: fire}}\n",
            line: 8,
            key: "drills.d.scenario",
            .notOneOf(["failure", "cyber", "disaster"], suggestion: nil)
        )
    }

    @Test(arguments: ["5", "-1", "03", "three", "3.0", "1_0"])
    func `a level is a number from 0 to 4`(level: String) {
        expectRefused(
            headAndSet + "drills: {d: {set: ehr, level: \(level)}}\n",
            line: 8,
            key: "drills.d.level",
            .notOneOf(["0", "1", "2", "3", "4"], suggestion: nil)
        )
    }

    // MARK: References

    @Test func `a reference to what is not defined is refused with what was meant`() throws {
        let text = headAndSet + "    stores:\n      - primry\n"
        expectRefused(
            text,
            line: 9,
            key: "sets.ehr.stores[0]",
            .undefined(kind: "store", name: "primry", suggestion: "primary", defined: ["primary"])
        )
        let error = try refusal(of: text)
        #expect(error.description.hasSuffix("sets.ehr.stores[0]: there is no store named ‘primry’"))
        #expect(error.hint == "did you mean ‘primary’?")
    }

    @Test func `every kind of reference is followed`() {
        expectRefused(
            headAndSet + "    recipients: [vendor]\n",
            line: 8,
            key: "sets.ehr.recipients[0]",
            .undefined(
                kind: "recipient",
                name: "vendor",
                suggestion: nil,
                defined: ["recovery", "drill"]
            )
        )
        expectRefused(
            headAndSet + "groups: {g: {sets: [ehr, pacs], lag: 1m}}\n",
            line: 8,
            key: "groups.g.sets[1]",
            .undefined(kind: "set", name: "pacs", suggestion: nil, defined: ["ehr"])
        )
        expectRefused(
            headAndSet + "drills: {d: {set: her}}\n",
            line: 8,
            key: "drills.d.set",
            .undefined(kind: "set", name: "her", suggestion: "ehr", defined: ["ehr"])
        )
        expectRefused(
            headAndSet + "drills: {d: {group: ehr}}\n",
            line: 8,
            key: "drills.d.group",
            .undefined(kind: "group", name: "ehr", suggestion: nil, defined: [])
        )
    }

    @Test func `with several stores a set must say which`() {
        let text = headAndSet.replacing(
            "{primary: {path: /srv/toride}}",
            with: "{primary: {path: /a}, vault: {path: /b}}"
        )
        expectRuleBroken(
            text,
            line: 7,
            key: "sets.ehr.stores",
            "is missing, and there is more than one store"
        )
    }

    @Test func `nothing stands twice in a list`() {
        expectRefused(
            headAndSet + "    stores: [primary, primary]\n",
            line: 8,
            key: "sets.ehr.stores[1]",
            .repeated("primary")
        )
        expectRefused(
            headAndSource("files: {paths: [/a, /b, /a/]}"),
            line: 5,
            key: "sets.a.source.files.paths[2]",
            .repeated("/a")
        )
        expectRefused(
            headAndSet + "groups: {g: {sets: [ehr, ehr], lag: 1m}}\n",
            line: 8,
            key: "groups.g.sets[1]",
            .repeated("ehr")
        )
    }

    @Test func `two stores are two folders, and none is the state`() {
        expectRefused(
            head.replacing("{path: /srv/toride}", with: "{path: /a}, b: {path: /a/}"),
            line: 4,
            key: "stores.b.path",
            .repeated("/a")
        )
        expectRefused(
            head.replacing("/srv/toride", with: "/var/lib/toride"),
            line: 4,
            key: "stores.primary.path",
            .repeated("/var/lib/toride")
        )
    }

    // MARK: Paths and programs

    @Test(arguments: ["srv", "./srv", "~/srv", "/srv/../etc", "/..", "s3://bucket"])
    func `a path is absolute`(path: String) {
        expectRefused(
            head.replacing("/var/lib/toride", with: path),
            line: 2,
            key: "state",
            .path
        )
        expectRefused(
            head.replacing("/srv/toride", with: path),
            line: 4,
            key: "stores.primary.path",
            .path
        )
        expectRefused(
            headAndSource("files: {paths: [\(path)]}"),
            line: 5,
            key: "sets.a.source.files.paths[0]",
            .path
        )
        expectRefused(
            headAndSet + "    before: [\(path), x]\n",
            line: 8,
            key: "sets.ehr.before[0]",
            .path
        )
        expectRefused(
            head + "drill: {scratch: \(path)}\n",
            line: 5,
            key: "drill.scratch",
            .path
        )
    }

    @Test func `a path stays on one line`() {
        expectRuleBroken(
            head.replacing("/var/lib/toride", with: "\"/a\\nb\""),
            line: 2,
            key: "state",
            "has a line break or a control character"
        )
    }

    @Test func `an argument has no zero character`() {
        expectRuleBroken(
            headAndSet + "    before: [/a, \"b\\0\"]\n",
            line: 8,
            key: "sets.ehr.before[1]",
            "has a zero character"
        )
    }

    @Test(arguments: ["a/b", ".", "..", "/", String(repeating: "n", count: 256)])
    func `an output has a file name`(name: String) {
        expectRuleBroken(
            headAndSource("command: {run: [/a], name: \(name)}"),
            line: 5,
            key: "sets.a.source.command.name",
            "is not a file name"
        )
    }

    @Test func `assertions are files of SQL`() {
        expectRuleBroken(
            headAndSet + "drills: {d: {set: ehr, assertions: [/a.sql, /b.txt]}}\n",
            line: 8,
            key: "drills.d.assertions[1]",
            "is not a .sql file"
        )
    }

    // MARK: Keys that could not act

    @Test func `clinical times are asked of databases only, stores of files`() {
        expectRuleBroken(
            headAndSet + "    clinical: {time: [a.b]}\n",
            line: 8,
            key: "sets.ehr.clinical.time",
            "needs a postgresql source"
        )
        expectRuleBroken(
            head + "sets: {a: {source: {postgresql: {connection: service=a, database: b}}, "
                + "clinical: {stores: [{dicom: /a}]}}}\n",
            line: 5,
            key: "sets.a.clinical.stores",
            "needs a files source"
        )
        expectRuleBroken(
            head + "sets: {a: {source: {command: {run: [/a], name: n}}, "
                + "clinical: {stores: [{dicom: /a}]}}}\n",
            line: 5,
            key: "sets.a.clinical",
            "needs a files or postgresql source"
        )
    }

    @Test func `a program's output takes no canary`() {
        expectRuleBroken(
            head + "sets: {a: {source: {command: {run: [/a], name: n}}, canary: true}}\n",
            line: 5,
            key: "sets.a.canary",
            "needs a files or postgresql source"
        )
    }

    // MARK: Site and recipients

    @Test func `a site's name fits on a line`() throws {
        let longest = String(repeating: "院", count: 200)
        #expect(try parse(head.replacing("中央病院", with: longest)).site.name == longest)
        expectRuleBroken(
            head.replacing("中央病院", with: longest + "院"),
            line: 1,
            key: "site.name",
            "is longer than 200 characters"
        )
    }

    @Test(arguments: ["age", "age1", "AGE1ABC", "age1Abc", "age1é", "ssh-ed25519 AAAA", "age2abc"])
    func `a recipient looks like one`(text: String) {
        expectRuleBroken(
            head.replacing("age1drill", with: text),
            line: 3,
            key: "recipients.drill",
            "is not a recipient"
        )
    }

    @Test func `an identity is refused and not repeated`() throws {
        let text = head.replacing("age1drill", with: "AGE-SECRET-KEY-1QQPQZ")
        expectRuleBroken(
            text,
            line: 3,
            key: "recipients.drill",
            "is an identity, the secret half of a key"
        )
        let error = try refusal(of: text)
        #expect(!"\(error) \(error.hint)".contains("QQPQZ"))
    }

    @Test func `one key has one name`() {
        expectRefused(
            head.replacing("age1drill", with: "age1recovery"),
            line: 3,
            key: "recipients.drill",
            .repeated("age1recovery")
        )
    }

    @Test(arguments: [(64, true), (65, false)])
    func `there are 64 recipients at most`(count: Int, isTaken: Bool) throws {
        let names = (0..<count).map { "r\($0): age1r\($0)" }.joined(separator: ", ")
        let text = head.replacing("recovery: age1recovery, drill: age1drill", with: names)
        if isTaken {
            #expect(try parse(text).recipients.count == count)
        } else {
            expectRuleBroken(text, line: 3, key: "recipients", "has more than 64 recipients")
        }
    }
}
