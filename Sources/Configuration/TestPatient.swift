package import Clinical

extension Configuration {
    /// A patient number that the hospital has set aside, in whose name each backup writes a message
    /// into a store of SS-MIX2.
    package struct TestPatient: Hashable, Sendable {
        /// The patient.
        package let patient: SSMIX2TestPatient
        /// The root of the store: an absolute path, that of one of the set's stores.
        package let store: String
    }
}
