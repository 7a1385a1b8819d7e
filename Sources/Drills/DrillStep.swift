/// The steps of a recovery, in the order of a disaster (DOMAIN §4.1, t0 to t9). The two that a
/// director asks for are ``firstPatientRecord`` and ``usable``.
///
/// The program reaches most of them. Those that only people take are noted by them: claims, by a
/// clock on the wall.
package enum DrillStep: String, Hashable, Sendable, CaseIterable {
    /// The disaster was declared, by a person or else by starting the program.
    case declared
    /// A custodian handed the key over.
    case keyObtained = "key-obtained"
    /// The medium was attached and mounted.
    case mediumMounted = "medium-mounted"
    /// The program was started.
    case begun
    /// The identity was read.
    case keyOpened = "key-opened"
    /// The repository was opened.
    case mediumReached = "medium-reached"
    /// The snapshots were found and opened.
    case catalogChecked = "catalog-checked"
    /// Something came back.
    case firstByte = "first-byte"
    /// The hospital's own query read a patient's record.
    case firstPatientRecord = "first-patient-record"
    /// All parts came back, or could not. Never of a sample.
    case allData = "all-data"
    /// All that came back was judged.
    case checked
    /// It was checked and found whole. Never of a sample.
    case proven
    /// What was restored is gone from the scratch folder.
    case wiped
    /// A named clinician opened charts.
    case usable
    /// Other systems of the hospital are connected again.
    case interfacesBack = "interfaces-back"

    /// Those that a person notes before a drill.
    package static let before: [DrillStep] = [.declared, .keyObtained, .mediumMounted]
    /// Those that a person notes after it.
    package static let after: [DrillStep] = [.usable, .interfacesBack]

    /// Those that the program reaches in a drill that is proven and reads a first record.
    package static var byProgram: [DrillStep] {
        let people: [DrillStep] = [.keyObtained, .mediumMounted] + after
        return allCases.filter { !people.contains($0) }
    }
}

extension DrillStep: Comparable {
    package static func < (one: DrillStep, other: DrillStep) -> Bool {
        one.place < other.place
    }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
