import Foundation
import Testing

/// A file of Project Wycheproof's vectors (<https://github.com/C2SP/wycheproof>): groups that share
/// sizes, of tests that say `valid`, `invalid` or `acceptable`.
struct Wycheproof: Decodable {
    let numberOfTests: Int
    let testGroups: [Group]

    struct Group: Decodable {
        /// Bits.
        let keySize: Int?
        /// Bits.
        let ivSize: Int?
        /// Bits.
        let tagSize: Int?
        let tests: [Vector]
    }

    struct Vector: Decodable {
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

/// Counts what was run and what was not, and why, so that a skipped vector is a told one.
struct Tally {
    let name: String
    private(set) var run: [String: Int] = [:]
    private(set) var skipped: [String: Int] = [:]

    init(_ name: String) {
        self.name = name
    }

    mutating func ran(_ result: String) {
        run[result, default: 0] += 1
    }

    mutating func skip(_ reason: String) {
        skipped[reason, default: 0] += 1
    }

    /// Prints the counts; fails unless they add up to the file's own number.
    func tell(expecting total: Int) {
        let ran = run.values.reduce(0, +)
        print(
            "wycheproof \(name): ran \(ran) \(told(run)), skipped \(total - ran) \(told(skipped))"
        )
        #expect(ran + skipped.values.reduce(0, +) == total)
        #expect(ran > 0)
    }

    private func told(_ counts: [String: Int]) -> String {
        let parts = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "(\(parts.joined(separator: ", ")))"
    }
}
