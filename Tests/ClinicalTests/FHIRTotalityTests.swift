import Clinical
import TestSupport
import Testing

/// Whatever the bytes are, the reader says something of them, and always the same.
@Suite struct FHIRTotalityTests {
    private static let lines = [
        FHIRSample.resource(
            "Claim",
            "1",
            #""meta":{"versionId":"1","lastUpdated":"2026-06-01T09:00:02Z","profile":["a:b"]},"#
                + #""contained":[{"resourceType":"Coverage","id":"c","meta":{"tag":[]}}],"#
                + #""patient":{"reference":"Patient/1"},"created":"2026-06-01","#
                + #""identifier":{"value":"é\u3042\ud83d\ude00"},"#
                + ##""insurance":[{"coverage":{"reference":"#c"}}]"##
        ),
        FHIRSample.bundle(
            "searchset",
            [FHIRSample.entry("1", #""search":{"mode":"match"}"#), FHIRSample.order("2")],
            #""total":2,"link":[{"relation":"self","url":"https://fhir.example"}]"#
        ),
        FHIRSample.resource(
            "Encounter",
            "2",
            #""status":"planned","period":{"start":"2026-06-01T09:00:02.5+09:00"}"#
        ),
    ]

    @Test(arguments: [".ndjson", ".json", ""], UInt64(0)..<16)
    func `nothing crashes on changed bytes`(suffix: String, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let sound = Array(Self.lines.joined(separator: "\n").utf8)
        for _ in 0..<200 {
            var bytes = sound
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.remove(at: place)
                default: bytes.insert(bytes[(place * 7) % bytes.count], at: place)
                }
            }
            let facts = try FHIRSample.facts(of: bytes, at: "1\(suffix)")
            #expect(try FHIRSample.facts(of: bytes, at: "1\(suffix)") == facts)
        }
    }

    @Test(arguments: UInt64(0)..<8)
    func `nothing crashes on any bytes`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for count in [0, 1, 7, 300, 70_000] {
            let facts = try FHIRSample.facts(of: random.bytes(count), at: "1.ndjson")
            #expect(facts.outcome == .unparsed)
        }
    }

    @Test func `every document that is cut short is told`() throws {
        for line in Self.lines {
            let bytes = Array(line.utf8)
            for count in bytes.indices {
                let facts = try FHIRSample.facts(of: Array(bytes[..<count]), at: "1.json")
                #expect(facts.broken == ["F1 JSON"], "\(count) bytes")
            }
        }
    }

    @Test func `what the file cannot give is thrown, not judged`() {
        struct Unreadable: Error {}
        let content = ContentReader(size: 1_000) { _, _ in throw Unreadable() }
        #expect(throws: Unreadable.self) {
            _ = try FHIRReader(localOffset: 0).facts(of: Array("1.ndjson".utf8), content)
        }
    }
}
