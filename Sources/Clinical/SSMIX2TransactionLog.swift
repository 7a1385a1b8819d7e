/// Reads a file of SS-MIX2's transaction storage, `TR_YYYYMMDDHHMMSSFFF_nnnnn.DAT`: for each
/// message that was stored, what it is about, and the message.
///
/// The guideline that lays the record out could not be had. What is read here is what NHO's
/// descriptions demand of it: facility, patient, day, type, order, `INS` or `DEL`, department and
/// time of the transaction, in the order of the index's columns, between tabulators or commas, then
/// the message. Whatever is laid out otherwise is unparsed, and says so.
struct SSMIX2TransactionLog {
    private static let columns = 8
    private static let lineBytesMax = 1 << 20
    private static let rowsMax = 1_000_000

    private var facts = FileFacts(.judged)
    private var rows: UInt64 = 0

    /// Reads a file.
    ///
    /// - Parameter content: the file, from the front.
    /// - Returns: its rows as entries; unparsed if it is laid out otherwise.
    /// - Throws: what the file throws.
    static func facts(of content: ContentReader) throws -> FileFacts {
        var log = SSMIX2TransactionLog()
        do {
            try log.read(content)
            guard content.isAtEnd else {
                return .unparsed(.unreadFile)
            }
        } catch is ContentError {
            log.facts.outcome = .unparsed
            log.facts.violations = [Violation(.ssmix2Log, at: "record")]
        }
        log.facts.counts["log row"] = log.rows
        return log.facts
    }

    /// Reads lines, whichever of CR, LF and FS ends them: of records, and of their messages.
    private mutating func read(_ content: ContentReader) throws {
        var line: [UInt8] = []
        while let byte = try content.byte() {
            guard byte == 0x0a || byte == 0x0d || byte == 0x1c else {
                guard line.count < Self.lineBytesMax else {
                    throw ContentError.overLimit
                }
                line.append(byte)
                continue
            }
            try take(line)
            line.removeAll(keepingCapacity: true)
        }
        guard line.isEmpty else {
            throw ContentError.truncated
        }
    }

    private mutating func take(_ line: [UInt8]) throws(ContentError) {
        let isSegment =
            line.count > 3 && line[3] == UInt8(ascii: "|")
            && HL7SegmentName(line, in: 0..<3) != .none
        guard !line.isEmpty, !isSegment else {
            guard rows > 0 || line.isEmpty else {
                throw .malformed("record")
            }
            return
        }
        let tabulator = UInt8(ascii: "\t")
        let separator = line.contains(tabulator) ? tabulator : UInt8(ascii: ",")
        let cells = line.split(
            separator: separator,
            maxSplits: Self.columns,
            omittingEmptySubsequences: false
        ).map { HL7Value.trimmed($0) }
        guard cells.count >= Self.columns, rows < UInt64(Self.rowsMax),
            SSMIX2DataType(rawValue: String(decoding: cells[3], as: UTF8.self)) != nil,
            cells[7].count == 17, HL7Value.time(cells[7], localOffset: 0) != nil
        else {
            throw .malformed("record")
        }
        rows += 1
        let day = cells[2].isEmpty ? Array("-".utf8)[...] : cells[2]
        let key = KeyHash.of(cells[1], day, cells[3], cells[4], cells[7])
        facts.entries.append(RelationEntry(.ssmix2LogRow, key))
        switch String(decoding: cells[5], as: UTF8.self) {
        case "INS":
            break
        case "DEL":
            let about = KeyHash.of(cells[1], day, cells[3], cells[4])
            facts.entries.append(RelationEntry(.ssmix2LogDeletion, about))
        default:
            throw .malformed("record")
        }
    }
}
