package import Model

/// Folds what the files of a store say, in path order, into the store's profile.
package struct StoreProfiler {
    /// A violation that is not known from before, for the report.
    package struct Offence: Hashable, Sendable {
        /// What is broken.
        package let rule: ClinicalRule
        /// Which file, by its number in the store's order from 0.
        package let file: UInt32
        /// Where in it.
        package let place: String
    }

    private struct Entry {
        let key: UInt64
        let value: UInt64
        let file: UInt32
    }

    private let rules: [StoreRule]
    private let kept: Set<Relation>
    private let newestMax: Timestamp
    private let known: [String: Set<UInt64>]
    private var entries: [Relation: [Entry]] = [:]
    private var entryCount = 0
    private var profile: StoreProfile
    private var fileNumber: UInt32 = 0
    /// What is wrong and was not known: the first ``Limits/clinicalOffencesMax`` of each rule.
    package private(set) var offences: [Offence] = []
    private var offenceCounts: [String: Int] = [:]

    /// Starts a profile.
    ///
    /// - Parameters:
    ///   - format: the store's.
    ///   - cut: when the backup was taken; clinical times later than an hour after it are wrong.
    ///   - localOffset: that of the store's reader.
    ///   - known: violations that are no news, as ``StoreProfile/known(waived:)`` gives them.
    ///   - joined: relations whose keys are asked for after.
    ///   - isSample: whether files of the store are missing that nobody asks for: nothing is then
    ///     judged between files.
    package init(
        _ format: ClinicalFormat,
        cut: Timestamp,
        localOffset: Int64 = 0,
        known: [String: Set<UInt64>] = [:],
        joined: Set<Relation> = [],
        isSample: Bool = false
    ) {
        rules = isSample ? [] : format.storeRules
        kept = rules.reduce(into: joined) { kept, rule in
            kept.formUnion(rule.relations)
        }
        let latest = cut.seconds.addingReportingOverflow(Limits.clinicalSkewSeconds)
        newestMax = Timestamp(seconds: latest.partialValue)
        self.known = known
        profile = StoreProfile(format)
        profile.localOffset = localOffset
    }

    // MARK: - Files

    /// Takes the next file.
    ///
    /// - Parameters:
    ///   - facts: what it says.
    ///   - path: beneath the store's root.
    ///   - bytes: its size.
    package mutating func add(_ facts: FileFacts, path: [UInt8], bytes: UInt64) {
        defer { fileNumber &+= 1 }
        count(bytes)
        profile.outcomes[facts.outcome, default: 0] &+= 1
        for (kind, number) in facts.counts {
            profile.counts[kind, default: 0] &+= number
        }
        for (day, number) in facts.days {
            profile.days[day, default: 0] &+= number
        }
        for violation in facts.violations {
            breaks(violation, token: violation.token(path: path))
        }
        if let newest = facts.newest {
            take(newest, path)
        }
        for entry in facts.entries {
            take(entry)
        }
    }

    /// Notes a file that could not be read.
    package mutating func addUnread(path: [UInt8], bytes: UInt64) {
        defer { fileNumber &+= 1 }
        count(bytes)
        profile.unread &+= 1
        let violation = Violation(.unreadFile)
        breaks(violation, token: violation.token(path: path))
    }

    private mutating func count(_ bytes: UInt64) {
        profile.files &+= 1
        profile.bytes &+= bytes
    }

    private mutating func take(_ newest: Timestamp, _ path: [UInt8]) {
        if newest > newestMax, let rule = profile.format.futureRule {
            let violation = Violation(rule, at: "after the backup")
            breaks(violation, token: violation.token(path: path))
        } else if newest <= newestMax {
            profile.newest = max(profile.newest ?? newest, newest)
        }
    }

    private mutating func take(_ entry: RelationEntry) {
        profile.sums[entry.relation, default: 0] &+= Self.mix(entry)
        guard kept.contains(entry.relation) else {
            return
        }
        guard entryCount < Limits.clinicalEntriesMax else {
            profile.isPartial = true
            return
        }
        entryCount += 1
        entries[entry.relation, default: []].append(
            Entry(key: entry.key, value: entry.value, file: fileNumber)
        )
    }

    /// One number of a key and its value, such that sums of them tell multisets apart (the
    /// finalizer of SplitMix64; key and value are halves of SHA-256 digests already).
    private static func mix(_ entry: RelationEntry) -> UInt64 {
        var z = entry.key &+ 0x9E37_79B9_7F4A_7C15 &* (entry.value | 1)
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private mutating func breaks(_ violation: Violation, token: UInt64, file: UInt32? = nil) {
        let rule = violation.rule
        var broken = profile.broken[rule.id] ?? StoreProfile.Broken()
        broken.count &+= 1
        if broken.tokens.count < Limits.clinicalTokensMax {
            broken.tokens.append(token)
        }
        profile.broken[rule.id] = broken
        guard known[rule.id]?.contains(token) != true,
            offenceCounts[rule.id, default: 0] < Limits.clinicalOffencesMax
        else {
            return
        }
        offenceCounts[rule.id, default: 0] += 1
        offences.append(
            Offence(rule: rule, file: file ?? fileNumber, place: violation.place)
        )
    }

    // MARK: - The whole

    /// Judges what must hold between files, and gives the profile.
    package mutating func finish() -> StoreProfile {
        for relation in entries.keys {
            entries[relation]?.sort { ($0.key, $0.value, $0.file) < ($1.key, $1.value, $1.file) }
        }
        if !profile.isPartial {
            for rule in rules {
                judge(rule)
            }
        }
        for id in profile.broken.keys {
            profile.broken[id]?.tokens.sort()
        }
        return profile
    }

    /// The keys of a relation, each once, rising. Of the relations of the format's rules and those
    /// that were asked for at the beginning.
    package func keys(of relation: Relation) -> [UInt64] {
        var keys: [UInt64] = []
        for entry in entries[relation] ?? [] where keys.last != entry.key {
            keys.append(entry.key)
        }
        return keys
    }

    private mutating func judge(_ rule: StoreRule) {
        switch rule {
        case .unique(let relation, let rule):
            judgeRuns(of: relation, rule) { $0.count > 1 }
        case .single(let relation, let rule):
            judgeRuns(of: relation, rule) { $0.first?.value != $0.last?.value }
        case .consecutive(let relation, let rule):
            judgeGaps(of: relation, rule)
        case .withinIfAny(let inner, let outer, let rule):
            if entries[outer]?.isEmpty == false {
                judge(.within(inner, outer, rule))
            }
        case .within(let inner, let outer, let rule):
            let known = keys(of: outer)
            var place = 0
            judgeRuns(of: inner, rule) { run in
                guard let key = run.first?.key else {
                    return false
                }
                while place < known.count, known[place] < key {
                    place += 1
                }
                return place == known.count || known[place] != key
            }
        }
    }

    /// Looks for keys that are missing between the least and the greatest of one value; the file
    /// after a gap is charged with it.
    private mutating func judgeGaps(of relation: Relation, _ rule: ClinicalRule) {
        let series = Dictionary(grouping: entries[relation] ?? [], by: \.value)
        for (value, run) in series.sorted(by: { $0.key < $1.key }) {
            for (before, after) in zip(run, run.dropFirst()) where after.key - before.key > 1 {
                let token = KeyHash.of(rule.id, relation.name, "\(value) \(before.key)")
                breaks(Violation(rule), token: token, file: after.file)
            }
        }
    }

    /// Asks of all entries with one key at a time whether they break a rule.
    private mutating func judgeRuns(
        of relation: Relation,
        _ rule: ClinicalRule,
        isBroken: (ArraySlice<Entry>) -> Bool
    ) {
        let all = entries[relation] ?? []
        var start = 0
        while start < all.count {
            var end = start + 1
            while end < all.count, all[end].key == all[start].key {
                end += 1
            }
            let run = all[start..<end]
            if isBroken(run) {
                let token = KeyHash.of(rule.id, relation.name, String(run[start].key, radix: 16))
                breaks(Violation(rule), token: token, file: run[end - 1].file)
            }
            start = end
        }
    }
}

extension StoreRule {
    /// The relations that it speaks of.
    var relations: [Relation] {
        switch self {
        case .unique(let relation, _), .single(let relation, _), .consecutive(let relation, _):
            [relation]
        case .within(let inner, let outer, _), .withinIfAny(let inner, let outer, _):
            [inner, outer]
        }
    }
}
