/// JSON in one canonical spelling: what is signed must have exactly one form.
///
/// Objects have their keys in byte order and no key twice; no white space; integers only, of 64
/// bits; strings escape `"`, `\` and control characters (as `\u00xx`) and nothing else.
package indirect enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// Text.
    case string(String)
    /// An ordered list.
    case array([JSONValue])
    /// Named values.
    case object([String: JSONValue])

    /// The canonical bytes.
    package var canonical: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .string(let text): JSONValue.write(text, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 {
                    output.append(UInt8(ascii: ","))
                }
                value.write(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, key) in members.keys.sorted(by: JSONValue.byteOrder).enumerated() {
                if index > 0 {
                    output.append(UInt8(ascii: ","))
                }
                JSONValue.write(key, to: &output)
                output.append(UInt8(ascii: ":"))
                members[key]?.write(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output.append(UInt8(ascii: "\\"))
                output.append(byte)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                output.append(contentsOf: Array("\\u00".utf8))
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            default:
                output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    static func byteOrder(_ one: String, _ other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }
}

// MARK: - Reading members

extension JSONValue {
    /// An object whose members are read by name, each exactly once.
    package struct Members {
        private var left: [String: JSONValue]
        private let what: String

        /// Takes the members of `value`; errors name `what`.
        package init(_ value: JSONValue, of what: String) throws(FormatError) {
            guard case .object(let members) = value else {
                throw .invalid("\(what) is not a JSON object")
            }
            self.left = members
            self.what = what
        }

        /// Takes a member out.
        package mutating func take(_ key: String) throws(FormatError) -> JSONValue {
            guard let value = left.removeValue(forKey: key) else {
                throw .invalid("\(what) has no \(key)")
            }
            return value
        }

        /// Takes a text member out.
        package mutating func string(_ key: String) throws(FormatError) -> String {
            guard case .string(let text) = try take(key) else {
                throw .invalid("\(what): \(key) is not text")
            }
            return text
        }

        /// Takes a number member out, which must not be negative.
        package mutating func natural(_ key: String) throws(FormatError) -> UInt64 {
            guard case .integer(let value) = try take(key), value >= 0 else {
                throw .invalid("\(what): \(key) is not a natural number")
            }
            return UInt64(value)
        }

        /// Takes a truth member out.
        package mutating func bool(_ key: String) throws(FormatError) -> Bool {
            guard case .bool(let value) = try take(key) else {
                throw .invalid("\(what): \(key) is not true or false")
            }
            return value
        }

        /// Takes a list member out, of at most `max` values.
        package mutating func array(
            _ key: String,
            max: Int
        ) throws(FormatError) -> [JSONValue] {
            guard case .array(let values) = try take(key) else {
                throw .invalid("\(what): \(key) is not a list")
            }
            guard values.count <= max else {
                throw .overLimit("\(what): \(key)")
            }
            return values
        }

        /// Takes a list of texts out, of at most `max` values.
        package mutating func strings(
            _ key: String,
            max: Int
        ) throws(FormatError) -> [String] {
            var texts: [String] = []
            for value in try array(key, max: max) {
                guard case .string(let text) = value else {
                    throw .invalid("\(what): \(key) holds something that is not text")
                }
                texts.append(text)
            }
            return texts
        }

        /// Demands that every member was taken: unknown members are an error.
        package func finish() throws(FormatError) {
            if let key = left.keys.min() {
                throw .invalid("\(what) has an unknown member \(key)")
            }
        }
    }
}
