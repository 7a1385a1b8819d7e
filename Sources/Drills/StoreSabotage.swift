package import Clinical
package import Model

/// One way to spoil a clinical store, and what its judges must make of it.
package struct StoreSabotage: Hashable, Sendable {
    /// What is done to the store.
    package enum Deed: Hashable, Sendable {
        /// Sets the highest bit of a byte in the middle of a file.
        case highBit
        /// Flips the lowest bit of the byte in the middle: of an image, a pixel's.
        case middleBit
        /// Exchanges the contents of two files of the same kind and different patients.
        case swap
        /// Removes every file of the newest clinical day.
        case newestDay
        /// Renames a current message to a deleted one.
        case flag
        /// Puts a name in UTF-8 into the middle, as a re-encoded text has them.
        case otherCharset
        /// Enciphers every sixteenth block of 16 bytes.
        case intermittentCipher
        /// Cuts a file in the middle.
        case truncation
        /// Gives a copy of a file another name beside it.
        case duplicate
        /// Takes a line out of the middle of a file.
        case lostLine
        /// Takes out the first line that begins as given.
        case lostRecord(String)
        /// Takes the last row, with its message, out of a transaction log.
        case lostRow
    }

    /// Which files may be spoilt.
    package enum Victim: Hashable, Sendable {
        /// Any.
        case any
        /// Sound images, mostly of pixels.
        case image
    }

    /// As records name it.
    package let name: String
    /// What is done.
    package let deed: Deed
    /// What the judges must find.
    package let expected: FindingCode
    /// Files whose path ends so are spoilt; empty for all.
    package let suffix: String
    /// Which of them.
    package let victim: Victim

    init(
        _ name: String,
        _ deed: Deed,
        finds expected: FindingCode,
        in suffix: String = "",
        of victim: Victim = .any
    ) {
        self.name = name
        self.deed = deed
        self.expected = expected
        self.suffix = suffix
        self.victim = victim
    }

    /// Whether it shows in the file that is spoilt, without any other: so that whoever judges a
    /// sample sees it. The others show in numbers and sums of the whole store, or between files.
    package var showsInOneFile: Bool {
        switch deed {
        case .highBit, .otherCharset, .intermittentCipher, .truncation, .lostRecord: true
        case .middleBit, .swap, .newestDay, .flag, .duplicate, .lostLine, .lostRow: false
        }
    }

    /// What a store of a format is spoilt by.
    package static func all(of format: ClinicalFormat) -> [StoreSabotage] {
        switch format {
        case .ssmix2:
            [
                StoreSabotage(
                    "high bit in a message",
                    .highBit,
                    finds: .ssmix2TextDamaged,
                    in: "_1"
                ),
                StoreSabotage(
                    "two patients swapped",
                    .swap,
                    finds: .ssmix2PatientDiffers,
                    in: "_1"
                ),
                StoreSabotage("newest day missing", .newestDay, finds: .clinicalCountsDiffer),
                StoreSabotage("flag 1 to 0", .flag, finds: .clinicalCountsDiffer, in: "_1"),
                StoreSabotage(
                    "name in UTF-8",
                    .otherCharset,
                    finds: .ssmix2TextDamaged,
                    in: "_1"
                ),
                StoreSabotage(
                    "every 16th block enciphered",
                    .intermittentCipher,
                    finds: .ssmix2TextDamaged,
                    in: "_1"
                ),
                // Not every storage keeps a log.
                StoreSabotage(
                    "row of the log dropped",
                    .lostRow,
                    finds: .ssmix2LogDiffers,
                    in: ".DAT"
                ),
            ]
        case .dicom:
            [
                StoreSabotage(
                    "pixel bit flipped",
                    .middleBit,
                    finds: .dicomPixelsDiffer,
                    of: .image
                ),
                StoreSabotage(
                    "instance twice",
                    .duplicate,
                    finds: .dicomInstanceTwice,
                    of: .image
                ),
                StoreSabotage("image cut", .truncation, finds: .dicomUnreadable, of: .image),
                StoreSabotage("newest day missing", .newestDay, finds: .clinicalCountsDiffer),
            ]
        case .fhir:
            [
                StoreSabotage("file cut", .truncation, finds: .fhirInvalid),
                StoreSabotage(
                    "resource lost",
                    .lostLine,
                    finds: .clinicalCountsDiffer,
                    in: ".ndjson"
                ),
            ]
        case .uke:
            [
                StoreSabotage(
                    "first line of a claim dropped",
                    .lostRecord("RE,"),
                    finds: .ukeTotalDiffers
                ),
                StoreSabotage("name in UTF-8", .otherCharset, finds: .ukeUnreadable),
            ]
        case .ssmix2Extended:
            [StoreSabotage("newest day missing", .newestDay, finds: .clinicalCountsDiffer)]
        case .hl7:
            [StoreSabotage("message cut", .truncation, finds: .hl7Invalid)]
        }
    }
}
