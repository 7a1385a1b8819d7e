/// Reads files of medical fee claims: 医科, DPC, 歯科, 調剤, and those that were sent back (返戻).
package struct UKEReader: FormatReader {
    /// An institution keeps its code, and no volume is missing that another tells of.
    package static let storeRules: [StoreRule] = [
        .single(UKERelation.institution, .ukeMonthLoose),
        .within(UKERelation.volumeMentioned, UKERelation.volume, .ukeVolume),
        .consecutive(UKERelation.month, .ukeMonthMissing),
    ]

    private let localOffset: Int64

    /// Reads for a hospital.
    ///
    /// - Parameter localOffset: seconds by which its clock is ahead of UTC.
    package init(localOffset: Int64) {
        self.localOffset = localOffset
    }

    /// Reads one file, as ``FormatReader`` demands.
    package func facts(of path: [UInt8], _ content: ContentReader) throws -> FileFacts {
        guard try Self.isClaims(path, content) else {
            return .foreign
        }
        var parser = UKEParser(localOffset: localOffset)
        do {
            while !content.isAtEnd {
                let start = content.position
                guard var line = try content.line(max: UKEParser.lineBytesMax) else {
                    break
                }
                let hasFeed = content.position - start > UInt64(line.count)
                try parser.take(&line, hasFeed: hasFeed)
            }
        } catch is ContentError {
            parser.damage(at: "line \(parser.lineNumber &+ 1)")
        }
        return parser.finish(path)
    }

    /// By its name, as RECEIPTC.UKE, RECEIPTY.CYO or RECEIPTC.HEN; or by its beginning.
    private static func isClaims(_ path: [UInt8], _ content: ContentReader) throws -> Bool {
        let end = String(decoding: path.suffix(4), as: UTF8.self).lowercased()
        if [".uke", ".cyo", ".hen", ".sah"].contains(end) {
            return true
        }
        return UKERecord(beginning: Array(try content.peek(3)))?.role == .head
    }
}
