import Model

/// The rules of SS-MIX2 storage. Sources: the guidelines and the specification, Ver. 1.2i (HS026,
/// JAMI), as NHO's SSMIX2_support_documents and SSMIX2DataTestingTool state them.
extension ClinicalRule {
    // MARK: Names

    /// A file lies where its name says, and its name has the seven parts.
    static let ssmix2Path = ClinicalRule(
        "S1",
        .ssmix2PathInvalid,
        .absolute,
        "SS-MIX2 標準化ストレージ構成ガイドライン 1.2, 3.1; NHO checkFilePath"
    )
    /// Its kind of data is one of 26, and the message is one of that kind.
    static let ssmix2Type = ClinicalRule(
        "S2",
        .ssmix2TypeInvalid,
        .absolute,
        "NHO module specification, table 1-1"
    )
    /// Its day of care is a day, or `-` for a kind that has none.
    static let ssmix2Date = ClinicalRule(
        "S3",
        .ssmix2DateInvalid,
        .absolute,
        "SS-MIX2 標準化ストレージ構成ガイドライン 1.2, 3.1.1 (3)"
    )
    /// Its time of sending is a time, and not after the backup.
    package static let ssmix2Timestamp = ClinicalRule(
        "S4",
        .ssmix2TimestampInvalid,
        .absolute,
        "SS-MIX2 標準化ストレージ構成ガイドライン 1.2, 3.1: 17 digits, the time of sending"
    )
    /// Of what is about one order, at most one file is current.
    static let ssmix2Current = ClinicalRule(
        "S5",
        .ssmix2CurrentTwice,
        .absolute,
        "NHO transaction_strage.md: an update makes 1 to 2, a deletion 1 and 2 to 0"
    )
    /// No file is kept twice, in two volumes of the storage or in one.
    static let ssmix2Volumes = ClinicalRule(
        "S19",
        .ssmix2KeyInTwoVolumes,
        .absolute,
        "NHO separated_strage.md: a storage divided by day of care"
    )

    // MARK: Content

    /// Its text is ISO-2022-JP, and whole.
    static let ssmix2Text = ClinicalRule(
        "S6",
        .ssmix2TextDamaged,
        .absolute,
        "NHO module specification 1.3.4: ISO IR-6 and ISO IR-87 alone; RFC 1468"
    )
    /// Its characters are those that JIS X 0208 has.
    static let ssmix2Unassigned = ClinicalRule(
        "S6b",
        .ssmix2TextDamaged,
        // Not absolute as in DOMAIN §3.1 S6: a system that sends CP932's own sends them every day.
        .compared,
        "NHO cp932_JIS_convart.md: characters of CP932 alone are to be rewritten"
    )
    /// It is an HL7 v2.5 message of SS-MIX2, its segments ended by CR.
    static let ssmix2Header = ClinicalRule(
        "S7",
        .ssmix2HeaderInvalid,
        .absolute,
        "SS-MIX2 標準化ストレージ仕様書 1.2, MSH; HL7 v2.5 §2.5.1 and §2.15.9"
    )
    /// The fields that must not be empty are not.
    static let ssmix2Field = ClinicalRule(
        "S8",
        .ssmix2FieldMissing,
        .compared,
        "NHO HL7_SEGMENT.json, ssmix2-required R"
    )
    /// Its segments stand in the order of its kind of message.
    static let ssmix2Order = ClinicalRule(
        "S9",
        .ssmix2SegmentsMisordered,
        .compared,
        "HL7 v2.5 chapters 3, 4 and 7; NHO HL7_SEGMENTORDER.json"
    )
    /// The day of care in its name is the one in the message.
    static let ssmix2CareDate = ClinicalRule(
        "S10",
        .ssmix2CareDateDiffers,
        .compared,
        "NHO SSMIX_CAREDATE.json"
    )
    /// The patient in its path is the one in the message.
    static let ssmix2Patient = ClinicalRule(
        "S11",
        .ssmix2PatientDiffers,
        .compared,
        "SS-MIX2 標準化ストレージ構成ガイドライン 1.2, 3.1: the folder is PID-3"
    )
    /// The order's number in its name is the one in the message.
    static let ssmix2OrderNumber = ClinicalRule(
        "S12",
        .ssmix2OrderDiffers,
        .compared,
        "SS-MIX2 標準化ストレージ構成ガイドライン 1.2, 3.1: the order's number is ORC-2 or OBR-2"
    )
    /// Results that are called numbers are numbers.
    static let ssmix2Number = ClinicalRule(
        "S13",
        .ssmix2ValueNotNumeric,
        .compared,
        "HL7 v2.5 §7.4.2 (OBX-2) and §2.A.47 (NM); NHO checkNumericFields"
    )
    /// Nobody is treated before his birth or discharged before his admission.
    static let ssmix2Chronology = ClinicalRule(
        "S14b",
        .ssmix2CareDateDiffers,
        .compared,
        "birth before care, admission before discharge"
    )
    /// ICD-10 codes say of which edition they are: none, 2003 or 2013.
    static let ssmix2DiseaseCode = ClinicalRule(
        "S21",
        .ssmix2DiseaseCodeInvalid,
        .compared,
        "NHO module specification 1.3.11; JAHIS 病名情報データ交換規約 3.1C, page 8"
    )

    // MARK: Between files

    /// Every patient has one current record of demographics.
    static let ssmix2PatientRecord = ClinicalRule(
        "S14",
        .ssmix2PatientRecordMissing,
        .compared,
        "NHO module specification, table 1-1: ADT-00 keeps each patient's demographics"
    )
    /// Every result has an order.
    static let ssmix2Result = ClinicalRule(
        "S15",
        .ssmix2ResultOrphaned,
        .compared,
        "SS-MIX2 標準化ストレージ構成ガイドライン 1.2, 3.1: a result has its order's number"
    )
    /// The index names every file, and only what is there.
    static let ssmix2Index = ClinicalRule(
        "S16",
        .ssmix2IndexDiffers,
        .absolute,
        "NHO index_db.md, SSMIXIDX"
    )
    /// The transaction log tells of every file, and of nothing else.
    static let ssmix2Log = ClinicalRule(
        "S17",
        .ssmix2LogDiffers,
        .absolute,
        "NHO transaction_strage.md, and module specification 1.3.8"
    )

    // MARK: Extended storage

    /// A document of extended storage lies where its folder says, and is of its type.
    static let ssmix2Extended = ClinicalRule(
        "S20",
        .ssmix2ExtendedInvalid,
        .absolute,
        "SS-MIX2 拡張ストレージ構成ガイドライン 1.2; NHO medical_document.md"
    )
    /// The name of a document's folder has the parts that the guideline gives it.
    static let ssmix2ExtendedName = ClinicalRule(
        "S20b",
        .ssmix2ExtendedInvalid,
        .compared,
        "SS-MIX2 拡張ストレージ構成ガイドライン 1.2 (5); NHO medical_document.md"
    )

    /// All of them.
    static let ssmix2Rules: [ClinicalRule] = [
        ssmix2Path, ssmix2Type, ssmix2Date, ssmix2Timestamp, ssmix2Current, ssmix2Text,
        ssmix2Unassigned, ssmix2Header, ssmix2Field, ssmix2Order, ssmix2CareDate, ssmix2Patient,
        ssmix2OrderNumber, ssmix2Number, ssmix2PatientRecord, ssmix2Chronology, ssmix2Result,
        ssmix2Index, ssmix2Log, ssmix2Volumes, ssmix2Extended, ssmix2ExtendedName,
        ssmix2DiseaseCode,
    ]
}
