/// The members of resources that rules ask for, by their names in JSON.
enum FHIRMember: String, CaseIterable {
    // Of every resource
    case resourceType, id, meta, contained, versionId, lastUpdated, profile, security
    // References
    case reference, identifier, value
    // Whom a resource is about: the names under which R4's patient compartment has it.
    case subject, patient, beneficiary
    /// Of `Task`.
    case whom = "for"
    // Bundles
    case type, total, link, relation, entry, fullUrl, resource, request, response, search, mode
    // Times of what has happened
    case issued, recordedDate, recorded, authoredOn, authored, started, created, dateAsserted
    case sent, receivedTime, whenHandedOver
    // Times of what may be planned, in some types
    case effectiveDateTime, occurrenceDateTime, period, start, status
    /// Any other member.
    case other = ""

    fileprivate static let words = JSONWords(allCases.map(\.rawValue))
    fileprivate static let numbered = Array(allCases)
}

extension JSONScanner {
    /// Takes the next name of the innermost object.
    ///
    /// - Returns: the member; nil when the object is over.
    /// - Throws: ``ContentError``.
    mutating func nextMember() throws -> FHIRMember? {
        switch try nextName(FHIRMember.words) {
        case .known(let number): FHIRMember.numbered[number]
        case .other: .other
        case nil: nil
        }
    }
}
