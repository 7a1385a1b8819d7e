package import Model

extension ClinicalJoin.Key {
    /// What a join by it is called that does not hold.
    package var code: FindingCode {
        switch self {
        case .patients: .patientUnknown
        case .studies: .studyUnknown
        case .orders: .orderUnknown
        case .visits: .visitUnknown
        }
    }

    /// Whether stores of a format can have such keys at all.
    ///
    /// - Parameter format: the store's.
    /// - Returns: false where a join could only fail, or prove nothing.
    package func isKnown(to format: ClinicalFormat) -> Bool {
        switch self {
        case .patients, .studies: true
        case .orders: format == .ssmix2 || format == .dicom
        case .visits: format == .ssmix2 || format == .uke
        }
    }

    /// A store speaks of all whom it mentions.
    package var spoken: [Relation] {
        switch self {
        case .patients: [.patient, .patientMentioned]
        case .studies: [.studyMentioned]
        case .orders: [.imaging]
        case .visits: [.visit]
        }
    }

    /// A store holds those whose record it has.
    package var held: [Relation] {
        switch self {
        case .patients: [.patient]
        case .studies: [.study]
        case .orders: [.imaging, .imagingOther]
        case .visits: [.visit]
        }
    }

    // MARK: - Queries

    /// A row that is no key.
    package struct NoKey: Error, CustomStringConvertible {
        package var description: String {
            "visits need two columns: the patient, and the day as a date or as 20260615"
        }
    }

    /// The key that a row of a query's answer is: its first column, of a visit with the day in its
    /// second.
    ///
    /// - Parameter row: its columns as text, nil for NULL.
    /// - Returns: the hash by which stores know it; nil if a part of it is NULL.
    /// - Throws: ``NoKey`` for a visit on no day.
    package func hash(ofRow row: [String?]) throws(NoKey) -> UInt64? {
        guard self != .visits || row.count > 1 else {
            throw NoKey()
        }
        guard let column = row.first, let text = column else {
            return nil
        }
        // A char(n) comes padded; the stores' keys have no spaces around them.
        let key = HL7Value.trimmed(Array(text.utf8)[...])
        guard self == .visits else {
            return KeyHash.of(key)
        }
        return try row[1].map { text throws(NoKey) in
            KeyHash.of(key, try Self.day(text))
        }
    }

    /// `20260615` of that and of `2026-06-15`, which is how a session of ours is told a date.
    private static func day(_ text: String) throws(NoKey) -> ArraySlice<UInt8> {
        var digits = HL7Value.trimmed(Array(text.utf8)[...])
        if digits.count == 10 {
            digits = digits.filter { $0 != UInt8(ascii: "-") }[...]
        }
        guard digits.count == 8, HL7Value.day(digits) != nil else {
            throw NoKey()
        }
        return digits
    }
}
