import Model

extension ClinicalRule {
    /// A file, line or resource cannot be read as FHIR.
    static let fhirReadable = ClinicalRule(
        "F1",
        .fhirInvalid,
        .absolute,
        "RFC 8259; FHIR R4 json.html, datatypes.html#id: [A-Za-z0-9-.]{1,64}"
    )
    /// A resource is of no type that R4 has.
    static let fhirType = ClinicalRule(
        "F1a",
        .fhirInvalid,
        .absolute,
        "FHIR R4 (4.0.1) valueset-resource-types.html"
    )
    /// A profile is no address, or a time is not written as one.
    static let fhirValue = ClinicalRule(
        "F1b",
        .fhirInvalid,
        // Not absolute as in DOMAIN §3.3 F1: servers keep the words that they were sent.
        .compared,
        "FHIR R4 datatypes.html#canonical, #dateTime"
    )
    /// A resource within another is not as it may be there.
    static let fhirContained = ClinicalRule(
        "F2",
        .fhirContainedInvalid,
        .absolute,
        "FHIR R4 domainresource.html: dom-2 to dom-5"
    )
    /// A reference within the store leads nowhere, or is none.
    static let fhirReferences = ClinicalRule(
        "F3",
        .fhirReferenceUnresolved,
        .absolute,
        "FHIR R4 references.html#literal, #contained"
    )
    /// A reference by the address of a server leads to nothing in the store: it may lead elsewhere.
    static let fhirAddresses = ClinicalRule(
        "F3a",
        .fhirReferenceUnresolved,
        .compared,
        "FHIR R4 references.html#literal: absolute URLs"
    )
    /// A version or its time is not written as one, or a clinical time lies after the backup.
    static let fhirVersion = ClinicalRule(
        "F5",
        .fhirVersionInvalid,
        .absolute,
        "FHIR R4 resource.html#Meta: versionId (id), lastUpdated (instant); DOMAIN §3.3 F5"
    )
    /// The store has one resource twice.
    static let fhirIdentity = ClinicalRule(
        "F5a",
        .fhirIdentifierTwice,
        .compared,
        "FHIR R4 resource.html#id: unique among a server's resources of a type"
    )
    /// A bundle contradicts itself.
    static let fhirBundle = ClinicalRule(
        "F6",
        .fhirBundleInvalid,
        .absolute,
        "FHIR R4 bundle.html: type, total, bdl-1, bdl-3 to bdl-5, bdl-7, bdl-8"
    )
    /// The address of a bundle's entry is not that of the resource in it.
    static let fhirFullURL = ClinicalRule(
        "F6a",
        .fhirBundleInvalid,
        .compared,
        "FHIR R4 bundle.html#Bundle.entry.fullUrl: consistent with the id in the resource"
    )
    /// A resource is about a patient whom the store of reference does not have. Judged between
    /// stores, by ``Relation/patientMentioned``.
    static let fhirPatient = ClinicalRule(
        "F7",
        .patientUnknown,
        .compared,
        "DOMAIN §3.3 F7: the identifier of a patient is the hospital's number"
    )
    /// A study of images that FHIR tells of is not in the archive. Judged between stores, by
    /// ``Relation/studyMentioned``.
    static let fhirStudy = ClinicalRule(
        "F7a",
        .studyUnknown,
        .compared,
        "FHIR R4 imagingstudy.html: identifier, urn:dicom:uid and urn:oid:"
    )

    static let fhirRules = [
        fhirReadable, fhirType, fhirValue, fhirContained, fhirReferences, fhirAddresses,
        fhirVersion, fhirIdentity, fhirBundle, fhirFullURL, fhirPatient, fhirStudy,
    ]
}
