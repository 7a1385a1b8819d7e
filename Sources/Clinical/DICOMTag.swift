/// The tag of a data element: a group and an element number (PS3.5 §7.1.1).
struct DICOMTag: Hashable, Sendable {
    /// The group in the upper half, the element number in the lower.
    let number: UInt32

    /// Takes a tag as one number, as `0x0028_0010`.
    init(_ number: UInt32) {
        self.number = number
    }

    /// Puts the two halves together.
    init(group: UInt16, element: UInt16) {
        number = UInt32(group) << 16 | UInt32(element)
    }

    /// The group's number.
    var group: UInt16 { UInt16(truncatingIfNeeded: number >> 16) }

    /// As the standard writes it: `(0028,0010)`.
    var name: String {
        let digits = String(number, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: 8 - digits.utf8.count) + digits
        return "(\(padded.prefix(4)),\(padded.suffix(4)))"
    }

    /// Whether it may stand in the data set of a file: not one of commands, of the head or of
    /// delimiters, nor in a group that is never used (PS3.5 §7.1; group 0004 is DICOMDIR's).
    var isOfDataSet: Bool {
        group == 0x0004 || (group >= 0x0008 && group < Self.delimiterGroup)
    }

    /// The group of items and delimiters (PS3.5 §7.5).
    static let delimiterGroup: UInt16 = 0xFFFE
    /// The group of the head of a file (PS3.10 §7.1).
    static let metaGroup: UInt16 = 0x0002
}

// MARK: - Items and delimiters, PS3.5 §7.5

extension DICOMTag {
    static let item = DICOMTag(0xFFFE_E000)
    static let itemDelimiter = DICOMTag(0xFFFE_E00D)
    static let sequenceDelimiter = DICOMTag(0xFFFE_E0DD)
}

// MARK: - The head, PS3.10 Table 7.1-1

extension DICOMTag {
    static let metaLength = DICOMTag(0x0002_0000)
    static let metaVersion = DICOMTag(0x0002_0001)
    static let metaClass = DICOMTag(0x0002_0002)
    static let metaInstance = DICOMTag(0x0002_0003)
    static let transferSyntax = DICOMTag(0x0002_0010)
    static let implementation = DICOMTag(0x0002_0012)

    /// What a head must have, in its order.
    static let metaRequired = [
        metaLength, metaVersion, metaClass, metaInstance, transferSyntax, implementation,
    ]
}

// MARK: - The data set, PS3.6

extension DICOMTag {
    static let sopClass = DICOMTag(0x0008_0016)
    static let sopInstance = DICOMTag(0x0008_0018)
    static let studyDate = DICOMTag(0x0008_0020)
    static let studyTime = DICOMTag(0x0008_0030)
    static let accession = DICOMTag(0x0008_0050)
    static let modality = DICOMTag(0x0008_0060)
    static let timezone = DICOMTag(0x0008_0201)
    static let patient = DICOMTag(0x0010_0020)
    static let study = DICOMTag(0x0020_000D)
    static let series = DICOMTag(0x0020_000E)
    static let instanceNumber = DICOMTag(0x0020_0013)
    static let samples = DICOMTag(0x0028_0002)
    static let photometric = DICOMTag(0x0028_0004)
    static let frames = DICOMTag(0x0028_0008)
    static let rows = DICOMTag(0x0028_0010)
    static let columns = DICOMTag(0x0028_0011)
    static let bitsAllocated = DICOMTag(0x0028_0100)
    static let pixelProvider = DICOMTag(0x0028_7FE0)
    static let floatPixels = DICOMTag(0x7FE0_0008)
    static let doublePixels = DICOMTag(0x7FE0_0009)
    static let pixels = DICOMTag(0x7FE0_0010)

    /// Those of an instance whose values are read; all others are stepped over.
    static let kept: Set<DICOMTag> = [
        sopClass, sopInstance, studyDate, studyTime, accession, modality, timezone, patient, study,
        series, instanceNumber, samples, photometric, frames, rows, columns, bitsAllocated,
    ]
}

// MARK: - DICOMDIR, PS3.3 §F.3

extension DICOMTag {
    static let directoryRecords = DICOMTag(0x0004_1220)
    static let recordInUse = DICOMTag(0x0004_1410)
    static let recordFile = DICOMTag(0x0004_1500)
    static let recordInstance = DICOMTag(0x0004_1511)

    /// Those of a record whose values are read.
    static let keptOfRecord: Set<DICOMTag> = [recordInUse, recordFile, recordInstance]
}
