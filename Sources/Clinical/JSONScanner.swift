/// Reads JSON text (RFC 8259) from front to back, strictly, in bounded memory: what is not asked
/// for is checked and forgotten.
///
/// The caller pulls: it opens objects and arrays, takes their names and elements one by one, and
/// takes or steps over each value. Nothing is read twice. Errors are ``ContentError``; after one,
/// only ``skipLine()`` may follow.
struct JSONScanner {
    /// What a value is, by its first byte.
    enum Kind: Hashable, Sendable {
        /// `{`
        case object
        /// `[`
        case array
        /// A string.
        case text
        /// A number.
        case number
        /// `true`, `false` or `null`.
        case word
    }

    /// How deep values may stand in one another. FHIR's deepest, questions within questions, stay
    /// far below.
    static let depthMax = 64
    private static let windowBytesMax = 64 << 10

    private let content: ContentReader
    /// Whether a line feed ends the text: NDJSON has one value a line.
    private let isLineBound: Bool
    /// The part of the text that is at hand, and where in it the next byte stands.
    var window: [UInt8] = []
    var next = 0
    private var depth = 0
    /// Whether the innermost object or array has given nothing yet.
    private var isFresh = false

    /// Reads what follows in `content`.
    ///
    /// - Parameters:
    ///   - content: UTF-8; a byte order mark at its very front is stepped over (RFC 8259 §8.1).
    ///   - isLineBound: whether each line is a text of its own.
    /// - Throws: what `content` throws.
    init(_ content: ContentReader, isLineBound: Bool) throws {
        self.content = content
        self.isLineBound = isLineBound
        if try content.peek(3) == [0xEF, 0xBB, 0xBF] {
            try content.skip(3)
        }
    }

    // MARK: - Objects and arrays

    /// Opens an object.
    ///
    /// - Throws: ``ContentError/malformed(_:)`` if none follows; ``ContentError/overLimit`` for one
    ///   that stands too deep.
    mutating func beginObject() throws {
        try begin(UInt8(ascii: "{"))
    }

    /// Opens an array; throws as ``beginObject()`` does.
    mutating func beginArray() throws {
        try begin(UInt8(ascii: "["))
    }

    /// Takes the next name of the innermost object, and its colon.
    ///
    /// - Parameter words: the names that matter.
    /// - Returns: nil when the object is over; its brace is taken then.
    /// - Throws: ``ContentError``.
    mutating func nextName(_ words: JSONWords) throws -> JSONName? {
        guard try hasNext(before: UInt8(ascii: "}")) else {
            return nil
        }
        let name = try name(words)
        try take(UInt8(ascii: ":"))
        return name
    }

    /// Whether another element of the innermost array follows; its bracket is taken if none does.
    mutating func nextElement() throws -> Bool {
        try hasNext(before: UInt8(ascii: "]"))
    }

    /// What the next value is.
    ///
    /// - Returns: its kind, by its first byte.
    /// - Throws: ``ContentError`` if no value follows.
    mutating func kind() throws -> Kind {
        guard let byte = try peek() else {
            throw ContentError.truncated
        }
        switch byte {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .text
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return .word
        default: throw ContentError.malformed("value")
        }
    }

    private mutating func begin(_ bracket: UInt8) throws {
        try take(bracket)
        guard depth < Self.depthMax else {
            throw ContentError.overLimit
        }
        depth += 1
        isFresh = true
    }

    /// Takes the comma between two members or elements.
    private mutating func hasNext(before close: UInt8) throws -> Bool {
        let byte = try peek()
        if byte == close {
            next += 1
            depth -= 1
            isFresh = false
            return false
        }
        if !isFresh {
            try take(UInt8(ascii: ","))
        }
        isFresh = false
        return true
    }

    // MARK: - The text's end

    /// Whether nothing but white space follows.
    mutating func isAtEnd() throws -> Bool {
        try peek() == nil
    }

    /// Takes the end of a line, or of the whole text.
    ///
    /// - Throws: ``ContentError/malformed(_:)`` if something else follows.
    mutating func endLine() throws {
        guard let byte = try peek() else {
            return
        }
        guard isLineBound, byte == UInt8(ascii: "\n") else {
            throw ContentError.malformed("end")
        }
        next += 1
    }

    /// Steps over a line that has nothing but white space.
    ///
    /// - Returns: false if there is something in it.
    /// - Throws: what the content throws.
    mutating func skipBlankLine() throws -> Bool {
        guard try peek() == UInt8(ascii: "\n") else {
            return false
        }
        next += 1
        return true
    }

    /// Steps over the rest of a line, whatever it is, to begin anew after an error.
    ///
    /// - Throws: what the content throws.
    mutating func skipLine() throws {
        depth = 0
        isFresh = false
        while try current() != nil {
            let line = window[next...]
            guard let feed = line.firstIndex(of: UInt8(ascii: "\n")) else {
                next = window.count
                continue
            }
            next = feed + 1
            return
        }
    }

    // MARK: - Bytes

    /// Takes this byte, after white space.
    mutating func take(_ byte: UInt8) throws {
        guard let found = try peek() else {
            throw ContentError.truncated
        }
        guard found == byte else {
            throw ContentError.malformed("structure")
        }
        next += 1
    }

    /// The next byte that is no white space, without taking it; nil at the end. In a text that is
    /// bound to its line, the line feed is none.
    mutating func peek() throws -> UInt8? {
        // Most texts have no space between tokens.
        if next < window.count, window[next] > 0x20 {
            return window[next]
        }
        return try peekAfterSpace()
    }

    private mutating func peekAfterSpace() throws -> UInt8? {
        while true {
            while next < window.count {
                switch window[next] {
                case 0x20, 0x09, 0x0D: next += 1
                case 0x0A where !isLineBound: next += 1
                default: return window[next]
                }
            }
            guard try refill() else {
                return nil
            }
        }
    }

    /// The next byte, white space or not; nil at the end.
    mutating func current() throws -> UInt8? {
        if next >= window.count {
            guard try refill() else {
                return nil
            }
        }
        return window[next]
    }

    /// Brings the next part of the text to hand, when all that was there is taken.
    mutating func refill() throws -> Bool {
        let more = try content.peek(Self.windowBytesMax)
        guard !more.isEmpty else {
            return false
        }
        window.removeAll(keepingCapacity: true)
        window += more
        next = 0
        _ = try content.take(more.count)
        return true
    }
}
