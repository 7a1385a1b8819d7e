import Recovery
import Testing

@Suite struct PathSelectionTests {
    private func path(_ text: String) -> [UInt8] { Array(text.utf8) }

    private let selection = PathSelection(["a/b", "a/b/c", "d/e/f", "g"].map { Array($0.utf8) })

    @Test func `what is selected is held, with all beneath it, by the innermost path`() {
        #expect(selection.holder(of: path("a/b")) == path("a/b"))
        #expect(selection.holder(of: path("a/b/x/y")) == path("a/b"))
        #expect(selection.holder(of: path("a/b/c/d")) == path("a/b/c"))
        for text in ["", "a", "a/bb", "d/e", "gg", "h"] {
            #expect(selection.holder(of: path(text)) == nil, "\(text)")
        }
    }

    @Test func `folders lead to what is selected, and nothing else does`() {
        for text in ["a", "a/b", "d", "d/e"] {
            #expect(selection.isAbove(path(text)), "\(text)")
        }
        for text in ["", "a/b/c", "d/e/f", "g", "e"] {
            #expect(!selection.isAbove(path(text)), "\(text)")
        }
        #expect(selection.contains(path("g")) && !selection.contains(path("d")))
    }
}
