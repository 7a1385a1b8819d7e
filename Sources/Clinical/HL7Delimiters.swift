/// The characters that divide a message, as its first segment declares them (HL7 v2.5 §2.5.4).
struct HL7Delimiters: Hashable, Sendable {
    /// Between fields: MSH-1, usually `|`.
    let field: UInt8
    /// Between the components of a field: the first of MSH-2, usually `^`.
    let component: UInt8
    /// Between repetitions of a field: the second, usually `~`; 0 if there is none.
    let repetition: UInt8
    /// Escapes characters: the third, usually `\`; 0 if there is none.
    let escape: UInt8
    /// Between parts of a component: the fourth, usually `&`; 0 if there is none.
    let subcomponent: UInt8

    /// Reads the first eight bytes or so of a header; nil unless one to five different characters
    /// of ASCII, neither letters nor digits, stand between the first separator and the second.
    ///
    /// - Parameters:
    ///   - bytes: what the segment lies in.
    ///   - start: where its name begins.
    init?(header bytes: [UInt8], at start: Int) {
        guard bytes.count - start >= 5 else {
            return nil
        }
        let field = bytes[start + 3]
        var marks: [UInt8] = [field]
        for byte in bytes[(start + 4)...].prefix(6) {
            guard Self.isMark(byte), byte != field else {
                break
            }
            guard !marks.contains(byte) else {
                return nil
            }
            marks.append(byte)
        }
        guard Self.isMark(field), (2...6).contains(marks.count) else {
            return nil
        }
        func mark(_ number: Int) -> UInt8 { number < marks.count ? marks[number] : 0 }
        self.field = field
        component = mark(1)
        repetition = mark(2)
        escape = mark(3)
        subcomponent = mark(4)
    }

    private static func isMark(_ byte: UInt8) -> Bool {
        let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
        return (0x21...0x7e).contains(byte) && !isLetter && byte &- UInt8(ascii: "0") >= 10
    }
}
