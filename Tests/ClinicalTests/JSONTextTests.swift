import Clinical
import TestSupport
import Testing

/// JSON as RFC 8259 has it, seen through a resource that holds it.
@Suite struct JSONTextTests {
    private func broken(_ value: String) throws -> [String] {
        try FHIRSample.facts(FHIRSample.resource("Basic", "1", "\"x\":\(value)")).broken
    }

    @Test(arguments: [
        "0", "-0", "12", "-1.5", "1e9", "1E+9", "0.00e-10", "123456789012345678901234567890",
        "true", "false", "null", "[]", "{}", "[ 1 , \"a\" , [ ] ]", #"{"a":{"b":[{}]}}"#, #""""#,
        #""\"\\\/\b\f\n\r\t\u3042\uD83D\uDE00""#, "\"患者 😀 é\"", "\t1\r",
        #"{"a":1,"a":2}"#,
    ])
    func `text that is JSON is taken`(value: String) throws {
        #expect(try broken(value) == [])
    }

    @Test(arguments: [
        "", "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "NaN", "tru", "True", "nul", "'a'",
        "[1,]", "[1 2]", "[,1]", "[", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "{",
        "\"", #""\x""#, #""\u12""#, #""\u12G4""#, #""\uD83D""#, #""\uDE00""#, #""\uD83D\u0041""#,
        #""\uD83Dx""#, "\"\u{1}\"", "\"\u{1F}\"", "1}{", "1],", "\u{A0}1", "//1",
    ])
    func `text that is not JSON is one violation, and the file is damaged`(value: String) throws {
        let facts = try FHIRSample.facts(
            FHIRSample.resource("Basic", "1", "\"x\":\(value)"),
            at: "1.json"
        )
        #expect(facts.broken == ["F1 JSON"])
        #expect(facts.outcome == .unparsed)
    }

    /// Unicode 15, Table 3-7.
    @Test(
        arguments: [
            [0xC3, 0xA9], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xE3, 0x81, 0x82], [0xED, 0x9F, 0xBF],
            [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80],
            [0xF4, 0x8F, 0xBF, 0xBF],
        ] as [[UInt8]]
    )
    func `characters of UTF-8 are taken`(character: [UInt8]) throws {
        #expect(try FHIRSample.facts(of: text(character)).broken == [])
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x41], [0xE0, 0x9F, 0xBF],
            [0xE3, 0x81], [0xE3, 0x41, 0x82], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF0, 0x90, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
            // 名前 in Shift_JIS.
            [0x96, 0xBC, 0x91, 0x4F],
        ] as [[UInt8]]
    )
    func `bytes that are not UTF-8 are a violation, in values and in names`(
        bytes: [UInt8]
    ) throws {
        #expect(try FHIRSample.facts(of: text(bytes)).broken == ["F1 JSON[1]"])
        let name = Array(#"{"resourceType":"Basic","id":"1",""#.utf8) + bytes + Array("\":1}".utf8)
        #expect(try FHIRSample.facts(of: name).broken == ["F1 JSON[1]"])
    }

    private func text(_ bytes: [UInt8]) -> [UInt8] {
        Array(#"{"resourceType":"Basic","id":"1","x":""#.utf8) + bytes + Array("\"}".utf8)
    }

    @Test(arguments: [(62, true), (63, true), (64, false), (10_000, false)])
    func `values stand at most 64 deep in one another`(depth: Int, isTaken: Bool) throws {
        let lists = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try broken(lists) == (isTaken ? [] : ["F1 JSON[1]"]))
    }

    @Test(arguments: [
        #"{"resourceType":"Basic","resourceType":"Patient","id":"1"}"#,
        #"{"resourceType":"Basic","id":"1","id":"1"}"#,
        #"{"resourceType":"Basic","id":"1","\u0069d":"2"}"#,
    ])
    func `a type or an id that is there twice is no resource`(text: String) throws {
        #expect(try FHIRSample.facts(text).broken == ["F1 JSON[1]"])
    }

    @Test func `an escape in a name or a reference hides nothing`() throws {
        let hidden = #""\u0073ubject":{"re\u0066erence":"\u0050atient/none"}"#
        let files = ["1.ndjson": FHIRSample.resource("Basic", "1", hidden)]
        #expect(try FHIRSample.broken(files) == ["F3": 1])
    }

    /// The text is read through windows of 64 KiB: each kind of character is cut by their ends.
    @Test(arguments: 0..<12)
    func `where a window ends changes nothing`(shift: Int) throws {
        let piece = #"é患😀\u3042\"-1.5e3"#
        let value = String(repeating: piece, count: 20_000)
        let pad = String(repeating: " ", count: shift)
        let list = String(repeating: "-1.25e3, true,", count: 9_000)
        let more =
            pad + #""x":"\#(value)","y":[\#(list)null],"#
            + #""subject":{"reference":"Patient/1"}"#
        let facts = try FHIRSample.facts(FHIRSample.resource("Basic", "1", more))
        #expect(facts.broken == [])
        #expect(facts.entries(of: "fhir-reference").count == 1)
    }

    @Test func `a byte order mark at the front is no matter`() throws {
        #expect(try FHIRSample.facts("\u{FEFF}" + FHIRSample.resource("Basic", "1")).broken == [])
    }
}
