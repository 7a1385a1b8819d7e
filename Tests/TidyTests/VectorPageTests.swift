import FileSystem
import Format
import Glibc
import Model
import Testing

/// docs/FORMAT.md and Tests/Vectors tell of each other, and its examples are theirs.
struct VectorPageTests {
    private let page: [String]
    private let names: Set<String>

    init() throws {
        page = try PackageText.lines("docs/FORMAT.md")
        let folder = try FileHandle.open(
            "\(PackageText.root)/Tests/Vectors",
            O_RDONLY | O_DIRECTORY
        )
        let files = try folder.names().map { String(decoding: $0, as: UTF8.self) }
        names = Set(files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) })
    }

    /// A vector's header lines and bytes.
    private func vector(_ name: String) throws -> (header: [String], bytes: [UInt8]) {
        let lines = try PackageText.lines("Tests/Vectors/\(name).txt")
        let header = lines.prefix { !$0.isEmpty }
        let body = lines.dropFirst(header.count).joined()
        return (Array(header), try #require(Hex.decode(body), "\(name)"))
    }

    // MARK: Names

    @Test func `every vector is named on the page, and every name there is a vector`() {
        let section = page.drop { !$0.hasPrefix("## 23 Vectors") }.dropFirst()
            .prefix { !$0.hasPrefix("## ") }
        let rows = section.compactMap(\.tableCells).filter { $0.count == 4 }
        let named = rows.flatMap { $0[2].codeSpans + $0[3].codeSpans }.flatMap(expanded)
        #expect(names.count > 300)
        #expect(Set(named) == names)
        #expect(named.count == names.count, "a vector is named twice")
    }

    /// `a-{b,c}` is a-b and a-c.
    private func expanded(_ span: String) -> [String] {
        let parts = span.split { "{}".contains($0) }.map { String($0) }
        guard span.hasSuffix("}"), parts.count == 2 else {
            return [span]
        }
        return parts[1].split(separator: ",").map { parts[0] + $0 }
    }

    @Test func `every structure that vectors are of has a test that reads them`() throws {
        let tests = try #require(PackageText.tests).flatMap(\.lines).joined(separator: "\n")
        for name in names {
            let of = try vector(name).header.first { $0.hasPrefix("of: ") }?.dropFirst(4) ?? ""
            let isRead = tests.contains("Vector.names(of: \"\(of)\")")
            #expect(isRead || of == "example" && tests.contains("Vector(\"\(name)\")"), "\(name)")
        }
    }

    // MARK: Examples

    private struct Block {
        let info: String
        let lines: [String]
    }

    /// The fenced blocks of the page.
    private var blocks: [Block] {
        var blocks: [Block] = []
        var rest = page[...]
        while let start = rest.firstIndex(where: { $0.hasPrefix("```") }) {
            let body = rest[(start + 1)...].prefix { $0 != "```" }
            blocks.append(Block(info: String(page[start].dropFirst(3)), lines: Array(body)))
            rest = rest[min(body.endIndex + 1, rest.endIndex)...]
        }
        return blocks
    }

    @Test func `every example on the page is a part of the vector that it names`() throws {
        var examples = 0
        for block in blocks where block.info != "text" {
            let words = block.info.split(separator: " ").map { String($0) }
            try #require(words.count == 2 && words[0] == "vector", "name a vector: \(block.info)")
            let bytes = try vector(words[1]).bytes
            #expect(holds(bytes, block.lines), "\(words[1]): \(block.lines)")
            examples += 1
        }
        #expect(examples > 10)
    }

    /// Whether the parts of an example stand in this order in `bytes`: as text, or else as hex. `…`
    /// divides parts, and what follows `←` is a remark.
    private func holds(_ bytes: [UInt8], _ lines: [String]) -> Bool {
        let joined = lines.map { line in
            line.split(separator: " ←", maxSplits: 1, omittingEmptySubsequences: false)[0]
        }.joined()
        let parts = joined.split(separator: "…")
        let isHex = parts.allSatisfy { Hex.decode($0) != nil }
        var rest = bytes[...]
        for part in parts {
            let wanted = isHex ? Hex.decode(part) ?? [] : Array(part.utf8)
            guard let range = rest.firstRange(of: wanted) else {
                return false
            }
            rest = rest[range.upperBound...]
        }
        // Without `…` at an end, the example begins or ends where the vector does.
        let begins = joined.hasPrefix("…") || parts.first.map { starts(bytes, $0, isHex) } ?? false
        return begins && (joined.hasSuffix("…") || rest.isEmpty)
    }

    private func starts(_ bytes: [UInt8], _ part: Substring, _ isHex: Bool) -> Bool {
        bytes.starts(with: isHex ? Hex.decode(part) ?? [] : Array(part.utf8))
    }

    @Test func `every shortened hash of the example is one of its vectors'`() throws {
        let section = page.drop { !$0.hasPrefix("## 21 ") }.dropFirst().prefix {
            !$0.hasPrefix("## ")
        }
        var text = ""
        for name in names where name.hasPrefix("example") {
            let (header, bytes) = try vector(name)
            text += header.joined(separator: "\n") + String(decoding: bytes, as: UTF8.self)
            text += Hex.encode(bytes)
        }
        let spans = section.flatMap(\.codeSpans).flatMap { $0.split { "/-".contains($0) } }
        let hashes = spans.filter { $0.hasSuffix("…") }.map { $0.dropLast() }
            .filter { Hex.decode($0) != nil }
        #expect(hashes.count >= 6)
        for hash in hashes {
            #expect(text.contains(hash), "\(hash)")
        }
    }
}
