import Clinical
import Model
import Testing

/// What extended storage must be like.
@Suite struct SSMIX2ExtendedTests {
    private static let patient = "0123456789"
    private static let kind = "L-OBSERVATIONS^OBSERVATIONS^99ZL01"
    private static let message = [
        #"MSH|^~\&|HIS|S|GW|R|20160102000100||ORU^R30^ORU_R30|1|P|2.5||||||~ISO IR87"#,
        "PID|0001||0123456789^^^^PI||^\(SSMIX2Sample.kanji)", "PV1|0001|I", "ORC|SC|1", "OBR|1|1",
        "OBX|1|NM|9A7^^JC10||58|mm||||F",
    ].map { $0 + "\r" }.joined()

    private static func path(
        folders: String = "012/345/0123456789/20160101",
        kind: String = kind,
        name: String? = nil,
        time: String = "20160101150032100",
        tail: String = "1",
        file: String = "main_document.hl7"
    ) -> String {
        let name = name ?? "\(patient)_20160101_\(kind)_0001_\(time)_\(tail)"
        return "\(folders)/\(kind)/\(name)/\(file)"
    }

    private func facts(_ path: String, _ text: String = message) throws -> FileFacts {
        try facts(path, Array(text.utf8))
    }

    private func facts(_ path: String, _ bytes: [UInt8]) throws -> FileFacts {
        try SSMIX2ExtendedReader(localOffset: 9 * 3_600)
            .facts(of: Array(path.utf8), ContentReader(bytes))
    }

    @Test func `a sound document breaks nothing`() throws {
        for tail in ["1", "01_1", "_1"] {
            let facts = try facts(Self.path(tail: tail))
            #expect(facts.outcome == .judged)
            #expect(facts.broken == [])
            #expect(facts.counts == ["L-OBSERVATIONS/1": 1])
            #expect(facts.days == [20160101: 1])
            #expect(facts.newest?.rfc3339 == "2016-01-01T06:00:32Z")
            let patient = KeyHash.of(Array(Self.patient.utf8)[...])
            #expect(facts.entries.contains(RelationEntry(.patientMentioned, patient)))
        }
    }

    @Test func `a kind of document that nobody knows is counted without its name`() throws {
        let path = Self.path(kind: "L1^病院の_文書^99X^1-8^文書^LN")
        #expect(try facts(path).broken == [])
        #expect(try facts(path).counts == ["other/1": 1])
        let summary = Self.path(kind: "^要約^^18842-5^退院時サマリー^LN", file: "a.xml")
        #expect(try facts(summary, "<?xml?><a/>\n").counts == ["18842-5/1": 1])
    }

    @Test(arguments: [
        (path(folders: "012/346/0123456789/20160101"), "S20 folder"),
        (path(folders: "012/345/0123456789/20160102"), "S20 folder"),
        (path(tail: "x"), "S20 flag"),
        (path(time: "201601011500321"), "S20b time"),
        (path(time: "20160101250032100"), "S20b time"),
        (path(name: "0123456789_20160101_Y_0001_20160101150032100_1"), "S20b data kind"),
    ])
    func `a path that is not what it should be breaks one rule`(path: String, rule: String) throws {
        let facts = try facts(path)
        #expect(facts.broken == [rule])
        #expect(facts.violations.allSatisfy { $0.rule.code == .ssmix2ExtendedInvalid })
    }

    @Test func `a day of no calendar is none`() throws {
        let path = Self.path(folders: "012/345/0123456789/20160230")
            .replacing("_20160101_", with: "_20160230_")
        #expect(try facts(path).broken == ["S20 day of care"])
    }

    @Test(arguments: [
        "", "README.txt", "012/345/0123456789/20160101/K/main.hl7", path(name: "x"),
        path(file: "main_document.hl7.locked"), path(file: "main"),
    ])
    func `what is named otherwise is said to be foreign`(path: String) throws {
        #expect(try facts(path).outcome == .foreign)
        #expect(try facts(path).broken == ["G1"])
    }

    @Test(arguments: [
        ("a.xml", "<?xml?><a/>\n", true), ("a.xml", "<?xml?><a>", true), ("a.xml", "<a", false),
        ("a.XML", "\u{feff}<a/>", true), ("a.xml", "", false), ("a.pdf", "%PDF-1.7\n", true),
        ("a.pdf", "PDF", false), ("a.txt", "text", true), ("a.txt", "te\0xt", false),
        ("a.png", "\u{1}PNG", true), ("a.png", "PNG", false), ("a.zip", "PK\u{3}\u{4}", true),
        ("a.mp3", "", false), ("a.mp3", "x", true),
    ])
    func `a document is of the type that its name says`(name: String, text: String, isSound: Bool)
        throws
    {
        let facts = try facts(Self.path(file: name), text)
        #expect(facts.outcome == (isSound ? .judged : .unparsed))
        #expect(facts.broken == (isSound ? [] : ["S20 content"]))
    }

    @Test func `a long document is looked at from both ends`() throws {
        let sound = "<a>" + String(repeating: "x", count: 300_000) + "</a>"
        #expect(try facts(Self.path(file: "a.xml"), sound).broken == [])
        let cut = String(sound.dropLast(2))
        #expect(try facts(Self.path(file: "a.xml"), cut).broken == ["S20 content"])
    }

    @Test func `a message is read to its end`() throws {
        var bytes = Array(Self.message.utf8)
        #expect(try facts(Self.path(), [0x80] + bytes).broken == ["S20 MSH"])
        bytes[bytes.count - 10] = 0x80
        #expect(try facts(Self.path(), bytes).broken == ["S20 text"])
        let other = Self.message.replacing("0123456789^", with: "0123456780^")
        #expect(try facts(Self.path(), other).broken == ["S11 PID-3"])
        #expect(try facts(Self.path(), Self.message + "x\r").broken == ["S20 segment name"])
    }

    @Test func `a document has one current folder, of however many files`() throws {
        func broken(_ paths: [String]) throws -> [String: UInt64] {
            var profiler = StoreProfiler(
                .ssmix2Extended,
                cut: Timestamp(seconds: 1_900_000_000)
            )
            for path in paths {
                profiler.add(try facts(path), path: Array(path.utf8), bytes: 1)
            }
            return profiler.finish().broken.mapValues(\.count)
        }
        let sound = [Self.path(), Self.path(file: "second.hl7")]
        #expect(try broken(sound) == [:])
        #expect(try broken(sound + [Self.path(time: "20160101160032100", tail: "2")]) == [:])
        #expect(try broken(sound + [Self.path(time: "20160101160032100")]) == ["S5": 1])
    }
}
