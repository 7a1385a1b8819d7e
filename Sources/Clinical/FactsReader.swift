package import Format
import Model

/// Reads what ``FactsWriter`` wrote.
package struct FactsReader {
    private static let wordBytesMax = 256
    private var words: [String] = []

    /// Starts with no word known.
    package init() {}

    /// Reads the facts of the next file.
    ///
    /// - Parameter reader: stands where the writer began them.
    /// - Returns: the file's path beneath its store's root, its size, and what it says.
    /// - Throws: ``FormatError`` for anything that the writer does not write.
    package mutating func next(
        _ reader: inout ByteReader
    ) throws(FormatError) -> (path: [UInt8], size: UInt64, facts: FileFacts) {
        let path = try reader.prefixed(max: 64 << 10, of: "a path")
        let size = try reader.varint()
        guard let outcome = FileFacts.Outcome(rawValue: try word(&reader)) else {
            throw .invalid("facts: an outcome is unknown")
        }
        var facts = FileFacts(outcome)
        for _ in 0..<(try reader.count(max: reader.remaining, of: "counts")) {
            let kind = try word(&reader)
            facts.counts[kind] = try reader.varint()
        }
        for _ in 0..<(try reader.count(max: reader.remaining, of: "days")) {
            guard let day = UInt32(exactly: try reader.varint()) else {
                throw .invalid("facts: a day is none")
            }
            facts.days[day] = try reader.varint()
        }
        if try reader.byte() == 1 {
            facts.newest = Timestamp(seconds: try reader.signedVarint())
        }
        for _ in 0..<(try reader.count(max: reader.remaining, of: "violations")) {
            guard let rule = ClinicalRule.byID[try word(&reader)] else {
                throw .invalid("facts: a rule is unknown")
            }
            facts.violations.append(Violation(rule, at: try word(&reader)))
        }
        for _ in 0..<(try reader.count(max: reader.remaining, of: "entries")) {
            let relation = Relation(try word(&reader))
            let key = try reader.fixed(UInt64.self)
            facts.entries.append(
                RelationEntry(relation, key, try reader.fixed(UInt64.self))
            )
        }
        return (path, size, facts)
    }

    private mutating func word(_ reader: inout ByteReader) throws(FormatError) -> String {
        let number = try reader.count(max: words.count, of: "words")
        guard number == words.count else {
            return words[number]
        }
        let bytes = try reader.prefixed(max: Self.wordBytesMax, of: "a word")
        guard let word = String(validating: bytes, as: UTF8.self) else {
            throw .invalid("facts: a word is not UTF-8")
        }
        words.append(word)
        return word
    }
}
