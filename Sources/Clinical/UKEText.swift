/// What the characters of a line are like: Shift_JIS, one field of one width.
///
/// - SeeAlso: 記録条件仕様 第1章 3(3) エ: JIS X 0201, and JIS X 0208 附属書1; a field has text of one
///   width. CP932 is JIS X 0208 with the rows of NEC and IBM.
struct UKEText {
    /// Whether all of it are characters.
    private(set) var isValid = true
    /// How many characters are outside of JIS X 0208: 外字, and the rows of NEC and IBM.
    private(set) var externals: UInt64 = 0
    /// Fields that mix widths, or are UTF-8 that can be read as Shift_JIS.
    private(set) var mixedFields: [Int] = []
    /// Fields with katakana of half width.
    private(set) var kanaFields: [Int] = []

    private var field = 0
    private var fieldStart = 0
    private var hasNarrow = false
    private var hasKana = false
    private var hasWide = false

    /// Looks at a line.
    ///
    /// - Parameter line: without its end.
    init(_ line: [UInt8]) {
        var place = 0
        while place < line.count {
            let byte = line[place]
            place += 1
            switch byte {
            case UInt8(ascii: ","): close(line, at: place - 1)
            case 0x20: break
            case 0x21...0x7E: hasNarrow = true
            case 0xA1...0xDF: hasKana = true
            default:
                guard place < line.count, Self.isLead(byte), Self.isTrail(line[place]) else {
                    isValid = false
                    continue
                }
                place += 1
                hasWide = true
                if !Self.isOfJIS(byte) {
                    externals &+= 1
                }
            }
        }
        close(line, at: line.count)
    }

    private mutating func close(_ line: [UInt8], at end: Int) {
        if hasWide, hasNarrow || hasKana || Self.isUTF8(line[fieldStart..<end]) {
            mixedFields.append(field)
        }
        if hasKana {
            kanaFields.append(field)
        }
        field += 1
        fieldStart = end + 1
        hasNarrow = false
        hasKana = false
        hasWide = false
    }

    /// Whether a line has nothing but printable ASCII, as most have: then nothing is wrong with it.
    static func isPlain(_ line: [UInt8]) -> Bool {
        for byte in line where byte < 0x20 || byte > 0x7E {
            return false
        }
        return true
    }

    /// The rows of CP932 that have characters: 1 to 8, 13, 16 to 84, 89 to 92, and 95 to 119.
    private static func isLead(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x81...0x84, 0x87...0x9F, 0xE0...0xEA, 0xED, 0xEE, 0xF0...0xFC: true
        default: false
        }
    }

    private static func isOfJIS(_ lead: UInt8) -> Bool {
        switch lead {
        case 0x81...0x84, 0x88...0x9F, 0xE0...0xEA: true
        default: false
        }
    }

    private static func isTrail(_ byte: UInt8) -> Bool {
        byte >= 0x40 && byte <= 0xFC && byte != 0x7F
    }

    /// Whether a field of Japanese text is two or more characters of UTF-8. Its three bytes a
    /// character can pass as Shift_JIS, but Shift_JIS passes as them once in ten thousand names.
    private static func isUTF8(_ field: ArraySlice<UInt8>) -> Bool {
        guard field.count >= 6, field.count.isMultiple(of: 3) else {
            return false
        }
        for place in stride(from: field.startIndex, to: field.endIndex, by: 3) {
            guard field[place] >= 0xE2, field[place] <= 0xEF,
                field[place + 1] & 0xC0 == 0x80, field[place + 2] & 0xC0 == 0x80
            else {
                return false
            }
        }
        return true
    }
}
