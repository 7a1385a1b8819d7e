extension JSONScanner {
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    /// Takes a string.
    ///
    /// - Parameter max: how many bytes of it are worth keeping.
    /// - Returns: its characters in UTF-8, escapes undone; nil for a longer one, which is checked
    ///   all the same.
    /// - Throws: ``ContentError`` for what is no string: text that is not UTF-8, a control
    ///   character, half of a surrogate pair.
    mutating func text(max: Int) throws -> [UInt8]? {
        try take(Self.quote)
        return try restOfText(max: max)
    }

    /// Steps over a string, and keeps it if it begins so.
    ///
    /// - Parameters:
    ///   - byte: an ASCII character.
    ///   - max: how many bytes of it are worth keeping.
    /// - Returns: nil if it begins otherwise, or is longer.
    /// - Throws: as ``text(max:)``.
    mutating func text(beginningWith byte: UInt8, max: Int) throws -> [UInt8]? {
        try take(Self.quote)
        let first = try current()
        // An escape may write the same character.
        if first == byte || first == Self.backslash {
            let text = try restOfText(max: max)
            return text?.first == byte ? text : nil
        }
        try skipRestOfText()
        return nil
    }

    /// Takes a name, without its colon.
    mutating func name(_ words: JSONWords) throws -> JSONName {
        try take(Self.quote)
        let end = plainEnd
        if end < window.count, window[end] == Self.quote {
            let number = words.number(of: window[next..<end])
            next = end + 1
            return number.map { .known($0) } ?? .other
        }
        guard let name = try restOfText(max: 64), let number = words.number(of: name[...]) else {
            return .other
        }
        return .known(number)
    }

    // MARK: - Characters

    /// Where in the window the run of plain ASCII ends that begins at `next`.
    private var plainEnd: Int {
        var place = next
        let end = window.count
        while place < end {
            let byte = window[place]
            guard byte >= 0x20, byte < 0x80, byte != Self.quote, byte != Self.backslash else {
                break
            }
            place += 1
        }
        return place
    }

    private mutating func skipRestOfText() throws {
        while true {
            next = plainEnd
            guard let byte = try current() else {
                throw ContentError.truncated
            }
            switch byte {
            case Self.quote:
                next += 1
                return
            case Self.backslash: _ = try escaped()
            case 0x80...:
                if try !skipCharacters() {
                    _ = try cutCharacter()
                }
            case 0..<0x20: throw ContentError.malformed("control character")
            // The beginning of a new window.
            default: continue
            }
        }
    }

    private mutating func restOfText(max: Int) throws -> [UInt8]? {
        var text: [UInt8] = []
        var isWhole = true
        while true {
            let start = next
            next = plainEnd
            if isWhole {
                text += window[start..<next]
            }
            guard let byte = try current() else {
                throw ContentError.truncated
            }
            switch byte {
            case Self.quote:
                next += 1
                return isWhole && text.count <= max ? text : nil
            case Self.backslash: text += String(Character(try escaped())).utf8
            case 0x80...:
                let start = next
                text += try skipCharacters() ? Array(window[start..<next]) : cutCharacter()
            case 0..<0x20: throw ContentError.malformed("control character")
            default: continue
            }
            if text.count > max {
                isWhole = false
                text = []
            }
        }
    }

    /// Steps over the characters of two to four bytes that stand whole in the window.
    ///
    /// - Returns: false if the window's end cuts the first.
    private mutating func skipCharacters() throws -> Bool {
        let start = next
        while next < window.count, window[next] >= 0x80 {
            let count = try Self.count(of: window[next])
            guard next + count <= window.count else {
                break
            }
            try Self.check(
                window[next],
                window[next + 1],
                count > 2 ? window[next + 2] : 0x80,
                count > 3 ? window[next + 3] : 0x80
            )
            next += count
        }
        return next > start
    }

    /// Takes a character byte by byte, from one window into the next.
    private mutating func cutCharacter() throws -> [UInt8] {
        let count = try Self.count(of: window[next])
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let byte = try current() else {
                throw ContentError.truncated
            }
            bytes.append(byte)
            next += 1
        }
        try Self.check(
            bytes[0],
            bytes[1],
            count > 2 ? bytes[2] : 0x80,
            count > 3 ? bytes[3] : 0x80
        )
        return bytes
    }

    /// How many bytes a character has, by the first (Unicode 15, Table 3-7).
    private static func count(of byte: UInt8) throws -> Int {
        switch byte {
        case 0xC2...0xDF: return 2
        case 0xE0...0xEF: return 3
        case 0xF0...0xF4: return 4
        default: throw ContentError.malformed("UTF-8")
        }
    }

    /// Whether four bytes are those of a character (Unicode 15, Table 3-7); 0x80 stands for those
    /// that a shorter one does not have.
    private static func check(
        _ first: UInt8,
        _ second: UInt8,
        _ third: UInt8,
        _ fourth: UInt8
    ) throws {
        let isSecond =
            switch first {
            case 0xE0: second >= 0xA0 && second <= 0xBF
            case 0xED: second >= 0x80 && second <= 0x9F
            case 0xF0: second >= 0x90 && second <= 0xBF
            case 0xF4: second >= 0x80 && second <= 0x8F
            default: second & 0xC0 == 0x80
            }
        guard isSecond, third & 0xC0 == 0x80, fourth & 0xC0 == 0x80 else {
            throw ContentError.malformed("UTF-8")
        }
    }
}
