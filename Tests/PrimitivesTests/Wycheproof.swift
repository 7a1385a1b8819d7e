import Foundation
import Testing

/// A file of Project Wycheproof's vectors (<https://github.com/C2SP/wycheproof>): groups that share
/// sizes, of tests that say `valid`, `invalid` or `acceptable`.
struct Wycheproof: Decodable, Sendable {
    let numberOfTests: Int
    let testGroups: [Group]

    struct Group: Decodable, Sendable {
        /// Bits.
        let keySize: Int?
        /// Bits.
        let ivSize: Int?
        /// Bits.
        let tagSize: Int?
        let tests: [Vector]
    }

    struct Vector: Decodable, Sendable {
        let tcId: Int
        let flags: [String]
        let result: String
        let key: String?
        let iv: String?
        let aad: String?
        let msg: String?
        let ct: String?
        let tag: String?
        let ikm: String?
        let salt: String?
        let info: String?
        let size: Int?
        let okm: String?
        let `public`: String?
        let `private`: String?
        let shared: String?
    }

    /// Reads one file from beside the package; nil, told loudly, if it is not there.
    static func load(_ name: String) throws -> Wycheproof? {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = root.deletingLastPathComponent()
            .appending(path: "shared/vectors/wycheproof/\(name).json")
        guard FileManager.default.fileExists(atPath: file.path) else {
            print("WYCHEPROOF VECTORS NOT RUN: \(name) is not beside the package")
            return nil
        }
        return try JSONDecoder().decode(Wycheproof.self, from: Data(contentsOf: file))
    }
}

/// One vector: a test case.
struct WycheproofCase: Sendable, CustomTestStringConvertible {
    let file: String
    let group: Wycheproof.Group
    let vector: Wycheproof.Vector

    var testDescription: String { "\(file) \(vector.tcId)" }

    /// What of its sizes our ciphers have not; nil if they have them. A vector that has is refused.
    var foreignSize: String? {
        guard ["aes_gcm_test", "chacha20_poly1305_test"].contains(file) else {
            return nil
        }
        return group.keySize != 256
            ? "key not of 256 bits" : group.ivSize != 96 ? "nonce not of 96 bits" : nil
    }

    /// All vectors of a file; none, told loudly, if the file is not there.
    static func all(_ name: String) -> [WycheproofCase] {
        do {
            return try Wycheproof.load(name)?.testGroups.flatMap { group in
                group.tests.map { WycheproofCase(file: name, group: group, vector: $0) }
            } ?? []
        } catch {
            Issue.record(error, "\(name) cannot be read")
            return []
        }
    }
}
