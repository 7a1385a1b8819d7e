/// The formats of clinical stores that a drill can judge.
package enum ClinicalFormat: String, Hashable, Sendable, CaseIterable {
    /// SS-MIX2 standardized storage: HL7 v2.5 messages, one a file (JAHIS/JAMI, Ver. 1.2i).
    case ssmix2
    /// SS-MIX2 extended storage: a folder of documents for each entry.
    case ssmix2Extended = "ssmix2-extended"
    /// DICOM Part 10 files, and DICOMDIR.
    case dicom
    /// HL7 FHIR R4: NDJSON, Bundles and single resources.
    case fhir
    /// 電子レセプト: files of medical fee claims (レセ電, UKE).
    case uke
    /// HL7 v2 messages outside of SS-MIX2.
    case hl7

    /// What reads its files.
    ///
    /// - Parameter localOffset: seconds by which the hospital's clock is ahead of UTC; clinical
    ///   times without a zone are in it.
    /// - Returns: a reader of single files.
    package func reader(localOffset: Int64) -> any FormatReader {
        switch self {
        case .ssmix2: SSMIX2Reader(localOffset: localOffset)
        case .ssmix2Extended: SSMIX2ExtendedReader(localOffset: localOffset)
        case .dicom:
            DICOMReader(localOffset: localOffset, inflate: DICOMInflater.inflate)
        case .fhir: FHIRReader(localOffset: localOffset)
        case .uke: UKEReader(localOffset: localOffset)
        case .hl7: HL7Reader(localOffset: localOffset)
        }
    }

    /// What must hold between its files.
    package var storeRules: [StoreRule] { type(of: reader(localOffset: 0)).storeRules }

    /// The rule that a file breaks whose newest clinical time lies after the backup's cut; nil if
    /// its times may.
    package var futureRule: ClinicalRule? {
        switch self {
        case .ssmix2, .ssmix2Extended: .ssmix2Timestamp
        case .fhir: .fhirVersion
        case .dicom, .uke, .hl7: nil
        }
    }
}
