package import Model

/// What one file says, as far as rules between files and counts need it: a function of its path
/// and bytes alone, so that it can be kept beside their digest.
package struct FileFacts: Hashable, Sendable {
    /// How far a file was understood.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// Parsed to its end.
        case judged
        /// Of the store's format by name or beginning, and then not: damaged.
        case unparsed
        /// Nothing that this store should hold.
        case foreign
    }

    /// How far it was understood.
    package var outcome: Outcome
    /// What it holds, counted by kind, as `OML-11/1` or `Observation`.
    package var counts: [String: UInt64] = [:]
    /// What it holds, counted by clinical day, as 20260118.
    package var days: [UInt32: UInt64] = [:]
    /// The newest clinical time in it that cannot lie in the future; nil if it has none.
    package var newest: Timestamp?
    /// What is wrong with it by itself.
    package var violations: [Violation] = []
    /// What it says of keys that other files say something of too.
    package var entries: [RelationEntry] = []

    /// Starts with nothing but an outcome.
    package init(_ outcome: Outcome) {
        self.outcome = outcome
    }

    /// A file that no rule of its format can judge.
    package static var foreign: FileFacts {
        var facts = FileFacts(.foreign)
        facts.violations = [Violation(.foreignFile)]
        return facts
    }

    /// A damaged file of the format.
    package static func unparsed(_ rule: ClinicalRule, at place: String = "") -> FileFacts {
        var facts = FileFacts(.unparsed)
        facts.violations = [Violation(rule, at: place)]
        return facts
    }
}
