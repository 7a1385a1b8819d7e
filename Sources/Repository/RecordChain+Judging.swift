package import Format
package import Model

extension RecordChain {
    /// Judges whether the records of one kind that a believed signer made are a chain: numbered
    /// from 1 without a gap, each naming the one before it. Pure.
    ///
    /// A truncated chain is a valid chain: that the newest is gone tells only who remembers it.
    ///
    /// Rewraps of several sets, whose first stores are others, may lie in one copy: there two of
    /// one number are a fork only if they are of one set.
    ///
    /// - Parameters:
    ///   - kind: of the records.
    ///   - folder: where they lie, for what is missing.
    ///   - records: those that are believed, rising by number.
    ///   - unread: the places of those that could not be read, which is told of them; here they
    ///     leave no gap.
    /// - Returns: what is wrong.
    package static func judge(
        _ kind: RecordKind,
        in folder: String,
        _ records: [RecordChains.Record],
        unread: [Head]
    ) -> [Finding] {
        var findings: [Finding] = []
        let places = records.map { Head(sequence: $0.stored.sequence, name: $0.stored.name) }
        let names = Dictionary(grouping: places + unread, by: \.sequence)
        let slots = Dictionary(grouping: records, by: Slot.init).mapValues(\.count)
        for record in records {
            let stored = record.stored
            guard let statement = record.statement, let sequence = statement.sequence,
                statement.isOf(kind)
            else {
                findings.append(broken(.recordDamaged, .object(stored.key), "statement"))
                continue
            }
            let before = names[stored.sequence - 1]?.map(\.name)
            if sequence != stored.sequence {
                findings.append(broken(.recordChainBroken, .object(stored.key), "number"))
            } else if slots[Slot(record)] ?? 0 > 1 {
                findings.append(broken(.recordChainBroken, .object(stored.key), "fork"))
            } else if !follows(stored.sequence, statement.previous, before) {
                findings.append(broken(.recordChainBroken, .object(stored.key), "link"))
            }
        }
        // Beyond the newest that is believed anyone may have put something.
        let newest = places.last?.sequence ?? 0
        return findings + gaps(names.keys.filter { $0 <= newest }, in: folder)
    }

    /// What one record alone may have.
    private struct Slot: Hashable {
        let sequence: UInt64
        /// Of a rewrap, whose set it is.
        let set: SetID?

        init(_ record: RecordChains.Record) {
            sequence = record.stored.sequence
            let isRewrap = record.statement?.isOf(.rewrap) == true
            set = isRewrap ? record.statement?.subjects.first?.snapshot?.set : nil
        }
    }

    /// Whether a record names the one before it; after a gap, which is told, nobody can say.
    private static func follows(
        _ sequence: UInt64,
        _ previous: ObjectName?,
        _ before: [ObjectName]?
    ) -> Bool {
        guard sequence > 1, let before else {
            return sequence > 1 || previous == nil
        }
        return previous.map { before.contains($0) } ?? false
    }

    private static func gaps(_ numbers: [UInt64], in folder: String) -> [Finding] {
        var findings: [Finding] = []
        var expected: UInt64 = 1
        for number in numbers.sorted() {
            if number > expected {
                findings.append(
                    Finding(
                        .recordChainBroken,
                        .object(folder),
                        evidence: [
                            "reason": "gap", "first": "\(expected)",
                            "count": "\(number - expected)",
                        ]
                    )
                )
            }
            expected = number + 1
        }
        return findings
    }

    private static func broken(
        _ code: FindingCode,
        _ subject: Subject,
        _ reason: String
    ) -> Finding {
        Finding(code, subject, evidence: ["reason": reason])
    }
}
