import Model

extension ClinicalRule {
    /// The file is no readable DICOM file.
    static let dicomReadable = ClinicalRule(
        "D1",
        .dicomUnreadable,
        .absolute,
        "PS3.10 §7.1: preamble, DICM; PS3.5 §7: elements up to the file's last byte"
    )
    /// The head of the file lacks an element, or is longer or shorter than it says.
    static let dicomMeta = ClinicalRule(
        "D2",
        .dicomMetaInvalid,
        .absolute,
        "PS3.10 §7.1, Table 7.1-1: the Type 1 elements of group 0002"
    )
    /// The preamble is neither zeros nor the beginning of a TIFF file.
    static let dicomPreamble = ClinicalRule(
        "D3",
        .dicomPreambleForeign,
        .compared,
        "PS3.10 §7.1 and §7.5: a preamble of another format can hide a program"
    )
    /// The head names another object than the data set.
    static let dicomIdentifiers = ClinicalRule(
        "D4",
        .dicomIdentifiersDiffer,
        .absolute,
        "PS3.10 Table 7.1-1: (0002,0002) = (0008,0016), (0002,0003) = (0008,0018)"
    )
    /// Two files hold the same object.
    static let dicomInstance = ClinicalRule(
        "D5",
        .dicomInstanceTwice,
        .absolute,
        "PS3.3 §C.12.1.1: a SOP Instance UID is globally unique"
    )
    /// An identifier is missing or is not written as one.
    static let dicomIdentifier = ClinicalRule(
        "D5a",
        .dicomIdentifierInvalid,
        // Not absolute as in DOMAIN §3.2 D5: devices write such, as 6 of pydicom's files show.
        .compared,
        "PS3.5 §9.1: at most 64 characters, numbers without leading zeros between dots"
    )
    /// A study has two patients, or a series two studies.
    static let dicomStudy = ClinicalRule(
        "D6",
        .dicomStudyMixed,
        .absolute,
        "PS3.3 §A.1.2: a study is of one patient, a series is of one study"
    )
    /// The pixel data are not as long as the image's size makes them, or their fragments are
    /// broken.
    static let dicomPixels = ClinicalRule(
        "D7",
        .dicomPixelsInvalid,
        .absolute,
        "PS3.5 §8.1.1 and §A.4, PS3.3 §C.7.6.3: length of native pixel data, fragments"
    )
    /// A DICOMDIR names what the store does not have there.
    static let dicomDirectory = ClinicalRule(
        "D8",
        .dicomDirectoryDiffers,
        .compared,
        "PS3.3 §F.3, PS3.10 §8.6: a record's file holds the instance that the record names"
    )
    /// The pixels of the store's images are other ones than when it was backed up.
    static let dicomPixelsSame = ClinicalRule(
        "D9",
        .dicomPixelsDiffer,
        .compared,
        "DOMAIN §3.2: heads may be coerced on the way back, pixels may not"
    )

    static let dicomRules = [
        dicomReadable, dicomMeta, dicomPreamble, dicomIdentifiers, dicomInstance, dicomIdentifier,
        dicomStudy, dicomPixels, dicomDirectory, dicomPixelsSame,
    ]
}
