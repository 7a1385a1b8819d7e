import Clinical
package import Format
import Model

/// A clinical store of one set, as it came back.
package struct JudgedStore: Sendable {
    /// The set's name in the configuration.
    package let set: String
    /// Which store.
    package let store: StoreJudge.Store
    /// What it was found to be.
    package let judged: StoreJudge.Judged

    /// States what a store was found to be.
    package init(set: String, store: StoreJudge.Store, judged: StoreJudge.Judged) {
        self.set = set
        self.store = store
        self.judged = judged
    }

    /// For records and programs: numbers and the names of rules, kinds and relations alone.
    package var json: JSONValue {
        let profile = judged.profile
        return .object([
            "broken": .object(profile.broken.mapValues { .integer(Int64(clamping: $0.count)) }),
            "bytes": .integer(Int64(clamping: profile.bytes)),
            "counts": .object(profile.counts.mapValues { .integer(Int64(clamping: $0)) }),
            "files": .integer(Int64(clamping: profile.files)),
            "format": .string(profile.format.rawValue),
            "foreign": .integer(Int64(clamping: profile.outcomes[.foreign] ?? 0)),
            "judged": .integer(Int64(clamping: profile.outcomes[.judged] ?? 0)),
            "newest": profile.newest.map { .string($0.rfc3339) } ?? .null,
            "rulesVersion": .string(ClinicalRule.version),
            "unparsed": .integer(Int64(clamping: profile.outcomes[.unparsed] ?? 0)),
            "unread": .integer(Int64(clamping: profile.unread)),
            "waived": .array(store.waived.sorted().map { .string($0) }),
        ])
    }
}
