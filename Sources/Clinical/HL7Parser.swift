/// Divides a message into segments and fields in one pass over its bytes.
///
/// Escapes of ISO-2022-JP are followed, so that a byte of a two-byte character is never taken for a
/// delimiter. What is wrong with the text is noted, and the pass goes on; only what has no header,
/// and what is over a limit, is no message.
struct HL7Parser {
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let lineFeed = UInt8(ascii: "\n")
    /// The block characters of the minimal lower layer protocol (HL7 v2.5, Implementation Guide,
    /// appendix C): the sample files of NHO's test tool for SS-MIX2 end in FS.
    private static let startBlock: UInt8 = 0x0b
    private static let endBlock: UInt8 = 0x1c

    private let bytes: [UInt8]
    private let end: Int
    private var position: Int
    private var segmentStart: Int
    private var firstBound = 0
    private var message: HL7Message

    /// Reads a message.
    ///
    /// - Parameter bytes: the whole of it; a block's VT before and FS after it are passed over.
    /// - Returns: the message.
    /// - Throws: ``ContentError/malformed(_:)`` if it does not begin with MSH and delimiters;
    ///   ``ContentError/overLimit``.
    static func message(_ bytes: [UInt8]) throws(ContentError) -> HL7Message {
        var parser = try HL7Parser(bytes)
        try parser.readSegments()
        return parser.message
    }

    private init(_ bytes: [UInt8]) throws(ContentError) {
        let start = bytes.first == Self.startBlock ? 1 : 0
        guard bytes.count <= HL7Message.bytesMax else {
            throw .overLimit
        }
        guard bytes.dropFirst(start).starts(with: "MSH".utf8),
            let delimiters = HL7Delimiters(header: bytes, at: start)
        else {
            throw .malformed("MSH")
        }
        self.bytes = bytes
        end = Self.end(of: bytes)
        position = start
        segmentStart = start
        message = HL7Message(bytes, delimiters)
        message.bounds.reserveCapacity(min(bytes.count, 1 << 20) / 8)
    }

    /// Where the message ends: before FS, if nothing but ends of lines follows that.
    private static func end(of bytes: [UInt8]) -> Int {
        var end = bytes.count
        while end > 0, bytes[end - 1] == carriageReturn || bytes[end - 1] == lineFeed {
            end -= 1
        }
        return end > 0 && bytes[end - 1] == endBlock ? end - 1 : bytes.count
    }

    private mutating func readSegments() throws(ContentError) {
        let separator = message.delimiters.field
        while position < end {
            let byte = bytes[position]
            if byte == separator {
                try endPiece()
                position += 1
            } else if byte >= 0x20, byte < 0x7f {
                position += 1
            } else {
                try readSpecial(byte)
            }
        }
        if position > segmentStart {
            message.ends.insert(.none)
            try endSegment()
        }
    }

    private mutating func readSpecial(_ byte: UInt8) throws(ContentError) {
        switch byte {
        case Self.carriageReturn, Self.lineFeed:
            try readEnd(byte)
        case ISO2022JP.escape:
            readEscape()
        case 0x80...:
            message.faults.insert(.highByte)
            position += 1
        case UInt8(ascii: "\t"):
            position += 1
        default:
            message.faults.insert(.control)
            position += 1
        }
    }

    // MARK: - Segments

    private mutating func readEnd(_ byte: UInt8) throws(ContentError) {
        let isBlank = position == segmentStart
        if isBlank {
            message.ends.insert(.blank)
        } else {
            try endSegment()
        }
        position += 1
        if byte == Self.lineFeed {
            message.ends.insert(.lineFeed)
        } else if position < end, bytes[position] == Self.lineFeed {
            message.ends.insert(.lineFeed)
            position += 1
        } else {
            message.ends.insert(.carriageReturn)
        }
        segmentStart = position
        firstBound = message.bounds.count
    }

    private mutating func endSegment() throws(ContentError) {
        try endPiece()
        guard message.segments.count < HL7Message.segmentsMax else {
            throw .overLimit
        }
        message.segments.append(
            HL7Message.Segment(
                name: HL7SegmentName(bytes, in: segmentStart..<message.bounds[firstBound]),
                start: segmentStart,
                firstBound: firstBound,
                pieceCount: message.bounds.count - firstBound
            )
        )
    }

    private mutating func endPiece() throws(ContentError) {
        guard message.bounds.count - firstBound <= HL7Message.fieldsMax,
            message.bounds.count < HL7Message.piecesMax
        else {
            throw .overLimit
        }
        message.bounds.append(position)
    }

    // MARK: - Text

    private mutating func readEscape() {
        guard let shift = ISO2022JP.shift(bytes, at: position, before: end) else {
            message.faults.insert(.escape)
            position += 1
            return
        }
        position += shift.length
        switch shift.set {
        case .latin:
            break
        case .kana:
            message.faults.insert(.kana)
            readKana()
        case .kanji:
            message.hasKanji = true
            readTwoByteText(isKanji: true)
        case .supplementary:
            message.faults.insert(.supplementary)
            readTwoByteText(isKanji: false)
        }
    }

    /// Reads characters of two bytes up to the next escape, or to the end of a segment that forgot
    /// it.
    private mutating func readTwoByteText(isKanji: Bool) {
        while position < end {
            let first = bytes[position]
            guard first > 0x20, first < 0x7f else {
                if first == ISO2022JP.escape || endsText(first) {
                    return
                }
                message.faults.insert(first < 0x80 ? .twoByteCode : [.twoByteCode, .highByte])
                position += 1
                continue
            }
            let second = position + 1 < end ? bytes[position + 1] : 0
            guard second > 0x20, second < 0x7f else {
                message.faults.insert(.twoByteCode)
                position += 1
                continue
            }
            if isKanji {
                if ISO2022JP.isSubstitute(first, second) {
                    message.substitutes += 1
                } else if !ISO2022JP.isAssigned(row: first) {
                    message.faults.insert(.unassigned)
                }
            }
            position += 2
        }
        message.faults.insert(.unfinished)
    }

    private mutating func readKana() {
        while position < end, bytes[position] != ISO2022JP.escape {
            if endsText(bytes[position]) {
                return
            }
            if bytes[position] >= 0x80 {
                message.faults.insert(.highByte)
            }
            position += 1
        }
    }

    /// Whether a segment ends here, and with it text that should have returned to ASCII before.
    private mutating func endsText(_ byte: UInt8) -> Bool {
        guard byte == Self.carriageReturn || byte == Self.lineFeed else {
            return false
        }
        message.faults.insert(.unfinished)
        return true
    }
}
