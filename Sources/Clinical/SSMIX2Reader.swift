/// Reads SS-MIX2 standardized storage: messages of HL7 v2.5, one a file, and what the storage says
/// of itself beside them, its index and its transaction log.
package struct SSMIX2Reader: FormatReader {
    private let localOffset: Int64

    /// Makes a reader.
    ///
    /// - Parameter localOffset: seconds by which the hospital's clock is ahead of UTC: times of
    ///   sending are in it.
    package init(localOffset: Int64) {
        self.localOffset = localOffset
    }

    /// What must hold between messages, index and log.
    package static let storeRules: [StoreRule] = [
        .unique(.ssmix2Current, .ssmix2Current),
        .unique(.ssmix2Key, .ssmix2Volumes),
        .unique(.patient, .ssmix2PatientRecord),
        .within(.patientMentioned, .patient, .ssmix2PatientRecord),
        .within(.ssmix2Result, .ssmix2Order, .ssmix2Result),
        // A store without an index or a log has no rows, and these rules nothing to judge; one that
        // has them has them of every file.
        .withinIfAny(.ssmix2Key, .ssmix2IndexRow, .ssmix2Index),
        .withinIfAny(.ssmix2Current, .ssmix2IndexCurrent, .ssmix2Index),
        .withinIfAny(.ssmix2Key, .ssmix2LogRow, .ssmix2Log),
        .withinIfAny(.ssmix2Deleted, .ssmix2LogDeletion, .ssmix2Log),
        .unique(.ssmix2IndexRow, .ssmix2Index),
        .within(.ssmix2IndexRow, .ssmix2Key, .ssmix2Index),
        .within(.ssmix2IndexCurrent, .ssmix2Current, .ssmix2Index),
        .unique(.ssmix2LogRow, .ssmix2Log),
        .within(.ssmix2LogRow, .ssmix2Key, .ssmix2Log),
        .within(.ssmix2LogDeletion, .ssmix2Deleted, .ssmix2Log),
    ]

    /// Reads one file: a message, or an export of the index, or a part of the log.
    ///
    /// - Parameters:
    ///   - path: beneath the store's root.
    ///   - content: its bytes, from the front.
    /// - Returns: what it says.
    /// - Throws: what `content` throws.
    package func facts(of path: [UInt8], _ content: ContentReader) throws -> FileFacts {
        switch SSMIX2Place(path) {
        case .message(let path):
            try SSMIX2Judge.facts(of: path, content, localOffset: localOffset)
        case .misnamed:
            .unparsed(.ssmix2Path, at: "file name")
        case .index:
            try SSMIX2Index.facts(of: content)
        case .log:
            try SSMIX2TransactionLog.facts(of: content)
        case .foreign:
            .foreign
        }
    }
}
