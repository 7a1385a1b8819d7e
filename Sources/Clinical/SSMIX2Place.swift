/// What a file of standardized storage is, by its path.
enum SSMIX2Place: Hashable, Sendable {
    /// A message.
    case message(SSMIX2Path)
    /// As deep as messages lie, but not named as one.
    case misnamed
    /// An export of the index database.
    case index
    /// A file of the transaction storage.
    case log
    /// Nothing that belongs there.
    case foreign

    private static let depth = 6

    /// Says what a path names.
    ///
    /// - Parameter path: beneath the storage's root, parts separated by `/`.
    init(_ path: [UInt8]) {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if let path = SSMIX2Path(parts) {
            self = .message(path)
        } else if Self.isIndex(parts) {
            self = .index
        } else if Self.isLog(parts) {
            self = .log
        } else {
            self = parts.count == Self.depth ? .misnamed : .foreign
        }
    }

    /// `SSMIXIDX`, the table's name (NHO index_db.md), with an ending of text.
    private static func isIndex(_ parts: [ArraySlice<UInt8>]) -> Bool {
        guard let name = parts.last, name.count == 12 else {
            return false
        }
        let text = String(decoding: name, as: UTF8.self).uppercased()
        return ["SSMIXIDX.CSV", "SSMIXIDX.TSV", "SSMIXIDX.TXT"].contains(text)
    }

    /// A folder of a year, and `TR_YYYYMMDDHHMMSSFFF_nnnnn.DAT` (NHO transaction_strage.md).
    private static func isLog(_ parts: [ArraySlice<UInt8>]) -> Bool {
        guard parts.count >= 2, let name = parts.last, name.count == 30 else {
            return false
        }
        let year = parts[parts.count - 2]
        let tokens = name.dropLast(4).split(
            separator: UInt8(ascii: "_"),
            omittingEmptySubsequences: false
        )
        return year.count == 4 && HL7Value.isDigits(year)
            && name.suffix(4).elementsEqual(".DAT".utf8) && tokens.count == 3
            && tokens[0].elementsEqual("TR".utf8) && tokens[1].count == 17
            && HL7Value.isDigits(tokens[1])
            && tokens[2].count == 5 && HL7Value.isDigits(tokens[2])
    }
}
