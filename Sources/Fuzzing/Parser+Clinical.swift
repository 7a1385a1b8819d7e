import Clinical
import Format
import Model

extension Parser {
    /// Files of clinical stores, and what is kept of them.
    static let clinical =
        ClinicalFormat.allCases.map(file)
        + [
            Parser(
                "clinical-witness",
                writing: { try ClinicalWitness(decoding: $0).encoded }
            ),
            Parser("clinical-facts", judging: facts),
        ]

    /// path ‖ 0 ‖ the file's bytes. A reader makes a value of anything; what it says must be kept
    /// and read again as it was, and the same bytes must say the same.
    private static func file(_ format: ClinicalFormat) -> Parser {
        Parser(
            "clinical-\(format.rawValue)",
            judging: { bytes in
                guard let (path, content) = bytes.dividedAtZero else {
                    return .refused
                }
                let reader = format.reader(localOffset: 9 * 3_600)
                let said = try reader.facts(of: path, ContentReader(content))
                guard try reader.facts(of: path, ContentReader(content)) == said else {
                    return .broken("the same bytes say something else")
                }
                var kept: [UInt8] = []
                var writer = FactsWriter()
                writer.append(said, path: path, size: UInt64(content.count), to: &kept)
                var input = ByteReader(kept, of: "facts")
                var facts = FactsReader()
                guard try facts.next(&input).facts == said, input.remaining == 0 else {
                    return .broken("what is kept of a file is something else")
                }
                return (said.outcome == .judged).outcome
            }
        )
    }

    /// Facts of several files, one after another. Lists may come in any order and are written in
    /// one, so it is what they say that must come back.
    private static func facts(_ bytes: [UInt8]) throws -> Outcome {
        let read = try allFacts(bytes)
        var writer = FactsWriter()
        var again: [UInt8] = []
        for (path, size, facts) in read {
            writer.append(facts, path: path, size: size, to: &again)
        }
        let isSame = try allFacts(again).elementsEqual(read, by: ==)
        return isSame ? .taken : .broken("what is kept says something else")
    }

    private static func allFacts(
        _ bytes: [UInt8]
    ) throws -> [(path: [UInt8], size: UInt64, facts: FileFacts)] {
        var input = ByteReader(bytes, of: "facts")
        var reader = FactsReader()
        var all: [(path: [UInt8], size: UInt64, facts: FileFacts)] = []
        while input.remaining > 0 {
            all.append(try reader.next(&input))
        }
        return all
    }
}
