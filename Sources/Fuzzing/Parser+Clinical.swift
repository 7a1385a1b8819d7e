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
                let parts = bytes.split(
                    separator: 0,
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                guard parts.count == 2 else {
                    return .refused
                }
                let (path, content) = (Array(parts[0]), Array(parts[1]))
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

    /// Facts of several files, one after another.
    private static func facts(_ bytes: [UInt8]) throws -> Outcome {
        var input = ByteReader(bytes, of: "facts")
        var reader = FactsReader()
        var writer = FactsWriter()
        var again: [UInt8] = []
        while input.remaining > 0 {
            let (path, size, facts) = try reader.next(&input)
            writer.append(facts, path: path, size: size, to: &again)
        }
        // Lists may come in any order and are written in one; what is written twice is the same.
        var second = ByteReader(again, of: "facts")
        var secondReader = FactsReader()
        while second.remaining > 0 {
            _ = try secondReader.next(&second)
        }
        return .taken
    }
}
