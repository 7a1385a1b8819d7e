/// Reads an export of SS-MIX2's index database: the rows of its table SSMIXIDX as lines of text.
///
/// Columns stand in the order of NHO's index_db.md, between tabulators or commas; a first line may
/// name them, and further columns may follow. Rows of extended storage, which the same table holds,
/// are counted alone.
struct SSMIX2Index {
    private static let columns = 12
    private static let columnsMax = 64
    private static let lineBytesMax = 64 << 10
    /// Rows of one export: 64 bytes each are kept.
    private static let rowsMax = 2_000_000

    private var facts = FileFacts(.judged)
    private var rows: UInt64 = 0
    private var others: UInt64 = 0

    /// Reads an export.
    ///
    /// - Parameter content: the file, from the front.
    /// - Returns: its rows as entries; unparsed if a line is no row.
    /// - Throws: what the file throws.
    static func facts(of content: ContentReader) throws -> FileFacts {
        var index = SSMIX2Index()
        do {
            var number = 0
            while let line = try content.line(max: lineBytesMax) {
                try index.read(line, isFirst: number == 0)
                number += 1
            }
            guard content.isAtEnd else {
                return .unparsed(.unreadFile)
            }
        } catch is ContentError {
            index.facts.outcome = .unparsed
            index.breaks("row")
        }
        index.facts.counts["index row"] = index.rows
        index.facts.counts["index row of extended storage"] = index.others
        return index.facts
    }

    private mutating func read(_ line: [UInt8], isFirst: Bool) throws(ContentError) {
        let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line[...]
        guard !text.isEmpty else {
            return
        }
        let cells = try Self.cells(of: text).map { HL7Value.trimmed($0) }
        guard cells.count >= Self.columns else {
            throw .malformed("row")
        }
        let title = String(decoding: cells[0], as: UTF8.self).lowercased()
        if isFirst, title == "volumelabel" || title == "\u{feff}volumelabel" {
            return
        }
        guard rows < UInt64(Self.rowsMax) else {
            throw .overLimit
        }
        judge(cells)
    }

    private mutating func judge(_ cells: [ArraySlice<UInt8>]) {
        guard SSMIX2DataType(rawValue: String(decoding: cells[4], as: UTF8.self)) != nil else {
            others += 1
            return
        }
        rows += 1
        // Directories are written as the system that made them writes them.
        let folders = cells[9].split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        guard let path = SSMIX2Path(folders.suffix(5) + [cells[10]]), path.isInPlace else {
            breaks("FileName")
            return
        }
        let day = cells[3].isEmpty ? Array("-".utf8)[...] : cells[3]
        let named: [(column: String, cell: ArraySlice<UInt8>, token: ArraySlice<UInt8>)] = [
            ("PatientID", cells[2], path.patient), ("OrderDate", day, path.day),
            ("DataKind", cells[4], path.type), ("OrderNo", cells[5], path.order),
            ("TransactionDatetime", cells[8], path.time),
        ]
        for entry in named where entry.cell != entry.token {
            breaks(entry.column)
        }
        let isDeletion = cells[6].elementsEqual("DEL".utf8)
        if !isDeletion && !cells[6].elementsEqual("INS".utf8)
            || isDeletion && path.condition != .deleted || path.condition == nil
        {
            breaks("ProcessingType")
        }
        enter(path)
    }

    private mutating func enter(_ path: SSMIX2Path) {
        let key = KeyHash.of(path.patient, path.day, path.type, path.order, path.time)
        facts.entries.append(RelationEntry(.ssmix2IndexRow, key))
        if path.condition == .current {
            let about = KeyHash.of(path.patient, path.day, path.type, path.order)
            facts.entries.append(RelationEntry(.ssmix2IndexCurrent, about))
        }
    }

    private mutating func breaks(_ place: String) {
        let violation = Violation(.ssmix2Index, at: place)
        if !facts.violations.contains(violation) {
            facts.violations.append(violation)
        }
    }

    // MARK: - Lines

    /// The cells of a line: between tabulators if it has any, else between commas, where a cell may
    /// stand in quotation marks (RFC 4180).
    ///
    /// - Throws: ``ContentError/malformed(_:)`` for a quotation that does not end with its cell;
    ///   ``ContentError/overLimit``.
    private static func cells(
        of line: ArraySlice<UInt8>
    ) throws(ContentError) -> [ArraySlice<UInt8>] {
        let tabulator = UInt8(ascii: "\t")
        let separator = line.contains(tabulator) ? tabulator : UInt8(ascii: ",")
        var cells: [ArraySlice<UInt8>] = []
        var rest = line
        while true {
            guard cells.count < columnsMax else {
                throw .overLimit
            }
            cells.append(try cell(&rest, before: separator))
            guard rest.popFirst() != nil else {
                return cells
            }
        }
    }

    /// Takes a cell; what follows begins with the separator or is nothing.
    private static func cell(
        _ rest: inout ArraySlice<UInt8>,
        before separator: UInt8
    ) throws(ContentError) -> ArraySlice<UInt8> {
        let quote = UInt8(ascii: "\"")
        guard rest.first == quote else {
            let end = rest.firstIndex(of: separator) ?? rest.endIndex
            defer { rest = rest[end...] }
            return rest[..<end]
        }
        var cell: [UInt8] = []
        rest.removeFirst()
        while let byte = rest.popFirst() {
            if byte != quote {
                cell.append(byte)
            } else if rest.first == quote {
                cell.append(quote)
                rest.removeFirst()
            } else if rest.isEmpty || rest.first == separator {
                return cell[...]
            } else {
                break
            }
        }
        throw .malformed("row")
    }
}
