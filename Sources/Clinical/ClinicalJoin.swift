/// That what one set of a group speaks of is what another holds: patients of images have a chart,
/// studies that are referred to are there, examinations that were done have images.
package struct ClinicalJoin: Hashable, Sendable {
    /// What sets are joined by.
    package enum Key: String, Hashable, Sendable, CaseIterable {
        /// Patients' numbers.
        case patients
        /// Imaging studies, by their UID.
        case studies
        /// Examinations that were done, by their accession number.
        case orders
        /// Visits of outpatients, by patient and day.
        case visits
    }

    /// Where the keys of one side come from.
    package enum Side: Hashable, Sendable {
        /// A clinical store of a set.
        case store(set: String, ClinicalFormat)
        /// The rows of a query to a set's restored database.
        case query(set: String, String)

        /// The set's name.
        package var set: String {
            switch self {
            case .store(let set, _), .query(let set, _): set
            }
        }

        /// As reports name it.
        var name: String {
            switch self {
            case .store(let set, let format): "\(set)/\(format.rawValue)"
            case .query(let set, _): set
            }
        }
    }

    /// What they are joined by.
    package let key: Key
    /// Whose keys must be known.
    package let inner: Side
    /// Where they must be.
    package let outer: Side
    /// How many keys have never been known; more than that is wrong.
    package let unknownMax: Int

    /// States what must hold.
    package init(key: Key, inner: Side, outer: Side, unknownMax: Int) {
        self.key = key
        self.inner = inner
        self.outer = outer
        self.unknownMax = unknownMax
    }

    /// As reports name it.
    package var name: String { "\(key.rawValue) of \(inner.name) in \(outer.name)" }

    /// The rule that is broken if it does not hold; nil where there is none.
    package var rule: ClinicalRule? {
        switch (key, inner) {
        case (.orders, _): .orderKnown
        case (.visits, _): .visitKnown
        case (.patients, .store(_, .fhir)): .fhirPatient
        case (.studies, .store(_, .fhir)): .fhirStudy
        case (.patients, .store(_, .uke)): .ukePatient
        default: nil
        }
    }

    /// What a drill has to keep of a store to judge the join.
    ///
    /// - Parameters:
    ///   - set: the store's set.
    ///   - format: its format.
    /// - Returns: the relations whose keys are asked for; none of a store that is no side of it.
    package func relations(of set: String, _ format: ClinicalFormat) -> [Relation] {
        let store = Side.store(set: set, format)
        return (inner == store ? key.spoken : []) + (outer == store ? key.held : [])
    }
}
