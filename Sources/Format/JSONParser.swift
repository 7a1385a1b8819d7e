import Model

extension JSONValue {
    /// Reads canonical JSON, and refuses any other spelling of the same value.
    ///
    /// - Parameters:
    ///   - bytes: the whole text.
    ///   - what: for errors.
    ///   - marksMax: how many commas and opening brackets it may have: a list of lists takes twenty
    ///     times the memory of its bytes.
    /// - Throws: ``FormatError`` naming `what`.
    package init(
        canonical bytes: [UInt8],
        of what: String,
        marksMax: Int = Limits.jsonMarksMax
    ) throws(FormatError) {
        guard bytes.count(where: { ",[{".utf8.contains($0) }) <= marksMax else {
            throw .overLimit("\(what): values")
        }
        var parser = JSONParser(bytes: bytes, what: what)
        let value = try parser.value(depth: 0)
        guard parser.isAtEnd else {
            throw .trailingBytes(what)
        }
        guard value.canonical == bytes else {
            throw .invalid("\(what) is not in canonical form")
        }
        self = value
    }
}

/// Reads JSON; ``JSONValue/init(canonical:of:)`` then checks the spelling by writing it again.
private struct JSONParser {
    let bytes: [UInt8]
    let what: String
    var position = 0

    init(bytes: [UInt8], what: String) {
        self.bytes = bytes
        self.what = what
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func value(depth: Int) throws(FormatError) -> JSONValue {
        guard depth < Limits.jsonDepthMax else {
            throw .overLimit("\(what): nesting")
        }
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try integer()
        }
    }

    private mutating func object(depth: Int) throws(FormatError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        try take(UInt8(ascii: "{"))
        while try peek() != UInt8(ascii: "}") {
            if !members.isEmpty {
                try take(UInt8(ascii: ","))
            }
            let key = try string()
            // Two names that Unicode holds equal would be one to some readers and two to others.
            guard key.utf8.allSatisfy({ $0 < 0x80 }) else {
                throw .invalid("\(what) has a member whose name is not ASCII")
            }
            try take(UInt8(ascii: ":"))
            guard members.updateValue(try value(depth: depth + 1), forKey: key) == nil else {
                throw .invalid("\(what) has a member twice")
            }
        }
        try take(UInt8(ascii: "}"))
        return .object(members)
    }

    private mutating func array(depth: Int) throws(FormatError) -> JSONValue {
        var values: [JSONValue] = []
        try take(UInt8(ascii: "["))
        while try peek() != UInt8(ascii: "]") {
            if !values.isEmpty {
                try take(UInt8(ascii: ","))
            }
            values.append(try value(depth: depth + 1))
        }
        try take(UInt8(ascii: "]"))
        return .array(values)
    }

    private mutating func string() throws(FormatError) -> String {
        try take(UInt8(ascii: "\""))
        var text: [UInt8] = []
        while true {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw .invalid("\(what): text is not UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): text.append(try escaped())
            case 0..<0x20: throw .invalid("\(what): a control character in text")
            default: text.append(byte)
            }
        }
    }

    private mutating func escaped() throws(FormatError) -> UInt8 {
        let byte = try next()
        guard byte == UInt8(ascii: "u") else {
            return byte
        }
        var digits: [UInt8] = []
        for _ in 0..<4 {
            digits.append(try next())
        }
        guard let pair = Hex.decode(String(decoding: digits, as: UTF8.self)), pair[0] == 0,
            pair[1] < 0x20
        else {
            throw .invalid("\(what): an escape that canonical JSON does not use")
        }
        return pair[1]
    }

    private mutating func integer() throws(FormatError) -> JSONValue {
        let start = position
        while position < bytes.count, "-0123456789".utf8.contains(bytes[position]) {
            position += 1
        }
        guard let number = Int64(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw .invalid("\(what): not a value of canonical JSON")
        }
        return .integer(number)
    }

    private mutating func word(
        _ word: String,
        _ value: JSONValue
    ) throws(FormatError) -> JSONValue {
        for byte in word.utf8 {
            try take(byte)
        }
        return value
    }

    private func peek() throws(FormatError) -> UInt8 {
        guard position < bytes.count else {
            throw .truncated(what)
        }
        return bytes[position]
    }

    private mutating func next() throws(FormatError) -> UInt8 {
        let byte = try peek()
        position += 1
        return byte
    }

    private mutating func take(_ byte: UInt8) throws(FormatError) {
        guard try next() == byte else {
            throw .invalid("\(what) is not JSON")
        }
    }
}
