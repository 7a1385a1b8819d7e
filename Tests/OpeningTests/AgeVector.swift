import Foundation

/// A published test vector of age (C2SP/CCTV, age/README.md): lines of `key: value`, an empty line,
/// the file.
struct AgeVector: Sendable {
    let name: String
    let expect: String
    let payloadHash: String?
    let identities: [String]
    let passphrases: [String]
    let isArmored: Bool
    let file: [UInt8]

    init?(name: String, contents: [UInt8]) {
        var rest = contents[...]
        var values: [String: [String]] = [:]
        while true {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                return nil
            }
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            if line.isEmpty {
                break
            }
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                return nil
            }
            values[parts[0], default: []].append(parts[1])
        }
        guard let expect = values["expect"]?.first else {
            return nil
        }
        self.name = name
        self.expect = expect
        payloadHash = values["payload"]?.first
        identities = values["identity"] ?? []
        passphrases = values["passphrase"] ?? []
        isArmored = values["armored"] == ["yes"]
        file = values["compressed"] == ["zlib"] ? Inflate.zlib(Array(rest)) : Array(rest)
    }

    /// What comes before the first underscore: which part of the format it tests.
    static func kind(of name: String) -> String {
        String(name.prefix { $0 != "_" })
    }
}

extension AgeVector {
    /// Where the vectors lie: beside the package, in `shared/vectors/age`.
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/vectors/age")

    /// The names of all vectors; none if the folder is not there.
    static let names: [String] = {
        let found = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (found ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }()

    static func load(_ name: String) throws -> AgeVector? {
        let contents = try Data(contentsOf: folder.appending(path: name))
        return AgeVector(name: name, contents: Array(contents))
    }
}
