import Model

/// The rules between systems, which no store can keep or break alone: ``ClinicalJoin`` judges them.
extension ClinicalRule {
    /// A visit is of a patient and day that the other system does not know.
    static let visitKnown = ClinicalRule(
        "X2",
        .visitUnknown,
        .compared,
        "DOMAIN §3.6 X2: ADT-12, the accounts of treatment and the days of claims (SI) agree"
    )
    /// An examination was done of which the other system knows nothing.
    static let orderKnown = ClinicalRule(
        "X3",
        .orderUnknown,
        .compared,
        "DOMAIN §3.6 X3: OMG-11 (IPC-1) and DICOM's Accession Number (0008,0050)"
    )

    static let joinRules = [visitKnown, orderKnown]
}
