extension Configuration {
    /// A column of a table, as SQL would understand the name; or one of days and one of times.
    package struct ClinicalColumn: Hashable, Sendable, CustomStringConvertible {
        /// The schema; nil to leave it to the search path.
        package let schema: String?
        /// The table, exactly as the database has it.
        package let table: String
        /// The column, exactly as the database has it.
        package let column: String
        /// The column of text with the time to the day in ``column``; nil if there is none.
        package let clock: String?

        /// Reads `table.column` or `schema.table.column`, and `+column` after it.
        ///
        /// As in SQL, a part without quotes is folded to lower case (ASCII letters only, as
        /// PostgreSQL does it under UTF-8) and holds letters, digits, `_` and `$`; a part in double
        /// quotes stands for itself, `""` for a quote in it.
        ///
        /// - Returns: nil for any other spelling.
        /// - SeeAlso: PostgreSQL, "Lexical Structure", 4.1.1 Identifiers and Key Words.
        package init?(_ text: String) {
            var rest = text.unicodeScalars[...]
            var parts: [String] = []
            while true {
                guard let part = ClinicalColumn.takeIdentifier(&rest), parts.count < 3 else {
                    return nil
                }
                parts.append(part)
                guard let dot = rest.first, dot != "+" else {
                    break
                }
                rest.removeFirst()
                guard dot == "." else {
                    return nil
                }
            }
            let hasClock = rest.popFirst() != nil
            let clock = hasClock ? ClinicalColumn.takeIdentifier(&rest) : nil
            guard parts.count >= 2, rest.isEmpty, hasClock == (clock != nil) else {
                return nil
            }
            self.clock = clock
            schema = parts.count == 3 ? parts[0] : nil
            table = parts[parts.count - 2]
            column = parts[parts.count - 1]
        }

        /// The name without quotes, as witnesses have it.
        package var plain: String {
            [schema, table, column].compactMap(\.self).joined(separator: ".")
                + (clock.map { "+\($0)" } ?? "")
        }

        /// The name with every part in quotes.
        package var description: String {
            [schema, table, column].compactMap(\.self).map(Self.quoted).joined(separator: ".")
                + (clock.map { "+\(Self.quoted($0))" } ?? "")
        }

        private static func quoted(_ part: String) -> String {
            let escaped = part.split(separator: "\"", omittingEmptySubsequences: false)
            return "\"\(escaped.joined(separator: "\"\""))\""
        }

        private static func takeIdentifier(_ rest: inout Substring.UnicodeScalarView) -> String? {
            guard rest.first == "\"" else {
                return takePlain(&rest)
            }
            rest.removeFirst()
            var part = String.UnicodeScalarView()
            while let scalar = rest.popFirst() {
                guard scalar == "\"" else {
                    part.append(scalar)
                    continue
                }
                guard rest.first == "\"" else {
                    return part.isEmpty ? nil : String(part)
                }
                part.append(rest.removeFirst())
            }
            return nil
        }

        private static func takePlain(_ rest: inout Substring.UnicodeScalarView) -> String? {
            var part = String.UnicodeScalarView()
            while let scalar = rest.first, isPlain(scalar, isFirst: part.isEmpty) {
                let isUpper = ("A"..."Z").contains(scalar)
                part.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
                rest.removeFirst()
            }
            return part.isEmpty ? nil : String(part)
        }

        private static func isPlain(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": true
            case "0"..."9", "$": !isFirst
            default: scalar.value >= 0x80
            }
        }
    }
}
