import FileSystem
import Glibc
import Testing

/// The package's own text, as these tests read it.
enum PackageText {
    /// One file.
    struct File: Sendable, CustomTestStringConvertible {
        /// From the package's folder, as `Sources/Model/Digest.swift`.
        let path: String
        let lines: [String]

        var testDescription: String { path }

        /// The module of a source, or the test target of a test.
        var module: String {
            path.split(separator: "/").dropFirst().first.map { String($0) } ?? ""
        }
    }

    /// The package's folder.
    static let root: String = {
        let parts = #filePath.split(separator: "/")
        return "/" + parts.dropLast(3).joined(separator: "/")
    }()

    /// Every Swift file of the programs.
    static let sources = try? swiftFiles("Sources")
    /// Every Swift file of the tests but these, which spell out what they ban.
    static let tests = try? swiftFiles("Tests").filter { $0.module != "TidyTests" }

    /// One file's lines.
    static func lines(_ path: String) throws -> [String] {
        let bytes = try FileHandle.open("\(root)/\(path)", O_RDONLY).readAll(bytesMax: 4 << 20)
        return String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    private static func swiftFiles(_ folder: String) throws -> [File] {
        let directory = try FileHandle.open("\(root)/\(folder)", O_RDONLY | O_DIRECTORY)
        var files: [File] = []
        for bytes in try directory.names() {
            let name = String(decoding: bytes, as: UTF8.self)
            let path = "\(folder)/\(name)"
            if try directory.status(name: bytes).kind == .directory {
                files += try swiftFiles(path)
            } else if name.hasSuffix(".swift") {
                files.append(File(path: path, lines: try lines(path)))
            }
        }
        return files
    }
}

extension String {
    /// Without the white space at its ends.
    var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace {
            rest.removeFirst()
        }
        while let last = rest.last, last.isWhitespace {
            rest.removeLast()
        }
        return String(rest)
    }

    /// The cells of a row of a Markdown table; nil for any other line.
    var tableCells: [String]? {
        guard hasPrefix("| "), hasSuffix(" |") else {
            return nil
        }
        return split(separator: "|").map { String($0).trimmed }
    }

    /// What stands between backticks.
    var codeSpans: [String] {
        let parts = split(separator: "`", omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count - 1, by: 2).map { String(parts[$0]) }
    }
}
