package import Model

/// Judges a restored store by its rules and by the profile that was sealed when it was backed up.
package struct ProfileComparison {
    /// A violation with the path of its file, for the report.
    package struct Located: Hashable, Sendable {
        /// What is broken, and where in the file.
        package let offence: StoreProfiler.Offence
        /// The file; nil if it could not be found again.
        package let path: [UInt8]?

        /// Puts an offence and its file together.
        package init(_ offence: StoreProfiler.Offence, path: [UInt8]?) {
            self.offence = offence
            self.path = path
        }
    }

    private let store: String
    private let sealed: StoreProfile?
    private let restored: StoreProfile
    private let waived: Set<String>
    private let isSample: Bool
    /// What cannot be told of a sample.
    private let blind: Set<ClinicalRule>

    /// Puts the two beside each other.
    ///
    /// - Parameters:
    ///   - store: what the operator calls the store, as `ssmix2 of charts`.
    ///   - sealed: what the witness says; nil if the snapshot has none for this store.
    ///   - restored: what came back.
    ///   - waived: ids of absolute rules that this store has always broken.
    ///   - isSample: whether `restored` is of some of the files that `sealed` is of: then their
    ///     numbers are not compared.
    package init(
        store: String,
        sealed: StoreProfile?,
        restored: StoreProfile,
        waived: Set<String>,
        isSample: Bool = false
    ) {
        self.store = store
        self.sealed = sealed
        self.restored = restored
        self.waived = waived
        self.isSample = isSample
        blind = isSample ? Set(sealed?.blind(waived: waived) ?? []) : []
    }

    /// Everything that is wrong.
    ///
    /// - Parameter located: the violations that the sealed profile does not have, as the profiler
    ///   kept them.
    /// - Returns: findings; each rule's first few by file, the others by their number.
    package func findings(_ located: [Located]) -> [Finding] {
        let judged = Dictionary(
            uniqueKeysWithValues: restored.broken.keys.compactMap { id in
                ClinicalRule.byID[id].map { (id, judge($0)) }
            }
        )
        return compareRules(judged, located) + compareNumbers() + circumstances(judged)
    }

    /// How many violations of a rule are new, and how many were known.
    private func judge(_ rule: ClinicalRule) -> (new: UInt64, known: UInt64) {
        let here = restored.broken[rule.id] ?? StoreProfile.Broken()
        guard rule.basis == .compared || waived.contains(rule.id) else {
            return (here.count, 0)
        }
        guard let sealed else {
            return (0, 0)
        }
        guard !blind.contains(rule) else {
            return (0, 0)
        }
        let before = sealed.broken[rule.id] ?? StoreProfile.Broken()
        guard here.hasAllTokens else {
            // More than have tokens: their number is all that can be compared.
            let new = here.count > before.count ? here.count - before.count : 0
            return (new, here.count - new)
        }
        let known = Set(before.tokens)
        let new = UInt64(here.tokens.count { !known.contains($0) })
        return (new, here.count - new)
    }

    private func compareRules(
        _ judged: [String: (new: UInt64, known: UInt64)],
        _ located: [Located]
    ) -> [Finding] {
        var findings: [Finding] = []
        for (id, number) in judged.sorted(by: { $0.key < $1.key }) {
            guard let rule = ClinicalRule.byID[id] else {
                continue
            }
            if number.known > 0 {
                findings.append(known(rule, number.known))
            }
            guard number.new > 0 else {
                continue
            }
            let shown = located.filter { $0.offence.rule == rule }.prefix(Limits.clinicalShownMax)
            findings += shown.map { Finding(rule.code, subject($0), evidence: evidence($0)) }
            if UInt64(shown.count) < number.new {
                findings.append(
                    Finding(
                        rule.code,
                        .named("\(store): \(id)"),
                        evidence: ["rule": id, "more": "\(number.new - UInt64(shown.count))"]
                    )
                )
            }
        }
        return findings
    }

    private func known(_ rule: ClinicalRule, _ count: UInt64) -> Finding {
        Finding(
            .clinicalKnown,
            .named("\(store): \(rule.id)"),
            evidence: ["rule": rule.id, "count": "\(count)"]
        )
    }

    private func subject(_ located: Located) -> Subject {
        located.path.map { .path($0) } ?? .named(store)
    }

    private func evidence(_ located: Located) -> [String: String] {
        let offence = located.offence
        return ["rule": offence.rule.id].merging(
            offence.place.isEmpty ? [:] : ["place": offence.place]
        ) { first, _ in first }
    }

    // MARK: - Numbers

    private func compareNumbers() -> [Finding] {
        guard let sealed, !isSample else {
            return []
        }
        var findings: [Finding] = []
        func differ(_ what: String, _ before: UInt64, _ now: UInt64) {
            if before != now {
                findings.append(
                    Finding(
                        .clinicalCountsDiffer,
                        .named("\(store): \(what)"),
                        evidence: ["sealed": "\(before)", "restored": "\(now)"]
                    )
                )
            }
        }
        differ("files", sealed.files, restored.files)
        differ("bytes", sealed.bytes, restored.bytes)
        for kind in Set(sealed.counts.keys).union(restored.counts.keys).sorted() {
            differ(kind, sealed.counts[kind] ?? 0, restored.counts[kind] ?? 0)
        }
        for day in Set(sealed.days.keys).union(restored.days.keys).sorted() {
            differ("\(day)", sealed.days[day] ?? 0, restored.days[day] ?? 0)
        }
        if sealed.newest != restored.newest {
            findings.append(Finding(.clinicalCountsDiffer, .named("\(store): newest")))
        }
        for relation in Set(sealed.sums.keys).union(restored.sums.keys).sorted()
        where sealed.sums[relation] != restored.sums[relation] {
            let rule: ClinicalRule? = relation == .pixels ? .dicomPixelsSame : nil
            findings.append(
                Finding(
                    rule?.code ?? .clinicalCountsDiffer,
                    .named("\(store): \(relation.name)"),
                    evidence: rule.map { ["rule": $0.id] } ?? [:]
                )
            )
        }
        return findings
    }

    private func circumstances(
        _ judged: [String: (new: UInt64, known: UInt64)]
    ) -> [Finding] {
        var findings: [Finding] = []
        // Of an empty store nothing can be shown, whatever was lost.
        if sealed == nil || restored.files == 0 {
            let evidence = ["files": "\(restored.files)"]
            findings.append(Finding(.clinicalWitnessMissing, .named(store), evidence: evidence))
        }
        if restored.isPartial || (sealed?.isPartial == true && !isSample) {
            findings.append(
                Finding(
                    .clinicalTooMuch,
                    .named(store),
                    evidence: ["entriesMax": "\(Limits.clinicalEntriesMax)"]
                )
            )
        }
        return findings + blinded()
    }

    /// The rules that something in the sample breaks of which nobody can tell whether it is new.
    private func blinded() -> [Finding] {
        blind.map(\.id).filter { restored.broken[$0] != nil }.sorted().map { id in
            Finding(
                .clinicalTooMuch,
                .named("\(store): \(id)"),
                evidence: ["rule": id, "tokensMax": "\(Limits.clinicalTokensMax)"]
            )
        }
    }
}
