/// One message of HL7 v2, divided into segments and fields (HL7 v2.5 §2.5): places in its bytes,
/// nothing copied.
///
/// Every place lies in `bytes`; `bounds` rise within a segment.
struct HL7Message: Sendable {
    /// One segment.
    struct Segment: Hashable, Sendable {
        /// Its name; ``HL7SegmentName/none`` if it begins with none.
        let name: HL7SegmentName
        /// Where it begins.
        let start: Int
        /// Which of the message's bounds ends its name; each of the next ends a field.
        let firstBound: Int
        /// How many pieces it has, its name among them; at least one.
        let pieceCount: Int
    }

    /// How segments end.
    struct Ends: OptionSet, Hashable, Sendable {
        let rawValue: UInt8

        /// With CR, as the standard has it.
        static let carriageReturn = Ends(rawValue: 1)
        /// With LF, or CR and LF.
        static let lineFeed = Ends(rawValue: 1 << 1)
        /// With the file: the last segment has no end.
        static let none = Ends(rawValue: 1 << 2)
        /// Twice: there are empty segments.
        static let blank = Ends(rawValue: 1 << 3)
    }

    /// Largest message that is read: 64 MiB.
    static let bytesMax = 64 << 20
    /// Most segments.
    static let segmentsMax = 100_000
    /// Most fields of one segment.
    static let fieldsMax = 1_000
    /// Most pieces of all segments: eight bytes each are kept.
    static let piecesMax = 4_000_000

    /// The message as it was read.
    let bytes: [UInt8]
    /// What divides it.
    let delimiters: HL7Delimiters
    /// Its segments in order; the first is MSH.
    var segments: [Segment] = []
    /// Where each piece of each segment ends.
    var bounds: [Int] = []
    /// How its segments end.
    var ends: Ends = []
    /// What is wrong with its text.
    var faults: ISO2022JP.Faults = []
    /// Whether it has text of JIS X 0208.
    var hasKanji = false
    /// How many characters are ■, put for what JIS X 0208 lacks.
    var substitutes: UInt64 = 0

    /// Takes a message's bytes before they are divided.
    init(_ bytes: [UInt8], _ delimiters: HL7Delimiters) {
        self.bytes = bytes
        self.delimiters = delimiters
    }

    // MARK: - Fields

    /// Where a field stands.
    ///
    /// - Parameters:
    ///   - number: as the standard counts, from 1; of a header segment, 1 is the separator itself.
    ///   - segment: one of this message's.
    /// - Returns: an empty range for a field that is empty or absent.
    func range(_ number: Int, of segment: Segment) -> Range<Int> {
        if segment.name.isHeader {
            guard number == 1, segment.pieceCount > 1 else {
                return piece(number - 1, of: segment)
            }
            return bounds[segment.firstBound]..<bounds[segment.firstBound] + 1
        }
        return piece(number, of: segment)
    }

    /// What a field holds; empty for one that is absent.
    func field(_ number: Int, of segment: Segment) -> ArraySlice<UInt8> {
        bytes[range(number, of: segment)]
    }

    /// A component of a field's first repetition.
    ///
    /// - Parameters:
    ///   - number: from 1.
    ///   - field: the field's number.
    ///   - segment: one of this message's.
    /// - Returns: what it holds; empty for one that is absent.
    func component(_ number: Int, of field: Int, in segment: Segment) -> ArraySlice<UInt8> {
        let range = range(field, of: segment)
        var start = range.lowerBound
        var place = start
        var left = number - 1
        while place < range.upperBound, bytes[place] != delimiters.repetition {
            if bytes[place] == ISO2022JP.escape {
                place = ISO2022JP.stepOver(bytes, at: place, before: range.upperBound)
                continue
            }
            if bytes[place] == delimiters.component {
                guard left > 0 else {
                    break
                }
                left -= 1
                start = place + 1
            }
            place += 1
        }
        return left == 0 ? bytes[start..<place] : bytes[place..<place]
    }

    /// The first segment of a name.
    func first(_ name: HL7SegmentName) -> Segment? {
        segments.first { $0.name == name }
    }

    private func piece(_ number: Int, of segment: Segment) -> Range<Int> {
        guard number > 0, number < segment.pieceCount else {
            return segment.start..<segment.start
        }
        let bound = segment.firstBound + number
        return bounds[bound - 1] + 1..<bounds[bound]
    }

    // MARK: - Places

    /// Names a segment for a report, with its ordinal among those of its name if it is not the
    /// first: `OBX` or `OBX[2]`.
    func place(of index: Int) -> String {
        let name = segments[index].name
        let ordinal = segments[...index].count { $0.name == name }
        return ordinal == 1 ? name.text : "\(name.text)[\(ordinal)]"
    }

    /// Names a field for a report: `OBX[2]-5`.
    func place(of index: Int, field: Int) -> String {
        "\(place(of: index))-\(field)"
    }
}
