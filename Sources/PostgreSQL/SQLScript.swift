/// A script of SQL, cut into its statements.
struct SQLScript {
    /// A statement of a script.
    struct Statement: Hashable {
        /// Its text without the semicolon.
        let text: String
        /// Its tokens without comments.
        let tokens: [SQLToken]
        /// The comments that stand before it or in it, with their marks.
        let comments: [String]
    }

    /// The statements in order.
    private(set) var statements: [Statement] = []
    /// Whether the script holds what it should not: a backslash command other than `\restrict`,
    /// which pg_dumpall writes since August 2025, or text in a hidden spelling.
    private(set) var isSuspicious = false

    /// Cuts `bytes`.
    init(_ bytes: [UInt8]) {
        var lexer = SQLLexer(bytes)
        var end = StatementEnd()
        var start: Int?
        var tokens: [SQLToken] = []
        var comments: [String] = []
        func text(_ end: Int) -> String {
            String(decoding: bytes[(start ?? end)..<end], as: UTF8.self)
        }
        while true {
            let before = lexer.position
            guard let token = lexer.next() else {
                break
            }
            switch token {
            case .comment(let comment):
                comments.append(comment)
                continue
            case .symbol(UInt8(ascii: "\\")) where tokens.isEmpty:
                let line = lexer.skipLine()
                isSuspicious = isSuspicious || !SQLScript.isRestriction(line)
                continue
            case _ where end.isReached(by: token):
                if !tokens.isEmpty {
                    let text = text(lexer.position - 1)
                    statements.append(Statement(text: text, tokens: tokens, comments: comments))
                }
                (tokens, comments, start) = ([], [], nil)
                continue
            default:
                start = start ?? before
                tokens.append(token)
            }
        }
        if !tokens.isEmpty {
            let text = text(bytes.count)
            statements.append(Statement(text: text, tokens: tokens, comments: comments))
        }
        isSuspicious = isSuspicious || lexer.sawHiddenText
    }

    private static func isRestriction(_ line: String) -> Bool {
        let words = line.split(separator: " ")
        return words.count == 2 && ["restrict", "unrestrict"].contains(words[0])
            && words[1].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
