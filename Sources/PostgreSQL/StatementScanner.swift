/// Finds hazards in SQL text.
enum StatementScanner {
    /// Strings within strings are followed so deep.
    private static let depthMax = 8

    /// What stands in `text`, at whatever depth of quoting.
    static func hazards(in text: [UInt8]) -> Set<DumpHazard.Kind> {
        var found: Set<DumpHazard.Kind> = []
        scan(text, depth: 0, into: &found)
        return found
    }

    private static func scan(_ text: [UInt8], depth: Int, into found: inout Set<DumpHazard.Kind>) {
        let (tokens, sawHiddenText) = SQLLexer.tokens(of: text)
        if sawHiddenText, depth == 0 {
            found.insert(.hiddenText)
        }
        guard depth < depthMax else {
            found.insert(.hiddenText)
            return
        }
        for statement in SQLStatements.split(tokens) {
            if depth == 0 {
                judgeStart(statement, into: &found)
                if statement.first == .word("comment") {
                    // Its text is stored and never run.
                    continue
                }
            }
            judgeLanguage(statement, into: &found)
            judgeWords(statement, into: &found)
            for case .string(let inner) in statement where inner.count >= shortestHazard {
                scan(inner, depth: depth + 1, into: &found)
            }
        }
    }

    /// `load 'x'`
    private static let shortestHazard = 8

    // MARK: The beginning of a statement

    /// How the statements begin that pg_dump and pg_restore write.
    private static let starts: Set = [
        "alter", "comment", "create", "drop", "grant", "refresh", "revoke", "security", "select",
        "set",
    ]

    private static func judgeStart(_ tokens: [SQLToken], into found: inout Set<DumpHazard.Kind>) {
        if tokens.contains(.symbol(UInt8(ascii: "\\"))) {
            found.insert(.metaCommand)
        }
        guard case .word(let first) = tokens.first, starts.contains(first) else {
            found.insert(.unexpectedStatement)
            return
        }
        let words = tokens.prefix(4).compactMap { token in
            if case .word(let word) = token { word } else { nil }
        }
        if words.starts(with: ["create", "event"]) {
            found.insert(.eventTrigger)
        }
        if words.starts(with: ["create", "subscription"]) {
            found.insert(.connectsOut)
        }
        if first == "set", words.contains("standard_conforming_strings"),
            tokens.last != .string(Array("on".utf8)), tokens.last != .word("on")
        {
            found.insert(.hiddenText)
        }
        if first == "select", !isDumpSelect(tokens) {
            found.insert(.unexpectedStatement)
        }
        if ["create", "alter", "drop"].contains(first), words.count > 1,
            ["role", "user", "group", "tablespace", "database"].contains(words[1]),
            words.prefix(3) != ["create", "user", "mapping"]
        {
            found.insert(.changesServer)
        }
    }

    private static let dumpFunctions: Set = [
        "set_config", "setval", "lo_create", "lo_unlink", "lo_open", "lowrite", "lo_close",
    ]

    /// `SELECT pg_catalog.set_config('search_path', '', false)` and its like, called with values.
    private static func isDumpSelect(_ tokens: [SQLToken]) -> Bool {
        guard tokens.count > 5, tokens[1] == .word("pg_catalog"),
            case .word(let function) = tokens[3], dumpFunctions.contains(function)
        else {
            return false
        }
        return tokens[4...].allSatisfy { token in
            switch token {
            case .string, .number, .word("true"), .word("false"): true
            case .symbol(let byte): "(),-".utf8.contains(byte)
            default: false
            }
        }
    }

    // MARK: Languages

    /// Languages that are confined to the database, by PostgreSQL's own word ("trusted").
    private static let trusted: Set = ["sql", "plpgsql", "plperl", "pltcl", "plv8", "pllua"]

    private static func judgeLanguage(
        _ tokens: [SQLToken],
        into found: inout Set<DumpHazard.Kind>
    ) {
        guard let create = tokens.firstIndex(of: .word("create")) else {
            return
        }
        let head = tokens[create...].prefix(6)
        let isLanguage = head.contains(.word("language"))
        let makesCode = ["function", "procedure", "transform"].contains { word in
            head.contains(.word(word))
        }
        guard isLanguage || makesCode else {
            return
        }
        // An argument may be called `language`; the clause stands outside of all parentheses.
        var depth = 0
        for index in create..<tokens.count {
            switch tokens[index] {
            case .symbol(UInt8(ascii: "(")): depth += 1
            case .symbol(UInt8(ascii: ")")): depth -= 1
            case .word("language") where depth == 0:
                let next = index + 1 < tokens.count ? tokens[index + 1] : .number
                if !isTrusted(next) {
                    found.insert(.untrustedLanguage)
                }
            default: break
            }
        }
    }

    private static func isTrusted(_ token: SQLToken) -> Bool {
        switch token {
        case .word(let name), .name(let name): trusted.contains(name)
        case .string(let bytes):
            trusted.contains(String(decoding: bytes, as: UTF8.self).lowercased())
        case .number, .symbol, .comment: false
        }
    }

    // MARK: Words anywhere

    private static let fileFunctions: Set = [
        "lo_import", "lo_export", "pg_read_file", "pg_read_binary_file", "pg_ls_dir",
        "pg_stat_file", "pg_file_write", "pg_file_rename", "pg_file_unlink",
    ]
    private static let serverRoles: Set = [
        "pg_execute_server_program", "pg_write_server_files", "pg_read_server_files",
    ]

    private static func judgeWords(
        _ tokens: [SQLToken],
        into found: inout Set<DumpHazard.Kind>
    ) {
        var sawCopy = false
        var sawOptions = false
        for (index, token) in tokens.enumerated() {
            guard case .word(let word) = token else {
                continue
            }
            let next = index + 1 < tokens.count ? tokens[index + 1] : .number
            let nextIsString = if case .string = next { true } else { false }
            switch word {
            case "copy": sawCopy = true
            case "options": sawOptions = true
            case "program" where (sawCopy || sawOptions) && nextIsString:
                found.insert(.runsProgram)
            case "from" where sawCopy && nextIsString, "to" where sawCopy && nextIsString,
                "filename" where sawOptions && nextIsString:
                found.insert(.touchesFiles)
            case "alter" where next == .word("system"):
                found.insert(.changesServer)
            case "load" where nextIsString:
                found.insert(.changesServer)
            case _ where fileFunctions.contains(word) && next == .symbol(UInt8(ascii: "(")):
                found.insert(.touchesFiles)
            case _ where serverRoles.contains(word):
                found.insert(.changesServer)
            default: break
            }
        }
    }
}
