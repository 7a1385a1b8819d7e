/// A set of keys that files of one or several stores share, as `patient`.
///
/// Keys and values are hashes (``KeyHash``): a profile holds no patient data.
package struct Relation: Hashable, Sendable, Comparable {
    /// Its name, as witnesses have it.
    package let name: String

    /// Names a relation.
    package init(_ name: String) {
        self.name = name
    }

    package static func < (one: Relation, other: Relation) -> Bool { one.name < other.name }

    /// Patients of whom the store holds the demographic record.
    package static let patient = Relation("patient")
    /// Patients whom something in the store is about.
    package static let patientMentioned = Relation("patient-mentioned")
    /// Imaging studies, by Study Instance UID.
    package static let study = Relation("study")
    /// Images, with a hash of their pixels as the value.
    package static let pixels = Relation("dicom-pixels")
    /// Imaging studies that something refers to.
    package static let studyMentioned = Relation("study-mentioned")
    /// Imaging that was done, by accession number: of images, and of radiology's records.
    package static let imaging = Relation("imaging")
    /// Endoscopies and physiological tests that were done: not all of them leave images.
    package static let imagingOther = Relation("imaging-other")
    /// Outpatients' visits, by patient and day.
    package static let visit = Relation("visit")
}

/// That a file says something of one key of a relation.
package struct RelationEntry: Hashable, Sendable {
    /// Which relation.
    package let relation: Relation
    /// The key's hash.
    package let key: UInt64
    /// The hash of what the file says of it; 0 if only that there is such a key.
    package let value: UInt64

    /// States an entry.
    package init(_ relation: Relation, _ key: UInt64, _ value: UInt64 = 0) {
        self.relation = relation
        self.key = key
        self.value = value
    }
}

/// What must hold between the entries of a store's files.
package enum StoreRule: Hashable, Sendable {
    /// No key stands in two entries.
    case unique(Relation, ClinicalRule)
    /// All entries of a key have one value.
    case single(Relation, ClinicalRule)
    /// Each key of the first relation is one of the second.
    case within(Relation, Relation, ClinicalRule)
    /// The same, where the second relation has any key at all: not every store keeps an index.
    case withinIfAny(Relation, Relation, ClinicalRule)
    /// The keys are numbers, and those of one value follow each other without a gap.
    case consecutive(Relation, ClinicalRule)
}
