import Testing

/// The shape of files and declarations. A rule that came later than some code is a ratchet: the old
/// breaches are counted here, and their number may fall but not rise.
struct ShapeTests {
    static let columnsMax = 100
    static let linesMax = 400

    /// Lines over 100 columns by file: mend one, lower its number.
    static let longLines: [String: Int] = [:]
    /// Files over 400 lines.
    static let longFiles: [String: Int] = [:]
    /// `package` declarations without a documentation comment, by module. `swift format` looks at
    /// `public` ones only.
    static let undocumented: [String: Int] = [:]

    @Test func `no line is longer than 100 columns`() throws {
        let files = try #require(PackageText.sources) + (try #require(PackageText.tests))
        for file in files {
            let long = file.lines.indices.filter { file.lines[$0].count > Self.columnsMax }
            #expect(
                long.count <= Self.longLines[file.path, default: 0],
                "\(file.path): break the lines \(long.map { $0 + 1 })"
            )
        }
    }

    @Test func `no source is longer than 400 lines`() throws {
        for file in try #require(PackageText.sources) {
            let max = Self.longFiles[file.path] ?? Self.linesMax
            #expect(file.lines.count - 1 <= max, "\(file.path): split it")
        }
    }

    @Test func `what other modules may use is documented`() throws {
        var found: [String: [String]] = [:]
        for file in try #require(PackageText.sources) {
            found[file.module, default: []] += undocumented(file)
        }
        for (module, places) in found.sorted(by: { $0.key < $1.key }) {
            let max = Self.undocumented[module, default: 0]
            #expect(
                places.count <= max,
                """
                \(module): \(places.count) undocumented, \(max) allowed; document some of:
                \(places.joined(separator: "\n"))
                """
            )
        }
    }

    private func undocumented(_ file: PackageText.File) -> [String] {
        file.lines.indices.compactMap { number in
            let line = file.lines[number].trimmed
            guard isDeclaration(line), !isDocumentedElsewhere(line) else {
                return nil
            }
            var above = number - 1
            while above >= 0, file.lines[above].trimmed.hasPrefix("@") {
                above -= 1
            }
            guard above < 0 || !file.lines[above].trimmed.hasPrefix("///") else {
                return nil
            }
            return "\(file.path):\(number + 1): \(line)"
        }
    }

    private func isDeclaration(_ line: String) -> Bool {
        let words = line.split { " (:<{".contains($0) }.drop { $0.hasPrefix("@") }
        guard words.first == "package" else {
            return false
        }
        let kinds: Set<Substring> = [
            "func", "struct", "enum", "class", "protocol", "var", "let", "init", "init?", "actor",
            "typealias", "subscript",
        ]
        return words.dropFirst().prefix(4).contains { kinds.contains($0) }
    }

    /// What fulfils a protocol is documented there.
    private func isDocumentedElsewhere(_ line: String) -> Bool {
        let witnesses = [
            "var description: String", "var hint: String", "var exitCode: ExitCode",
            "static func < (", "static func == (", "func hash(into ",
        ]
        return witnesses.contains { line.hasPrefix("package \($0)") }
    }
}
