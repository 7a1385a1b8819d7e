import Clinical
import Testing

/// What is longer than a reader takes makes its file unparsed, and is never held. Limits that other
/// tests name: the depth of JSON and of sequences, what is inflated, lines of claims.
@Suite struct LimitTests {
    // MARK: - HL7

    /// Of a kind whose segments may stand in any order.
    private static let header =
        #"MSH|^~\&|A|B|C|D|20260630120824+0900||ZZZ^Z01|1|P|2.5"# + "\r"

    private func hl7(_ text: String) throws -> FileFacts {
        try hl7(ContentReader(Array(text.utf8)))
    }

    private func hl7(_ content: ContentReader) throws -> FileFacts {
        try HL7Reader(localOffset: 0).facts(of: Array("a.hl7".utf8), content)
    }

    @Test func `a segment has at most 1,000 fields`() throws {
        func facts(_ count: Int) throws -> FileFacts {
            try hl7(Self.header + "ZZZ" + String(repeating: "|", count: count) + "\r")
        }
        #expect(try facts(1_000).outcome == .judged)
        #expect(try facts(1_001).outcome == .unparsed)
        #expect(try facts(1_001).broken == ["H1 size"])
    }

    @Test func `a message has at most 100,000 segments`() throws {
        func facts(_ count: Int) throws -> FileFacts {
            try hl7(Self.header + String(repeating: "ZZZ|\r", count: count - 1))
        }
        #expect(try facts(100_000).outcome == .judged)
        #expect(try facts(100_001).broken == ["H1 size"])
    }

    @Test func `a message has at most four million fields`() throws {
        let segment = "ZZZ" + String(repeating: "|", count: 1_000) + "\r"
        func facts(_ count: Int) throws -> FileFacts {
            try hl7(Self.header + String(repeating: segment, count: count))
        }
        // Each has 1,001 pieces, its name among them.
        #expect(try facts(3_990).outcome == .judged)
        #expect(try facts(4_000).broken == ["H1 size"])
    }

    @Test func `a message without an end is given up at 64 MiB`() throws {
        let start = Array((Self.header + "ZZZ|").utf8)
        var asked: UInt64 = 0
        let content = ContentReader(size: 1 << 40) { buffer, offset in
            buffer = [UInt8](repeating: UInt8(ascii: "A"), count: buffer.count)
            if offset == 0 {
                buffer.replaceSubrange(..<start.count, with: start)
            }
            asked = max(asked, offset + UInt64(buffer.count))
            return buffer.count
        }
        let facts = try hl7(content)
        #expect(facts.outcome == .unparsed)
        #expect(facts.broken == ["H1 size"])
        #expect(asked < 66 << 20)
    }

    @Test func `a file is charged with at most 256 violations`() throws {
        let message = Self.header.replacing("2.5", with: "3.0")
        let facts = try hl7(String(repeating: message, count: 300))
        #expect(facts.outcome == .judged)
        #expect(facts.counts == ["other": 300])
        #expect(facts.violations.count == 256)
    }

    // MARK: - SS-MIX2

    private func ssmix2(_ path: String, _ text: String) throws -> FileFacts {
        try SSMIX2Reader(localOffset: 9 * 3_600)
            .facts(of: Array(path.utf8), ContentReader(Array(text.utf8)))
    }

    @Test func `a stored message of more than 64 MiB is not even begun`() throws {
        var isAsked = false
        let content = ContentReader(size: (64 << 20) + 1) { _, _ in
            isAsked = true
            return 0
        }
        let facts = try SSMIX2Reader(localOffset: 9 * 3_600)
            .facts(of: SSMIX2Sample().path, content)
        #expect(facts.outcome == .unparsed)
        #expect(facts.broken == ["S7 size"])
        #expect(!isAsked)
    }

    @Test func `a row of the index has at most 64 KiB`() throws {
        func facts(_ count: Int) throws -> FileFacts {
            let titles = "VolumeLabel" + String(repeating: ",x", count: 11) + ","
            let pad = String(repeating: "y", count: count - titles.utf8.count)
            return try ssmix2("SSMIXIDX.csv", titles + pad + "\n")
        }
        #expect(try facts(64 << 10).outcome == .judged)
        #expect(try facts(64 << 10 + 1).outcome == .unparsed)
        #expect(try facts(64 << 10 + 1).broken == ["S16 row"])
    }

    @Test func `a line of the transaction log has at most 1 MiB`() throws {
        let sample = SSMIX2Sample()
        let record = [
            "1310000001", sample.patient, sample.day, sample.type, sample.order, "INS",
            sample.department, sample.time, "MSH|x",
        ].joined(separator: "\t")
        func facts(_ count: Int) throws -> FileFacts {
            let segment = "OBX|" + String(repeating: "y", count: count - 4)
            return try ssmix2("2026/TR_20260615000000000_00001.DAT", "\(record)\r\(segment)\r")
        }
        #expect(try facts(1 << 20).outcome == .judged)
        #expect(try facts(1 << 20 + 1).outcome == .unparsed)
        #expect(try facts(1 << 20 + 1).broken == ["S17 record"])
    }

    // MARK: - FHIR

    @Test func `a text that no rule asks for may be of any length`() throws {
        let value = String(repeating: "y", count: 8 << 20)
        let facts = try FHIRSample.facts(FHIRSample.resource("Basic", "1", "\"x\":\"\(value)\""))
        #expect(facts.outcome == .judged)
        #expect(facts.broken == [])
    }

    @Test(arguments: [65, 66, 200_000])
    func `an id that is too long is none, however long, and the next line is read`(
        count: Int
    ) throws {
        let right = FHIRSample.resource("Basic", String(repeating: "a", count: 64))
        let long = FHIRSample.resource("Basic", String(repeating: "a", count: count))
        let facts = try FHIRSample.facts("\(long)\n\(right)\n")
        #expect(facts.broken == ["F1 Basic[1].id"])
        #expect(facts.counts == ["Basic": 2])
    }

    @Test(arguments: [2_049, 200_000])
    func `a reference that is too long is none`(count: Int) throws {
        let target = "Patient/" + String(repeating: "a", count: count - 8)
        let facts = try FHIRSample.facts(
            FHIRSample.resource("Basic", "1", "\"subject\":{\"reference\":\"\(target)\"}")
        )
        #expect(facts.broken == ["F3 Basic[1].reference"])
    }

    @Test(arguments: ["contained", "identifier", "mentions"])
    func `a resource holds at most 100,000 of each thing that is kept until its end`(
        member: String
    ) throws {
        func facts(_ count: Int) throws -> FileFacts {
            let parts = (0..<count).map { number in
                switch member {
                case "contained": "{}"
                case "identifier": "{\"value\":\"1\"}"
                default: "\"#\(number)\""
                }
            }
            let list = parts.joined(separator: ",")
            return try FHIRSample.facts(
                FHIRSample.resource("Basic", "1", "\"\(member)\":[\(list)]")
            )
        }
        #expect(try facts(100_000).outcome == .judged)
        #expect(try facts(100_001).outcome == .unparsed)
        #expect(try facts(100_001).broken == ["F1 JSON[1]"])
    }

    // MARK: - DICOM

    @Test func `a value that rules need has at most 1 KiB`() throws {
        func facts(_ count: Int) throws -> FileFacts {
            var sample = DICOMSample()
            let value = [UInt8](repeating: UInt8(ascii: "1"), count: count)
            sample.set(0x0010_0020, DICOMSampleElement(0x0010_0020, "LO", value))
            return try sample.facts()
        }
        #expect(try facts(1_024).broken == [])
        #expect(try facts(1_026).outcome == .unparsed)
        #expect(try facts(1_026).broken == ["D1 from (0008,0060) on"])
    }

    /// Of a value that rules need, and of one that is stepped over.
    @Test(arguments: [UInt32(0x0010_0020), 0x0010_0021])
    func `a length of 4 GiB is believed of nothing`(tag: UInt32) throws {
        var sample = DICOMSample(.implicitLittle)
        sample.set(tag, DICOMSampleElement(tag, "LO", [0x31, 0x31], length: UInt32.max - 1))
        let facts = try sample.facts()
        #expect(facts.outcome == .unparsed)
        #expect(facts.violations.map(\.rule.id) == ["D1"])
    }

    @Test func `a table of offsets has at most a million entries`() throws {
        func facts(_ count: Int) throws -> FileFacts {
            var sample = DICOMSample()
            sample.setFragments([[UInt8](repeating: 0, count: 4 * count), [1, 2]])
            return try sample.facts()
        }
        // It is no table of this image, but it is read.
        #expect(try facts(1 << 20).broken == ["D7 (7FE0,0010)"])
        #expect(try facts(1 << 20 + 1).outcome == .unparsed)
        #expect(try facts(1 << 20 + 1).broken == ["D1 from (7FE0,0010) on"])
    }

    @Test func `a DICOMDIR has at most a million records`() throws {
        func facts(_ count: Int) throws -> FileFacts {
            var sample = DICOMSample()
            sample.set(0x0002_0002, "UI", "1.2.840.10008.1.3.10")
            sample.pixels = nil
            let item: [UInt8] = [0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0]
            let items = Array(repeatElement(item, count: count).joined())
            sample.data = [DICOMSampleElement(0x0004_1220, "SQ", items)]
            return try sample.facts(at: "DICOMDIR")
        }
        #expect(try facts(1 << 20).broken == [])
        #expect(try facts(1 << 20 + 1).outcome == .unparsed)
        #expect(try facts(1 << 20 + 1).broken == ["D1 from (0004,1220) on"])
    }

    // MARK: - What ends too early

    /// A file that was shorter when it was read than when it was looked at.
    private func shortened(_ bytes: [UInt8]) -> ContentReader {
        ContentReader(size: UInt64(bytes.count) + 10) { buffer, offset in
            let part = bytes.dropFirst(Int(clamping: offset)).prefix(buffer.count)
            buffer.replaceSubrange(..<part.count, with: part)
            return part.count
        }
    }

    @Test func `a file that ends before its size was not read, whatever it holds`() throws {
        let message = Array(Self.header.utf8)
        #expect(try hl7(ContentReader(message)).broken == [])
        #expect(try hl7(shortened(message)).broken == ["G2"])
        let sample = SSMIX2Sample()
        let reader = SSMIX2Reader(localOffset: 9 * 3_600)
        #expect(try reader.facts(of: sample.path, ContentReader(sample.bytes)).broken == [])
        let facts = try reader.facts(of: sample.path, shortened(sample.bytes))
        #expect(facts.broken == ["G2"])
        #expect(facts.outcome == .unparsed)
    }
}
