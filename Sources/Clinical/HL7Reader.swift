import Model

/// Reads files of HL7 v2 messages outside of SS-MIX2: one message or many, batches too.
package struct HL7Reader: FormatReader {
    /// Most violations that one file is charged with.
    private static let violationsMax = 256
    /// Most messages of one file: 32 bytes are kept of each.
    private static let messagesMax = 1_000_000

    private let localOffset: Int64

    /// Makes a reader.
    ///
    /// - Parameter localOffset: seconds by which the hospital's clock is ahead of UTC; times
    ///   without a zone are in it.
    package init(localOffset: Int64) {
        self.localOffset = localOffset
    }

    /// Nothing must hold between loose messages.
    package static let storeRules: [StoreRule] = []

    /// Reads one file of one message or many.
    ///
    /// - Parameters:
    ///   - path: beneath the store's root.
    ///   - content: its bytes, from the front.
    /// - Returns: what it says.
    /// - Throws: what `content` throws.
    package func facts(of path: [UInt8], _ content: ContentReader) throws -> FileFacts {
        var facts = FileFacts(.judged)
        var splitter = HL7MessageSplitter(content)
        var number = 0
        var batch = Batch()
        do {
            while let piece = try splitter.next() {
                guard let first = Self.beginning(of: piece) else {
                    continue
                }
                guard first != .none else {
                    // What begins with none of HL7's headers is none of its files.
                    return number == 0 ? .foreign : facts
                }
                if first == .msh {
                    guard number < Self.messagesMax else {
                        throw ContentError.overLimit
                    }
                    number += 1
                    try read(piece, number, &facts, &batch)
                }
            }
        } catch let error as ContentError {
            facts.outcome = .unparsed
            note(error.place, number, &facts)
        }
        guard content.isAtEnd || facts.outcome == .unparsed else {
            return .unparsed(.unreadFile)
        }
        return number == 0 && facts.outcome == .judged ? .foreign : facts
    }

    /// Messages since the last batch began.
    private struct Batch {
        var messages = 0
    }

    /// The name of the first segment of a piece; nil if there are only ends of lines.
    private static func beginning(of piece: [UInt8]) -> HL7SegmentName? {
        guard let start = piece.firstIndex(where: { ![0x0d, 0x0a, 0x0b, 0x1c].contains($0) }) else {
            return nil
        }
        let name = HL7SegmentName(piece, in: start..<min(start + 3, piece.count))
        return name.isHeader ? name : HL7SegmentName.none
    }

    // MARK: - One message

    private func read(
        _ piece: [UInt8],
        _ number: Int,
        _ facts: inout FileFacts,
        _ batch: inout Batch
    ) throws(ContentError) {
        let message = try HL7Parser.message(piece)
        guard let header = message.segments.first else {
            throw .malformed("MSH")
        }
        for place in places(message, header) {
            note(place, number, &facts)
        }
        judgeTrailers(message, number, &facts, &batch)
        let code = String(decoding: message.component(1, of: 9, in: header), as: UTF8.self)
        facts.counts[Self.codes.contains(code) ? code : "other", default: 0] += 1
        if message.substitutes > 0 {
            facts.counts["gaiji", default: 0] += message.substitutes
        }
        let time = message.component(1, of: 7, in: header)
        if let day = HL7Value.day(time) {
            facts.days[HL7Value.number(of: day), default: 0] += 1
        }
        if let moment = HL7Value.zonedTime(time, localOffset: localOffset) {
            facts.newest = max(facts.newest ?? moment, moment)
        }
        if let patient = message.first(.pid) {
            let id = HL7Value.trimmed(message.component(1, of: 3, in: patient))
            if !id.isEmpty {
                facts.entries.append(RelationEntry(.patientMentioned, KeyHash.of(id)))
            }
        }
    }

    /// What is wrong with a message.
    private func places(_ message: HL7Message, _ header: HL7Message.Segment) -> [String] {
        var places: [String] = []
        for number in [9, 10, 11, 12] where message.range(number, of: header).isEmpty {
            places.append("MSH-\(number)")
        }
        if !message.field(12, of: header).starts(with: "2".utf8) {
            places.append("MSH-12")
        }
        let set = HL7CharacterSet(
            message.field(18, of: header),
            repetition: message.delimiters.repetition
        )
        places += set.places(in: message)
        if message.ends.contains(.none) {
            places.append("segment end")
        }
        if message.segments.contains(where: { $0.name == .none }) {
            places.append("segment name")
        }
        let segments = message.segments.filter { !$0.name.isOfBatch }
        if let (_, kind) = HL7MessageKind.of(message), let misfit = kind.order.misfit(segments) {
            places.append(misfit < segments.count ? "segment order" : "end")
        }
        return places
    }

    /// A batch's trailer says how many messages it has (BTS-1, HL7 v2.5 §2.15.2).
    private func judgeTrailers(
        _ message: HL7Message,
        _ number: Int,
        _ facts: inout FileFacts,
        _ batch: inout Batch
    ) {
        batch.messages += 1
        for segment in message.segments where segment.name.isOfBatch {
            if segment.name == .bts {
                let count = message.field(1, of: segment)
                if HL7Value.isDigits(count), !count.elementsEqual("\(batch.messages)".utf8) {
                    note("BTS-1", number, &facts)
                }
            }
            batch.messages = 0
        }
    }

    private func note(_ place: String, _ number: Int, _ facts: inout FileFacts) {
        let violation = Violation(
            .hl7Message,
            at: number < 2 ? place : "message \(number): \(place)"
        )
        if facts.violations.count < Self.violationsMax, !facts.violations.contains(violation) {
            facts.violations.append(violation)
        }
    }

    /// Kinds of messages that are counted each by itself (HL7 v2.5, table 0076; OMI and PPR^ZD1 of
    /// JAHIS).
    private static let codes: Set<String> = [
        "ACK", "ADT", "BAR", "DFT", "MDM", "MFN", "OMD", "OMG", "OMI", "OML", "OMP", "OMS", "ORL",
        "ORM", "ORU", "OSR", "OUL", "PPR", "QBP", "QRY", "RAS", "RDE", "RDS", "RGV", "RSP", "SIU",
        "SRM", "VXU",
    ]
}

extension HL7SegmentName {
    /// Whether it belongs to a file or batch of messages rather than to one of them.
    fileprivate var isOfBatch: Bool {
        self == .fhs || self == .bhs || self == .bts || self == .fts
    }
}

extension ContentError {
    /// Where in a message it was met.
    fileprivate var place: String {
        switch self {
        case .truncated: "file"
        case .overLimit: "size"
        case .malformed: "MSH"
        }
    }
}
