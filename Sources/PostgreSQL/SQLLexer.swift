/// Cuts SQL text into tokens as the server does with `standard_conforming_strings = on`.
///
/// It takes any bytes; what is not closed ends with the text. Where its reading could differ from
/// the server's, ``sawHiddenText`` is set, so that whoever must be sure can refuse.
///
/// - SeeAlso: PostgreSQL manual, "Lexical Structure"; src/backend/parser/scan.l.
struct SQLLexer {
    /// A string was spelled with `U&`, a name too, or something was not closed.
    private(set) var sawHiddenText = false
    /// Where the next token is looked for.
    private(set) var position = 0

    private let text: [UInt8]

    /// Reads `text` from its start.
    init(_ text: [UInt8]) {
        self.text = text
    }

    /// All tokens but the comments.
    static func tokens(of text: [UInt8]) -> (tokens: [SQLToken], sawHiddenText: Bool) {
        var lexer = SQLLexer(text)
        var tokens: [SQLToken] = []
        while let token = lexer.next() {
            if case .comment = token {
                continue
            }
            tokens.append(token)
        }
        return (tokens, lexer.sawHiddenText)
    }

    /// The next token; nil at the end.
    mutating func next() -> SQLToken? {
        skip(while: SQLCharacter.isSpace)
        guard let byte = peek() else {
            return nil
        }
        if let comment = comment() {
            return .comment(comment)
        }
        switch byte {
        case UInt8(ascii: "'"):
            return .string(joined(escapes: false))
        case UInt8(ascii: "\""):
            return .name(quotedName())
        case UInt8(ascii: "$"):
            return dollarQuoted() ?? symbol(byte)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            // Digits and points only: `COST 1LANGUAGE c` is a number and a word (before 15).
            skip { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == 0x2E }
            return .number
        case _ where SQLCharacter.isNameStart(byte):
            return wordOrPrefixed()
        default:
            return symbol(byte)
        }
    }

    /// Goes to the end of the line and gives what was skipped.
    mutating func skipLine() -> String {
        let start = position
        skip { $0 != 10 && $0 != 13 }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    // MARK: Names

    private mutating func wordOrPrefixed() -> SQLToken {
        let start = position
        let prefix = text[position] | 0x20
        let second = peek(1)
        if second == UInt8(ascii: "'"), "ebxn".utf8.contains(prefix) {
            position += 1
            let value = joined(escapes: prefix == UInt8(ascii: "e"))
            return "bx".utf8.contains(prefix) ? .number : .string(value)
        }
        if prefix == UInt8(ascii: "u"), second == UInt8(ascii: "&"),
            let quote = peek(2), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
        {
            // pg_dump writes none; its escape character may even be changed by a later word.
            sawHiddenText = true
            position += 2
            return quote == UInt8(ascii: "'")
                ? .string(joined(escapes: false)) : .name(quotedName())
        }
        skip(while: SQLCharacter.isNamePart)
        return .word(String(decoding: text[start..<position], as: UTF8.self).lowercased())
    }

    private mutating func quotedName() -> String {
        position += 1
        return String(
            decoding: quoted(by: UInt8(ascii: "\""), escapes: false),
            as: UTF8.self
        )
    }

    // MARK: Strings

    /// A string and those that follow it after white space with a line break: one to the server.
    private mutating func joined(escapes: Bool) -> [UInt8] {
        position += 1
        var value = quoted(by: UInt8(ascii: "'"), escapes: escapes)
        while true {
            let end = position
            skip(while: SQLCharacter.isSpace)
            guard text[end..<position].contains(where: { $0 == 10 || $0 == 13 }),
                peek() == UInt8(ascii: "'")
            else {
                position = end
                return value
            }
            position += 1
            value += quoted(by: UInt8(ascii: "'"), escapes: escapes)
        }
    }

    /// Reads up to the closing quote, which doubled stands for itself.
    private mutating func quoted(by quote: UInt8, escapes: Bool) -> [UInt8] {
        var value: [UInt8] = []
        while let byte = peek() {
            position += 1
            if byte == quote {
                guard peek() == quote else {
                    return value
                }
                position += 1
                value.append(quote)
            } else if escapes, byte == UInt8(ascii: "\\") {
                value += SQLEscape.decode(text, at: &position)
            } else {
                value.append(byte)
            }
        }
        sawHiddenText = true
        return value
    }

    private mutating func dollarQuoted() -> SQLToken? {
        var end = position + 1
        while end < text.count, SQLCharacter.isNamePart(text[end]), text[end] != UInt8(ascii: "$") {
            end += 1
        }
        let isTag = end == position + 1 || SQLCharacter.isNameStart(text[position + 1])
        guard end < text.count, text[end] == UInt8(ascii: "$"), isTag else {
            return nil
        }
        let tag = Array(text[position...end])
        let start = end + 1
        position = start
        while position < text.count {
            if text[position] == tag[0], text[position...].starts(with: tag) {
                let value = Array(text[start..<position])
                position += tag.count
                return .string(value)
            }
            position += 1
        }
        sawHiddenText = true
        return .string(Array(text[start...]))
    }

    // MARK: Comments and characters

    private mutating func comment() -> String? {
        let start = position
        if peek() == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
            skip { $0 != 10 && $0 != 13 }
        } else if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
            skipNestedComment()
        } else {
            return nil
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func skipNestedComment() {
        var depth = 0
        repeat {
            switch (peek(), peek(1)) {
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                depth += 1
                position += 2
            case (UInt8(ascii: "*"), UInt8(ascii: "/")):
                depth -= 1
                position += 2
            case (nil, _):
                sawHiddenText = true
                return
            default:
                position += 1
            }
        } while depth > 0
    }

    private mutating func symbol(_ byte: UInt8) -> SQLToken {
        position += 1
        return .symbol(byte)
    }

    private func peek(_ offset: Int = 0) -> UInt8? {
        position + offset < text.count ? text[position + offset] : nil
    }

    private mutating func skip(while condition: (UInt8) -> Bool) {
        while let byte = peek(), condition(byte) {
            position += 1
        }
    }
}

/// Kinds of characters, as src/backend/parser/scan.l has them.
enum SQLCharacter {
    /// White space.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 32 || (9...13).contains(byte)
    }

    /// What a plain name begins with; every byte of a character beyond ASCII is a letter.
    static func isNameStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// What a plain name goes on with.
    static func isNamePart(_ byte: UInt8) -> Bool {
        isNameStart(byte) || byte == UInt8(ascii: "$")
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
