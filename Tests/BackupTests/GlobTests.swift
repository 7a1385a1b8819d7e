import Backup
import Testing

@Suite struct GlobTests {
    @Test(arguments: [
        ("*.tmp", "a.tmp"), ("*.tmp", "folder/a.tmp"), ("/*.tmp", "a.tmp"), ("/a/*/c", "a/b/c"),
        ("/a/**/c", "a/c"), ("/a/**/c", "a/b/b/c"), ("a/**", "a/b/c"), ("**/c", "c"),
        ("**/c", "a/b/c"), ("/***/c", "a/b/c"), ("a?c", "abc"), ("[a-c]x", "bx"), ("[!a-c]x", "dx"),
        ("[]a]x", "]x"), ("[a-]x", "-x"), ("cache/", "a/cache"), ("", ""), ("病*", "病院"),
    ])
    func `a pattern matches`(pattern: String, path: String) {
        #expect(Glob(pattern).matches(Array(path.utf8)))
    }

    @Test(arguments: [
        ("*.tmp", "a.tmpx"), ("/*.tmp", "folder/a.tmp"), ("/a/*/c", "a/c"), ("/a/*/c", "a/b/b/c"),
        ("/a/**/c", "a/bc"), ("**/c", "ac"), ("/***/c", "c"), ("a?c", "a/c"), ("[!a]x", "/x"),
        ("[a-c]x", "dx"), ("[c-a]x", "bx"), ("[a", "a"), ("[", "["), ("a", "b/c"), ("?", "病"),
    ])
    func `a pattern does not match`(pattern: String, path: String) {
        #expect(!Glob(pattern).matches(Array(path.utf8)))
    }

    /// Whoever goes back at each star does not end within the age of the world.
    @Test(arguments: ["*a", "**a", "**/a", "*?", "**/*/"])
    func `a pattern of many stars ends`(part: String) {
        let pattern = String(repeating: part, count: 64) + "b"
        let path = String(repeating: "a/a", count: 1_000)
        #expect(!Glob(pattern).matches(Array(path.utf8)))
    }
}
