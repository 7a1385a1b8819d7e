import FileSystem
import Fuzzing
import Glibc

/// The committed inputs of each parser: `fuzz/seeds/<parser>/taken-…` and `refused-…`.
enum Seeds {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/")
        return "/" + parts.dropLast(3).joined(separator: "/") + "/fuzz/seeds"
    }()

    /// The parsers that have any.
    static let parsers: [String] = {
        (try? names(folder)) ?? []
    }()

    /// The files of one parser by name.
    static func of(_ parser: Parser) throws -> [(name: String, bytes: [UInt8])] {
        try names("\(folder)/\(parser)").map { name in
            let file = try FileHandle.open("\(folder)/\(parser)/\(name)", O_RDONLY)
            return (name, try file.readAll(bytesMax: 1 << 20))
        }
    }

    private static func names(_ path: String) throws -> [String] {
        try FileHandle.open(path, O_RDONLY | O_DIRECTORY).names()
            .map { String(decoding: $0, as: UTF8.self) }.sorted()
    }
}
