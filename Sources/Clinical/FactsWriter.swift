import Format
import Model

/// Writes facts of files, one after another, to be kept beside the list of the files.
///
/// Words that come again and again (rules, places, kinds, relations) are written once: a number
/// that is one more than the last so far is followed by the word.
package struct FactsWriter {
    private var words: [String: UInt64] = [:]

    /// Starts with no word known.
    package init() {}

    /// Appends the facts of one file.
    ///
    /// path (LEB128 length, bytes) ‖ size (LEB128) ‖ outcome (word) ‖ counts ‖ days ‖ newest (0, or
    /// 1 and zigzag seconds) ‖ violations ‖ entries, each list with its LEB128 count before it.
    ///
    /// - Parameters:
    ///   - facts: what the file says.
    ///   - path: beneath its store's root.
    ///   - size: of the file, in bytes.
    ///   - output: where it goes.
    package mutating func append(
        _ facts: FileFacts,
        path: [UInt8],
        size: UInt64,
        to output: inout [UInt8]
    ) {
        output.append(prefixed: path)
        output.append(varint: size)
        append(facts.outcome.rawValue, to: &output)
        output.append(varint: UInt64(facts.counts.count))
        // In order: equal facts give equal bytes.
        for (kind, number) in facts.counts.sorted(by: { $0.key < $1.key }) {
            append(kind, to: &output)
            output.append(varint: number)
        }
        output.append(varint: UInt64(facts.days.count))
        for (day, number) in facts.days.sorted(by: { $0.key < $1.key }) {
            output.append(varint: UInt64(day))
            output.append(varint: number)
        }
        output.append(facts.newest == nil ? 0 : 1)
        if let newest = facts.newest {
            output.append(signedVarint: newest.seconds)
        }
        output.append(varint: UInt64(facts.violations.count))
        for violation in facts.violations {
            append(violation.rule.id, to: &output)
            append(violation.place, to: &output)
        }
        output.append(varint: UInt64(facts.entries.count))
        for entry in facts.entries {
            append(entry.relation.name, to: &output)
            output.append(fixed: entry.key)
            output.append(fixed: entry.value)
        }
    }

    private mutating func append(_ word: String, to output: inout [UInt8]) {
        if let number = words[word] {
            output.append(varint: number)
            return
        }
        let number = UInt64(words.count)
        words[word] = number
        output.append(varint: number)
        output.append(prefixed: Array(word.utf8))
    }
}
