import Clinical
import Model
import TestSupport
import Testing

/// Messages outside of SS-MIX2.
@Suite struct HL7ReaderTests {
    private static let header =
        #"MSH|^~\&|A|B|C|D|20260630120824+0900||ADT^A04^ADT_A01|1|P|2.5"#
    private static let message = [
        header, "EVN||20260630120824", "PID|1||4711^^^X||DOE^JANE", "PV1|1|O",
    ]

    private func facts(_ segments: [String], end: String = "\r") throws -> FileFacts {
        try facts(of: Array(segments.map { $0 + end }.joined().utf8))
    }

    private func facts(of bytes: [UInt8]) throws -> FileFacts {
        try HL7Reader(localOffset: 0).facts(of: Array("a.hl7".utf8), ContentReader(bytes))
    }

    @Test(arguments: ["\r", "\n", "\r\n"])
    func `a sound message breaks nothing`(end: String) throws {
        let facts = try facts(Self.message, end: end)
        #expect(facts.outcome == .judged)
        #expect(facts.broken == [])
        #expect(facts.counts == ["ADT": 1])
        #expect(facts.days == [20260630: 1])
        #expect(facts.newest?.rfc3339 == "2026-06-30T03:08:24Z")
        let patient = KeyHash.of(Array("4711".utf8)[...])
        #expect(facts.entries == [RelationEntry(.patientMentioned, patient)])
    }

    @Test func `other delimiters divide as well`() throws {
        let other = Self.message.map {
            $0.replacing("^", with: "!").replacing("|", with: "^")
        }
        #expect(try facts(other).broken == [])
        #expect(try facts(other).entries == (try facts(Self.message).entries))
    }

    /// One thing that is done to a sound message, and the place that is found.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let index: Int
        let old: String
        let new: String
    }

    private static func fault(_ place: String, _ index: Int, _ old: String, _ new: String) -> Fault
    {
        Fault(testDescription: place, index: index, old: old, new: new)
    }

    @Test(arguments: [
        fault("MSH-9", 0, "ADT^A04^ADT_A01", ""),
        fault("MSH-10", 0, "|1|P", "||P"),
        fault("MSH-11", 0, "|P|", "||"),
        fault("MSH-12", 0, "2.5", "3.0"),
        fault("MSH-18", 0, "2.5", "2.5||||||BIG-5"),
        fault("MSH-18", 2, "DOE", SSMIX2Sample.kanji),
        fault("text", 2, "DOE", "é"),
        fault("text", 2, "DOE", "\u{1b}[31m"),
        fault("text", 2, "DOE", "\0"),
        fault("segment name", 3, "PV1", "pv1"),
        fault("segment order", 1, "EVN", "NTE"),
        fault("MSH", 0, #"|^~\&|"#, "|ABC|"),
    ])
    func `a message with one fault breaks the rule at its place`(fault: Fault) throws {
        var segments = Self.message
        segments[fault.index] = segments[fault.index].replacing(fault.old, with: fault.new)
        let facts = try facts(segments)
        let expected = "H1 \(fault.testDescription)"
        #expect(facts.broken.contains(expected))
        // A segment without its name is out of order too.
        #expect(facts.broken.allSatisfy { $0 == expected || $0 == "H1 segment order" })
        #expect(facts.violations.allSatisfy { $0.rule.code == .hl7Invalid })
    }

    @Test func `a cut message is found`() throws {
        let bytes = Array(Self.message.map { $0 + "\r" }.joined().utf8)
        #expect(try facts(of: Array(bytes.dropLast(1))).broken == ["H1 segment end"])
        #expect(try facts(of: Array(bytes.dropLast(8))).broken == ["H1 end"])
        #expect(try facts(of: Array(bytes.prefix(4))).broken == ["H1 MSH"])
        #expect(try facts(of: Array(bytes.prefix(4))).outcome == .unparsed)
    }

    @Test func `text is what MSH-18 says`() throws {
        func broken(_ set: String, _ name: [UInt8]) throws -> [String] {
            var bytes = Array("\(Self.header)||||||\(set)\rEVN||2\rPID|1||4711||".utf8)
            bytes += name
            bytes += Array("\rPV1|1|O\r".utf8)
            return try facts(of: bytes).broken
        }
        let kanji = Array(SSMIX2Sample.kanji.utf8)
        #expect(try broken("UNICODE UTF-8", Array("山田".utf8)) == [])
        #expect(try broken("UNICODE UTF-8", [0xe5, 0xb1]) == ["H1 text"])
        #expect(try broken("8859/1", [0xe9]) == [])
        #expect(try broken("ASCII", [0xe9]) == ["H1 text"])
        #expect(try broken("~ISO IR87", kanji) == [])
        #expect(try broken("~ISO IR87", kanji.dropLast(3)) == ["H1 text"])
        #expect(try broken("~ISO IR99", kanji) == ["H1 MSH-18"])
    }

    // MARK: - Files of several messages

    @Test func `each message of a file is read`() throws {
        let block = [0x0b] + Array(Self.message.map { $0 + "\r" }.joined().utf8) + [0x1c, 0x0d]
        let facts = try facts(of: block + block + block)
        #expect(facts.broken == [])
        #expect(facts.counts == ["ADT": 3])
        #expect(facts.days == [20260630: 3])
        #expect(facts.entries.count == 3)
    }

    @Test func `a fault is told by its message`() throws {
        var second = Self.message
        second[0] = second[0].replacing("2.5", with: "3.0")
        let facts = try facts(Self.message + second + Self.message)
        #expect(facts.broken == ["H1 message 2: MSH-12"])
    }

    @Test func `a long file is not held at once, and no message is lost`() throws {
        let many = Array(repeating: Self.message, count: 2_000).flatMap { $0 }
        let facts = try facts(many)
        #expect(facts.broken == [])
        #expect(facts.counts == ["ADT": 2_000])
    }

    @Test func `a batch has as many messages as it says`() throws {
        let two = Self.message + Self.message
        for (count, broken) in [("2", []), ("", []), ("3", ["H1 message 2: BTS-1"])] {
            let batch = [#"FHS|^~\&|A"#, #"BHS|^~\&|A"#] + two + ["BTS|\(count)", "FTS|1"]
            let facts = try facts(batch)
            #expect(facts.broken == broken)
            #expect(facts.counts == ["ADT": 2])
        }
    }

    @Test(arguments: ["", "\r\n", "text\rMSH|", "// MSH|", "FHS|^~\\&|A\r", "\u{0}MSH|^~\\&|"])
    func `a file without a message is foreign`(text: String) throws {
        #expect(try facts(of: Array(text.utf8)).outcome == .foreign)
        #expect(try facts(of: Array(text.utf8)).broken == ["G1"])
    }

    // MARK: - Files of others

    @Test func `no message of the hospital breaks a rule`() throws {
        let files = try contents(of: Tool.fixture("hl7"))
        #expect(files.count == 7)
        for (path, bytes) in files {
            let facts = try facts(of: try #require(bytes))
            #expect(facts.outcome == .judged, "\(path)")
            #expect(facts.broken == [], "\(path)")
        }
    }

    /// Test messages of HAPI, which lie beside the package; absent elsewhere.
    private static let others: [String: [UInt8]] = {
        let all = (try? contents(of: "\(Tool.root)/../shared/data/hl7")) ?? [:]
        if all.isEmpty {
            print("SKIPPED: HL7 messages of another program: none in ../shared/data/hl7")
        }
        return all.compactMapValues { $0 }
    }()

    @Test(.enabled(if: !others.isEmpty))
    func `messages of another program break the rules that they are known to break`() throws {
        let known = [
            "adt_a03.txt": ["H1 segment end"],
            // Comments in C stand before the first message.
            "messages.txt": ["G1"],
            "omd_o03.txt": [],
            "segmentfinder_a24.hl7": [],
        ]
        for (path, bytes) in Self.others {
            #expect(try facts(of: bytes).broken == known[path] ?? ["?"], "\(path)")
        }
    }
}
