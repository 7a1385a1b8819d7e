package import Model

/// What a clinical store is like: sealed at backup time, and made again from what a drill restored.
///
/// Numbers, days and hashes alone. Two profiles of the same bytes are equal.
package struct StoreProfile: Hashable, Sendable {
    /// What broke one rule.
    package struct Broken: Hashable, Sendable {
        /// How many violations there are.
        package var count: UInt64 = 0
        /// Whether each of them has a token.
        package var hasAllTokens: Bool { count == UInt64(tokens.count) }
        /// A hash of each, rising (``Violation/token(path:)``; between files one of rule, relation
        /// and key); at most ``Limits/clinicalTokensMax``, the first in the store's order.
        package var tokens: [UInt64] = []
    }

    /// Of which format.
    package var format: ClinicalFormat
    /// By which edition of the rules, ``ClinicalRule/version``.
    package var rules = ClinicalRule.version
    /// Seconds by which the hospital's clock was taken to be ahead of UTC.
    package var localOffset: Int64 = 0
    /// Files that were looked at.
    package var files: UInt64 = 0
    /// Their bytes.
    package var bytes: UInt64 = 0
    /// How many files were understood how far.
    package var outcomes: [FileFacts.Outcome: UInt64] = [:]
    /// Files that could not be read, or were another than what was backed up.
    package var unread: UInt64 = 0
    /// What the files hold, by kind.
    package var counts: [String: UInt64] = [:]
    /// What the files hold, by clinical day, as 20260118.
    package var days: [UInt32: UInt64] = [:]
    /// The newest clinical time.
    package var newest: Timestamp?
    /// A sum over the entries of each relation, whatever their order.
    package var sums: [Relation: UInt64] = [:]
    /// What broke each rule, by the rule's id.
    package var broken: [String: Broken] = [:]
    /// Whether there were more entries than could be held, so that rules between files were not
    /// judged.
    package var isPartial = false

    /// A profile of nothing yet.
    package init(_ format: ClinicalFormat) {
        self.format = format
    }
}

extension StoreProfile {
    /// What broke rules when the profile was made, where that excuses what breaks them now.
    ///
    /// - Parameter waived: ids of absolute rules that the store has always broken.
    /// - Returns: tokens by the rule's id.
    package func known(waived: Set<String>) -> [String: Set<UInt64>] {
        var known: [String: Set<UInt64>] = [:]
        for (id, broken) in broken
        where waived.contains(id) || ClinicalRule.byID[id]?.basis == .compared {
            known[id] = Set(broken.tokens)
        }
        return known
    }

    /// The rules of which a sample tells nothing: what broke them when the profile was made excuses
    /// what breaks them now, and not each of that has a token.
    ///
    /// - Parameter waived: ids of absolute rules that the store has always broken.
    /// - Returns: rules in no order.
    package func blind(waived: Set<String>) -> [ClinicalRule] {
        broken.compactMap { id, broken in
            guard !broken.hasAllTokens, let rule = ClinicalRule.byID[id],
                rule.basis == .compared || waived.contains(id)
            else {
                return nil
            }
            return rule
        }
    }
}

extension Violation {
    /// What tells this violation of a file from any other, in 64 bits.
    ///
    /// - Parameter path: the file's, beneath the store's root.
    /// - Returns: a hash of rule, path and place.
    package func token(path: [UInt8]) -> UInt64 {
        KeyHash.of(Array(rule.id.utf8)[...], path[...], Array(place.utf8)[...])
    }
}
