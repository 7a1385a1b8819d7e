/// What of a server's or a tool's messages may leave: never what quotes a row.
enum ServerMessages {
    /// Longest message that is kept.
    private static let charactersMax = 300

    /// A primary message, if its kind cannot quote data.
    ///
    /// - Parameters:
    ///   - message: the primary message alone, no DETAIL, no CONTEXT.
    ///   - state: its SQLSTATE. Class 22 quotes the value that it could not take; P0 is whatever a
    ///     function of the hospital's chose to raise; 23514 may name only constraints.
    /// - Returns: the message on one line, or a sentence that it is withheld.
    static func withoutData(_ message: String, state: String) -> String {
        if state.hasPrefix("P0") || state.hasPrefix("22") && state != "22023" {
            return "message withheld: it may quote data"
        }
        return oneLine(message)
    }

    /// The errors among what a tool wrote to its standard error.
    ///
    /// A tool gives no SQLSTATE, so a server's message is kept only where its wording is one that
    /// quotes names and no values.
    ///
    /// - Returns: at most ten, in order, each on one line.
    static func errors(inToolOutput text: String) -> [String] {
        var found: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            guard let range = line.firstRange(of: "error: ") ?? line.firstRange(of: "FATAL: ")
            else {
                continue
            }
            found.append(cut(String(line[range.lowerBound...])))
            if found.count == 10 {
                break
            }
        }
        return found
    }

    private static func cut(_ line: String) -> String {
        guard let range = line.firstRange(of: "ERROR:  ") else {
            return oneLine(line)
        }
        let said = line[range.upperBound...]
        let isSafe = safe.contains { pattern in
            said.hasPrefix(pattern.start) && said.hasSuffix(pattern.end)
        }
        let shown = isSafe ? String(said) : "message withheld: it may quote data"
        return oneLine(line[..<range.upperBound] + shown)
    }

    private static func oneLine(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return line.count <= charactersMax ? line : line.prefix(charactersMax) + "…"
    }

    /// Wordings of PostgreSQL 12 to 17 (src/backend/po/backend.pot) that hold only names.
    private static let safe: [(start: String, end: String)] = [
        ("role \"", "does not exist"), ("relation \"", "does not exist"),
        ("relation \"", "already exists"), ("schema \"", "does not exist"),
        ("schema \"", "already exists"), ("type \"", "does not exist"),
        ("type \"", "already exists"), ("function ", "does not exist"),
        ("function \"", "already exists with same argument types"),
        ("extension \"", "is not available"), ("language \"", "does not exist"),
        ("could not open extension control file", ""), ("permission denied ", ""),
        ("must be owner of ", ""), ("must be superuser", ""), ("must be member of role ", ""),
        ("duplicate key value violates unique constraint \"", "\""),
        ("could not create unique index \"", "\""), ("insert or update on table \"", "\""),
        ("collation \"", "does not exist"), ("unrecognized configuration parameter ", ""),
        ("tablespace \"", "does not exist"), ("out of memory", ""), ("out of shared memory", ""),
        ("could not extend file ", ""), ("No space left", ""), ("canceling statement due to ", ""),
        ("database \"", "does not exist"), ("database \"", "already exists"),
    ]
}
