/// Looks through a dump for what could do more than restore a database.
///
/// Deny by default: every statement must begin as pg_dump's statements do, and data may only come
/// by a plain `COPY … FROM stdin`. Strings are looked into as SQL of their own, bodies of functions
/// among them. What a function builds at run time from pieces cannot be seen here: a dump of
/// unknown origin belongs into a drill's sandbox, or is restored by a user who is no superuser.
package enum DumpScanner {
    /// Scans the archive at `path`.
    ///
    /// - Returns: the hazards, each once, in the archive's order.
    /// - Throws: ``DatabaseError/invalidFile(path:why:)``, ``DatabaseError/file(_:)``.
    package static func scan(archiveAt path: String) throws(DatabaseError) -> [DumpHazard] {
        scan(try DumpArchive(path: path))
    }

    /// Scans a table of contents.
    static func scan(_ archive: DumpArchive) -> [DumpHazard] {
        var found: [DumpHazard] = []
        // Only `pg_restore --create`, which we never ask for, looks at the entries of the database.
        for entry in archive.entries
        where !["DATABASE", "DATABASE PROPERTIES"].contains(entry.kind) {
            var kinds: Set<DumpHazard.Kind> = []
            kinds.formUnion(StatementScanner.hazards(in: entry.definition))
            kinds.formUnion(StatementScanner.hazards(in: entry.removal))
            if !entry.copy.isEmpty, !isPlainCopy(entry.copy) {
                kinds.insert(.unexpectedStatement)
                kinds.formUnion(StatementScanner.hazards(in: entry.copy))
            }
            if entry.hasData, entry.copy.isEmpty, !dataWithoutCopy.contains(entry.kind) {
                // pg_restore would send these data as statements.
                kinds.insert(.unexpectedStatement)
            }
            if entry.kind == "ENCODING", !isPlainEncoding(entry.definition) {
                kinds.insert(.hiddenText)
            }
            for kind in DumpHazard.Kind.allCases where kinds.contains(kind) {
                found.append(DumpHazard(kind: kind, entry: entry.label))
            }
        }
        return found
    }

    private static let dataWithoutCopy: Set = ["BLOBS", "BLOB COMMENTS", "LARGE OBJECTS"]

    /// `COPY s.t (a, b) FROM stdin;` and nothing else.
    private static func isPlainCopy(_ text: [UInt8]) -> Bool {
        let (tokens, sawHiddenText) = SQLLexer.tokens(of: text)
        guard !sawHiddenText, tokens.first == .word("copy"),
            tokens.suffix(3) == [.word("from"), .word("stdin"), .symbol(UInt8(ascii: ";"))]
        else {
            return false
        }
        return tokens.dropFirst().dropLast(3).allSatisfy { token in
            switch token {
            case .word(let word): !["from", "to", "with", "program"].contains(word)
            case .name: true
            case .symbol(let byte): ".(),".utf8.contains(byte)
            case .string, .number, .comment: false
            }
        }
    }

    /// Encodings of clients only may hide a quote inside a character; a server has none of them.
    private static func isPlainEncoding(_ text: [UInt8]) -> Bool {
        let (tokens, _) = SQLLexer.tokens(of: text)
        return !tokens.contains { token in
            guard case .string(let name) = token else {
                return false
            }
            let spelled = String(decoding: name, as: UTF8.self).uppercased()
            return clientEncodings.contains { spelled.hasPrefix($0) }
        }
    }

    private static let clientEncodings = [
        "SJIS", "SHIFT_JIS", "BIG5", "GBK", "GB18030", "UHC", "JOHAB", "MSKANJI", "SHIFTJIS",
        "WIN932", "WIN936", "WIN949", "WIN950", "WINDOWS",
    ]
}
