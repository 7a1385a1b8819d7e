/// ISO-2022-JP (RFC 1468) as far as it must be understood to tell text from delimiters, and sound
/// text from damaged text. Nothing is decoded.
enum ISO2022JP {
    /// ESC.
    static let escape: UInt8 = 0x1b

    /// What bytes mean after an escape.
    enum CharacterSet: Hashable, Sendable {
        /// ISO 646 and JIS X 0201 Latin (`ESC ( B`, `ESC ( J`): one byte a character. Delimiters
        /// are of it.
        case latin
        /// JIS X 0201 katakana (`ESC ( I`): one byte a character. Not of ISO-2022-JP.
        case kana
        /// JIS X 0208 (`ESC $ B`, `ESC $ @`): two bytes a character.
        case kanji
        /// JIS X 0212 (`ESC $ ( D`): two bytes a character. Of ISO-2022-JP-1 (RFC 2237).
        case supplementary
    }

    /// What can be wrong with text.
    struct Faults: OptionSet, Hashable, Sendable {
        let rawValue: UInt8

        /// A byte over 0x7F, where seven bits are all there is.
        static let highByte = Faults(rawValue: 1)
        /// An escape that announces nothing known.
        static let escape = Faults(rawValue: 1 << 1)
        /// Two-byte text that does not return to ASCII before its segment ends.
        static let unfinished = Faults(rawValue: 1 << 2)
        /// Half of a character of two bytes, or a byte that is of none.
        static let twoByteCode = Faults(rawValue: 1 << 3)
        /// A control character that is neither the end of a segment nor a tabulator.
        static let control = Faults(rawValue: 1 << 4)
        /// Half-width katakana.
        static let kana = Faults(rawValue: 1 << 5)
        /// JIS X 0212.
        static let supplementary = Faults(rawValue: 1 << 6)
        /// A character where JIS X 0208 has none, as the circled digits of CP932.
        static let unassigned = Faults(rawValue: 1 << 7)
    }

    /// Reads an escape.
    ///
    /// - Parameters:
    ///   - bytes: what it lies in.
    ///   - start: where ESC stands.
    ///   - end: where the bytes that may be looked at end.
    /// - Returns: the set that it announces, and its own length; nil for an unknown one.
    static func shift(
        _ bytes: [UInt8],
        at start: Int,
        before end: Int
    ) -> (set: CharacterSet, length: Int)? {
        guard end - start >= 3 else {
            return nil
        }
        switch (bytes[start + 1], bytes[start + 2]) {
        case (UInt8(ascii: "("), UInt8(ascii: "B")), (UInt8(ascii: "("), UInt8(ascii: "J")):
            return (.latin, 3)
        case (UInt8(ascii: "("), UInt8(ascii: "I")):
            return (.kana, 3)
        case (UInt8(ascii: "$"), UInt8(ascii: "B")), (UInt8(ascii: "$"), UInt8(ascii: "@")):
            return (.kanji, 3)
        case (UInt8(ascii: "$"), UInt8(ascii: "(")):
            let isLatest = end - start >= 4 && bytes[start + 3] == UInt8(ascii: "D")
            return isLatest ? (.supplementary, 4) : nil
        default:
            return nil
        }
    }

    /// Steps over an escape and, where it announces anything but Latin letters, over that text.
    ///
    /// - Parameters:
    ///   - bytes: what it lies in.
    ///   - start: where ESC stands.
    ///   - end: where the bytes that may be looked at end.
    /// - Returns: where the next byte stands that may be a delimiter, or the next ESC.
    static func stepOver(_ bytes: [UInt8], at start: Int, before end: Int) -> Int {
        guard let shift = shift(bytes, at: start, before: end) else {
            return start + 1
        }
        var place = start + shift.length
        if shift.set != .latin {
            while place < end, bytes[place] != escape {
                place += 1
            }
        }
        return place
    }

    /// Whether JIS X 0208:1997 has characters in the row that begins with a byte: rows 1 to 8 and
    /// 16 to 84.
    static func isAssigned(row byte: UInt8) -> Bool {
        (0x21...0x28).contains(byte) || (0x30...0x74).contains(byte)
    }

    /// Whether a character is ■, which stands for each that JIS X 0208 lacks (NHO, SS-MIX2 module
    /// specification 1.3.4: row 2, cell 3).
    static func isSubstitute(_ first: UInt8, _ second: UInt8) -> Bool {
        first == 0x22 && second == 0x23
    }
}
