package import Model

/// Compares the witness of a source with that of its restored copy. Pure.
///
/// Evidence holds counts, hashes and names of the schema, never a row. Every hole in the comparison
/// is a finding too: one that lies in the nature of things a notice, any other a doubt.
package enum WitnessComparison {
    /// Judges `restored` by `source`.
    ///
    /// - Parameters:
    ///   - source: gathered in the view that the dump was taken from.
    ///   - restored: gathered by ``WitnessGatherer/init(matching:)`` from the restored copy.
    /// - Returns: what differs and what could not be compared; empty if all is equal. In a stable
    ///   order.
    package static func compare(source: Witness, restored: Witness) -> [Finding] {
        let pair = WitnessPair(source: source, restored: restored)
        return pair.database() + pair.tables() + pair.largeObjects() + pair.schema()
            + pair.sequences() + pair.clinicalTimes() + pair.canary() + pair.gaps()
    }
}

/// The two sides of a comparison.
struct WitnessPair {
    /// What was.
    let source: Witness
    /// What came back.
    let restored: Witness

    /// hashtextextended and the texts of definitions belong to a major version, and the hash is
    /// over bytes in the server's encoding.
    var hashesAreComparable: Bool {
        source.serverMajor == restored.serverMajor
            && source.database.encoding == restored.database.encoding
    }

    // MARK: The database

    /// The database itself.
    func database() -> [Finding] {
        var findings: [Finding] = []
        let (one, other) = (source.database, restored.database)
        if one.encoding != other.encoding {
            findings.append(differs("database encoding", one.encoding, other.encoding))
        }
        let locales = [one, other].map { facts in
            [facts.localeProvider, facts.locale ?? "", facts.collation, facts.characterType]
                .joined(separator: " ")
        }
        if locales[0] != locales[1] {
            // Sorts differently and holds the same: what a machine without that locale can do.
            findings.append(
                Finding(
                    .notCompared,
                    .named("database locale"),
                    evidence: [
                        "reason": "locale-differs", "source": locales[0], "restored": locales[1],
                    ]
                )
            )
        }
        if !hashesAreComparable {
            findings.append(
                Finding(
                    .partSkipped,
                    .named("content of tables and definitions"),
                    evidence: [
                        "reason": "other-major-version-or-encoding",
                        "source": "\(source.serverMajor)", "restored": "\(restored.serverMajor)",
                    ]
                )
            )
        }
        return findings
    }

    // MARK: Tables

    /// Tables and their rows.
    func tables() -> [Finding] {
        var others = Dictionary(
            restored.tables.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var findings: [Finding] = []
        for table in source.tables {
            guard let other = others.removeValue(forKey: table.name) else {
                let rows = table.rows.map { "\($0)" } ?? "unknown"
                findings.append(
                    Finding(.tableMissing, .table(table.name), evidence: ["rows": rows])
                )
                continue
            }
            findings += content(.table(table.name), table, other)
        }
        for other in others.values.sorted(by: { $0.name < $1.name }) {
            let rows = other.rows.map { "\($0)" } ?? "unknown"
            findings.append(Finding(.tableUnexpected, .table(other.name), evidence: ["rows": rows]))
        }
        return findings
    }

    private func content(
        _ subject: Subject,
        _ one: TableFacts,
        _ other: TableFacts
    ) -> [Finding] {
        // A side that could not be counted has said so in its list of gaps.
        guard let count = one.rows, let otherCount = other.rows else {
            return []
        }
        let hashes = [one.hash ?? "", other.hash ?? ""]
        if count != otherCount {
            let evidence = ["source": "\(count)", "restored": "\(otherCount)"]
            return [Finding(.tableRowCountDiffers, subject, evidence: evidence)]
        }
        if hashesAreComparable, one.hash != other.hash {
            let evidence = ["rows": "\(count)", "source": hashes[0], "restored": hashes[1]]
            return [Finding(.tableContentDiffers, subject, evidence: evidence)]
        }
        return []
    }

    /// Large objects.
    func largeObjects() -> [Finding] {
        guard let one = source.largeObjects, let other = restored.largeObjects else {
            return []
        }
        return content(
            .named("large objects"),
            TableFacts(name: "", rows: one.count, hash: "\(one.bytes) bytes \(one.hash)"),
            TableFacts(name: "", rows: other.count, hash: "\(other.bytes) bytes \(other.hash)")
        )
    }

    // MARK: Sequences, times, canary

    /// Sequences, which may be ahead and never behind: neither where they were, nor the column that
    /// owns them, unless they always were.
    func sequences() -> [Finding] {
        let compared = comparedSequences()
        guard let known = source.sequencesBehind, let behind = restored.sequencesBehind else {
            return compared
        }
        let told = Set(compared.map(\.subject))
        // Of one that the source refused nobody knows where it stood; that is a gap.
        let refused = source.notCompared.map(\.subject).filter { $0.hasPrefix("sequence ") }
        let asked = Set(behind).subtracting(known).filter { name in
            let what = "sequence \(name)"
            return !refused.contains { $0 == what || $0.hasPrefix("\(what) of ") }
        }
        let new = asked.sorted().map { name in
            Finding(
                .sequenceBehind,
                .named("sequence \(name)"),
                evidence: ["reason": "behind-its-column"]
            )
        }
        return compared + new.filter { !told.contains($0.subject) }
    }

    private func comparedSequences() -> [Finding] {
        let others = Dictionary(
            restored.sequences.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return source.sequences.compactMap { one in
            // A missing one is missed as an object of the schema.
            guard !one.cycles, let other = others[one.name], other.isBehind(one) else {
                return nil
            }
            let evidence = ["source": one.position, "restored": other.position]
            return Finding(.sequenceBehind, .named("sequence \(one.name)"), evidence: evidence)
        }
    }

    /// The newest clinical times.
    func clinicalTimes() -> [Finding] {
        let others = Dictionary(
            restored.clinicalTimes.map { ($0.column, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return source.clinicalTimes.compactMap { one in
            guard let other = others[one.column], other.newest != one.newest else {
                return nil
            }
            let evidence = ["source": one.newest ?? "none", "restored": other.newest ?? "none"]
            return Finding(.tableContentDiffers, .named("column \(one.column)"), evidence: evidence)
        }
    }

    /// The canary.
    func canary() -> [Finding] {
        guard let one = source.canary else {
            return []
        }
        let subject = Subject.named("canary \(one.id)")
        guard let digest = one.digest else {
            return [Finding(.canaryNotTaken, subject)]
        }
        guard let other = restored.canary?.digest else {
            return [Finding(.canaryMissing, subject, evidence: ["source": digest])]
        }
        let evidence = ["source": digest, "restored": other]
        return digest == other ? [] : [Finding(.canaryDiffers, subject, evidence: evidence)]
    }

    // MARK: Gaps

    /// What was not compared, and why.
    func gaps() -> [Finding] {
        let expected = source.notCompared.filter(\.isExpected)
        let holes = (source.notCompared + restored.notCompared).filter { !$0.isExpected }
        return expected.map { gap in
            Finding(.notCompared, .named(gap.subject), evidence: ["reason": gap.reason])
        }
            + holes.map { gap in
                Finding(.partSkipped, .named(gap.subject), evidence: ["reason": gap.reason])
            }
    }
}

extension SequenceFacts {
    fileprivate var position: String { isCalled ? "\(lastValue)" : "before \(lastValue)" }

    fileprivate func isBehind(_ other: SequenceFacts) -> Bool {
        guard lastValue != other.lastValue else {
            return !isCalled && other.isCalled
        }
        return (lastValue < other.lastValue) == (other.increment > 0)
    }
}
