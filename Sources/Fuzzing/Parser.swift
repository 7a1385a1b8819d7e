/// A parser of bytes that someone else wrote, and what holds of it whatever the bytes are.
///
/// A parser may refuse; what it takes, its writer must give back in the same bytes. The fuzzer
/// (fuzz/fuzz.sh) and the seeded test of every `make test` go through the same ``all``.
package struct Parser: Sendable, CustomStringConvertible {
    /// What became of some bytes.
    package enum Outcome: Hashable, Sendable {
        /// They are not what the parser reads.
        case refused
        /// They are, and all that is promised of them holds.
        case taken
        /// They are, and a promise does not hold.
        case broken(String)
    }

    /// Its name: also that of the folder of its seeds.
    package let name: String
    private let judge: @Sendable ([UInt8]) throws -> Outcome

    /// Names a parser that has no writer.
    ///
    /// - Parameters:
    ///   - name: lower-case letters, digits and `-`.
    ///   - judge: throws to refuse.
    init(_ name: String, judging judge: @escaping @Sendable ([UInt8]) throws -> Outcome) {
        self.name = name
        self.judge = judge
    }

    /// Names a parser that has a writer.
    ///
    /// - Parameters:
    ///   - name: lower-case letters, digits and `-`.
    ///   - echo: writes again what was read; throws, or gives nil, to refuse.
    init(_ name: String, writing echo: @escaping @Sendable ([UInt8]) throws -> [UInt8]?) {
        self.init(name) { bytes in
            guard let again = try echo(bytes) else {
                return .refused
            }
            return again == bytes ? .taken : .broken("what is taken is written otherwise")
        }
    }

    package var description: String { name }

    /// Feeds the parser.
    package func outcome(of bytes: [UInt8]) -> Outcome {
        do {
            return try judge(bytes)
        } catch {
            // A refusal, of whatever kind: what may not happen to a parser ends the process.
            return .refused
        }
    }

    /// Every parser of foreign bytes.
    package static let all =
        documents + tables + ageFiles + sealed + texts + hostFiles + database + clinical
}

extension [UInt8] {
    /// What stands before the first zero byte and what stands after it; nil without one.
    var dividedAtZero: ([UInt8], [UInt8])? {
        firstIndex(of: 0).map { (Array(self[..<$0]), Array(self[($0 + 1)...])) }
    }
}

extension Bool {
    /// An outcome without a writer.
    var outcome: Parser.Outcome { self ? .taken : .refused }
}
