import Format
import Model
import Testing

/// `medium/medium.json`, as FORMAT.md §3.1 has it.
@Suite struct MediumDocumentTests {
    private static let text = """
        {"format":"toride/medium/v1","id":"000102030405060708090a0b0c0d0e0f","label":"2026-A",\
        "made":"2026-11-23T02:00:00Z","repository":"101112131415161718191a1b1c1d1e1f"}

        """

    private func read(_ text: String) throws(FormatError) -> MediumDocument {
        try MediumDocument(decoding: Array(text.utf8))
    }

    @Test func `a document has one spelling`() throws {
        let document = try read(Self.text)
        #expect(document.label == "2026-A" && document.encoded == Array(Self.text.utf8))
        #expect(document.id.hex == "000102030405060708090a0b0c0d0e0f")
    }

    @Test(arguments: [
        "", " a", "a ", "a/b", "a (b)", "a\u{202e}b", "a\u{7}b", "a\u{2028}b",
        String(repeating: "x", count: 101),
    ])
    func `a label can stand before a path and on a terminal`(label: String) throws {
        let good = try read(Self.text)
        #expect(throws: FormatError.self) {
            try MediumDocument(
                id: good.id,
                label: label,
                repository: good.repository,
                made: good.made
            )
        }
    }

    @Test func `labels are of any script`() throws {
        let text = Self.text.replacing("2026-A", with: "第一病院 水曜")
        #expect(try read(text).label == "第一病院 水曜")
    }

    @Test(arguments: [
        ("\n", ""), ("v1", "v2"), ("0e0f\"", "0e\""), ("00Z", "00"), ("\"}", "\",\"z\":1}"),
        ("\"label\":\"2026-A\",", ""),
    ])
    func `anything else is refused`(old: String, new: String) {
        #expect(throws: FormatError.self) { try read(Self.text.replacing(old, with: new)) }
    }

    @Test func `what lies beneath medium is no object, and not foreign`() {
        #expect(StoredKind(key: StoreKey.medium(MediumDocument.fileName)) == .medium)
        #expect(StoredKind(key: "medium/any/thing") == .medium)
        #expect(StoredKind(key: "medium") == .foreign)
        #expect(StoredKind(key: "media/medium.json") == .foreign)
        #expect(StoredKind.medium.name == nil)
    }
}
