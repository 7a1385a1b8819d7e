import Reporting
import Testing

struct SafeTextTests {
    @Test(arguments: [
        "patients/0000001/2026-11-22.dcm", "カルテ/診療 記録.txt", "が", "患者　名簿", "naïve.txt", "",
    ])
    func `plain names stay as they are`(name: String) {
        #expect(SafeText.escaped(name) == name)
    }

    @Test(arguments: [
        ("\u{1b}[2J\u{1b}[H proven", #"\u{1b}[2J\u{1b}[H proven"#),
        ("a\nverdict: proven", #"a\u{a}verdict: proven"#),
        ("a\rb", #"a\u{d}b"#),
        ("a\u{8}\u{7f}b", #"a\u{8}\u{7f}b"#),
        ("a\u{9b}2Jb", #"a\u{9b}2Jb"#),
        ("a\u{85}b\u{2028}c", #"a\u{85}b\u{2028}c"#),
        ("gpj.\u{202e}exe", #"gpj.\u{202e}exe"#),
        ("a\u{200b}b\u{feff}c\u{2066}", #"a\u{200b}b\u{feff}c\u{2066}"#),
        ("a\u{a0}b\u{2003}c", #"a\u{a0}b\u{2003}c"#),
        ("a\u{3164}b", #"a\u{3164}b"#),
        ("\u{301}a", #"\u{301}a"#),
        ("\u{e000}", #"\u{e000}"#),
        (#"C:\u{1b}"#, #"C:\\u{1b}"#),
    ])
    func `what could fake output is spelled out`(text: String, shown: String) {
        #expect(SafeText.escaped(text) == shown)
    }

    @Test
    func `bytes that are not UTF-8 are shown one by one`() {
        // テ.txt in Shift_JIS; an overlong slash; a lone surrogate; a cut sequence.
        #expect(SafeText.escaped([0x83, 0x65] + Array(".txt".utf8)) == #"\x83e.txt"#)
        #expect(SafeText.escaped([0xc0, 0xaf]) == #"\xc0\xaf"#)
        #expect(SafeText.escaped([0xed, 0xa0, 0x80]) == #"\xed\xa0\x80"#)
        #expect(SafeText.escaped([0x61, 0xe3, 0x83]) == #"a\xe3\x83"#)
    }

    @Test
    func `every byte alone gives one visible line`() {
        var shown: Set<String> = []
        for byte in UInt8.min...UInt8.max {
            let text = SafeText.escaped([byte])
            #expect(!text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f })
            shown.insert(text)
        }
        #expect(shown.count == 256)
    }
}
