/// Text from outside, made safe to print.
///
/// File names, object keys and tables are whatever an attacker calls them: an escape sequence could
/// clear the screen and write `proven` on it, a line break could add a line of its own, and a
/// direction mark could show `exe.txt` for `txt.exe`. What comes out here is one line of visible
/// characters, and different bytes never look the same.
package enum SafeText {
    /// Shows bytes that should be UTF-8 but need not be.
    ///
    /// - Parameter bytes: of a path, say; Shift_JIS names exist.
    /// - Returns: visible characters as they are; a backslash doubled; bytes that are not UTF-8 as
    ///   `\xNN`; control, format and other invisible characters as `\u{N}`.
    package static func escaped(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        var text = ""
        var iterator = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        var position = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .emptyInput:
                return text
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                text += shown(scalar, isFirst: position == 0)
                position += encoded.count
            case .error(let length):
                for byte in bytes[position..<position + length] {
                    text += "\\x" + hex(UInt32(byte), digits: 2)
                }
                position += length
            }
        }
    }

    /// Shows text that came from outside.
    package static func escaped(_ text: String) -> String {
        escaped(Array(text.utf8))
    }

    private static func shown(_ scalar: Unicode.Scalar, isFirst: Bool) -> String {
        if scalar == "\\" {
            return "\\\\"
        }
        // A mark at the very start would sit on whatever was printed before it.
        if isVisible(scalar), !(isFirst && isMark(scalar)) {
            return String(Character(scalar))
        }
        return "\\u{" + hex(scalar.value, digits: 1) + "}"
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            false
        case .spaceSeparator:
            // Of the spaces, people use these two; the others pass for them.
            scalar == " " || scalar == "\u{3000}"
        default:
            !scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
