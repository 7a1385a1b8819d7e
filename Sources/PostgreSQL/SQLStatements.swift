/// Tells which semicolons end a statement.
///
/// A semicolon inside parentheses (the commands of a rule) or between `BEGIN ATOMIC` and its `END`
/// (the body of a function in standard SQL) ends none. Where that reading joins what is not closed,
/// the server refuses the whole text before it runs any of it.
struct StatementEnd {
    private var parentheses = 0
    private var blocks = 0
    private var last: SQLToken?

    /// Takes the next token that is no comment; true if it ends a statement.
    mutating func isReached(by token: SQLToken) -> Bool {
        defer { last = token }
        switch token {
        case .symbol(UInt8(ascii: "(")): parentheses += 1
        case .symbol(UInt8(ascii: ")")): parentheses -= 1
        case .word("atomic") where last == .word("begin"): blocks += 1
        case .word("case") where blocks > 0: blocks += 1
        case .word("end") where blocks > 0: blocks -= 1
        case .symbol(UInt8(ascii: ";")) where parentheses <= 0 && blocks == 0:
            parentheses = 0
            return true
        default: break
        }
        return false
    }
}

/// Cuts tokens into statements.
enum SQLStatements {
    /// The statements without their semicolons; empty ones are left out.
    static func split(_ tokens: [SQLToken]) -> [[SQLToken]] {
        var end = StatementEnd()
        var statements: [[SQLToken]] = [[]]
        for token in tokens {
            if end.isReached(by: token) {
                statements.append([])
            } else {
                statements[statements.count - 1].append(token)
            }
        }
        return statements.filter { !$0.isEmpty }
    }
}
