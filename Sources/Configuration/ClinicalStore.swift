package import Clinical

extension Configuration {
    /// A folder of a set whose files are judged by the rules of a clinical format.
    package struct ClinicalStore: Hashable, Sendable {
        /// By whose rules.
        package let format: ClinicalFormat
        /// The store's root: an absolute path, one of the set's or beneath one.
        package let path: String
        /// Absolute rules that the live store has always broken, by id, each with the reason: what
        /// broke them when the backup was taken is then known, as with the other rules.
        package let waived: [String: String]
    }
}
