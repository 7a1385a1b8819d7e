import Fuzzing
import Model
import Testing

/// The parsers that `make fuzz` feeds for hours, fed for a moment.
@Suite struct ParserTests {
    /// Each changes every seed of a parser so often.
    private static let mutationsPerSeed = 20

    @Test func `every parser has seeds, and every seed a parser`() {
        let names = Parser.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Seeds.parsers == names.sorted())
    }

    @Test(arguments: Parser.all)
    func `every seed is taken or refused as its name says, and what is taken comes back`(
        parser: Parser
    ) throws {
        var taken = 0
        for (name, bytes) in try Seeds.of(parser) {
            switch parser.outcome(of: bytes) {
            case .taken:
                taken += 1
                #expect(name.hasPrefix("taken-"))
            case .refused: #expect(name.hasPrefix("refused-"))
            case .broken(let promise): Issue.record("\(parser)/\(name): \(promise)")
            }
        }
        #expect(taken > 0)
    }

    @Test(arguments: Parser.all, [UInt64(1), 2, 3])
    func `what is made of seeds is refused or comes back as it is`(
        parser: Parser,
        seed: UInt64
    ) throws {
        let seeds = try Seeds.of(parser).map(\.bytes)
        var mutation = Mutation(seed: seed)
        for bytes in seeds {
            for _ in 0..<Self.mutationsPerSeed {
                let hostile = mutation.of(bytes, among: seeds)
                if case .broken(let promise) = parser.outcome(of: hostile) {
                    Issue.record("\(parser): \(promise): \(Hex.encode(hostile))")
                }
            }
        }
    }
}
