/// The relations that FHIR files speak of.
enum FHIRRelation {
    /// Resources that the store holds: by type and id, and those of bundles by their URN too.
    static let resource = Relation("fhir-resource")
    /// Resources that something refers to within the store, as `Patient/1`.
    static let reference = Relation("fhir-reference")
    /// Resources that something refers to by the address of a server.
    static let address = Relation("fhir-address")
    /// Resources that may stand in a store but once: not those of documents and messages, which
    /// bring their own copies, nor of transactions, which are not carried out yet.
    static let identity = Relation("fhir-identity")
    /// How many resources of a type there are of a patient, as the value.
    static let tally = Relation("fhir-tally")
}
