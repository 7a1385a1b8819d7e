package import Model

/// One thing that must hold in a clinical store: data, so that records, reports and tests can name
/// it.
package struct ClinicalRule: Hashable, Sendable {
    /// Against what a rule is judged.
    package enum Basis: String, Hashable, Sendable {
        /// Must hold, whatever the store was like before; can be waived by name.
        case absolute
        /// Real stores break it on their first day: what broke it when the backup was taken is
        /// known, and only more than that is wrong.
        case compared
    }

    /// Its short name, as `S5`. Stable: configurations waive rules by it.
    package let id: String
    /// What a finding of it is called.
    package let code: FindingCode
    /// Against what it is judged.
    package let basis: Basis
    /// Where it stands: standard and clause.
    package let source: String

    /// States a rule.
    init(_ id: String, _ code: FindingCode, _ basis: Basis, _ source: String) {
        self.id = id
        self.code = code
        self.basis = basis
        self.source = source
    }

    /// Which edition of the rules a record was judged by.
    package static let version = "2026-12"

    /// All rules that have an id.
    package static let all: [ClinicalRule] =
        ssmix2Rules + dicomRules + fhirRules + ukeRules + hl7Rules + joinRules + sharedRules

    /// All rules by their id.
    package static let byID: [String: ClinicalRule] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.id, $0) }
    )

    /// A file that is not of its store's format.
    package static let foreignFile = ClinicalRule(
        "G1",
        .clinicalFileForeign,
        .absolute,
        "fail closed: what no rule can judge is counted by name"
    )
    /// A file that could not be read to its end.
    package static let unreadFile = ClinicalRule(
        "G2",
        .clinicalFileUnread,
        .absolute,
        "fail closed: what was not read was not judged"
    )

    static let sharedRules = [foreignFile, unreadFile]
}
