extension YAMLNode {
    /// The keys and values of a mapping; at least one.
    func entries() throws(ConfigurationError) -> [Entry] {
        switch content {
        case .mapping(let entries) where !entries.isEmpty: return entries
        case .mapping, .empty: throw ConfigurationError(place, .empty)
        default: throw wrong("a mapping of keys")
        }
    }

    /// The entries of a mapping whose keys are names: `[a-z0-9][a-z0-9-]{0,62}`.
    func namedEntries() throws(ConfigurationError) -> [Entry] {
        let entries = try entries()
        for entry in entries where !YAMLNode.isName(entry.key) {
            throw ConfigurationError(entry.place, .name)
        }
        return entries
    }

    /// The items of a list. `[]` is a value only if it `mayBeEmpty`; nothing at all never is.
    func items(mayBeEmpty: Bool = false) throws(ConfigurationError) -> [YAMLNode] {
        switch content {
        case .list(let items) where mayBeEmpty || !items.isEmpty: return items
        case .list, .empty: throw ConfigurationError(place, .empty)
        default: throw wrong("a list")
        }
    }

    /// A text of one line: not empty, no control characters.
    func line() throws(ConfigurationError) -> String {
        let text = try lines()
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw ConfigurationError(
                place,
                .rule("has a line break or a control character", hint: "write it on one line")
            )
        }
        return text
    }

    /// A text of any number of lines, not empty.
    func lines() throws(ConfigurationError) -> String {
        let text = try argument()
        guard !text.allSatisfy(\.isWhitespace) else {
            throw ConfigurationError(place, .empty)
        }
        return text
    }

    /// A name of the file's own: `[a-z0-9][a-z0-9-]{0,62}`.
    func name() throws(ConfigurationError) -> String {
        let text = try line()
        guard YAMLNode.isName(text) else {
            throw ConfigurationError(place, .name)
        }
        return text
    }

    /// An argument of a program: any text that C can take, so without a zero.
    func argument() throws(ConfigurationError) -> String {
        switch content {
        case .text(let text, _):
            guard !text.utf8.contains(0) else {
                throw ConfigurationError(
                    place,
                    .rule("has a zero character", hint: "remove the \\0")
                )
            }
            return text
        case .empty: throw ConfigurationError(place, .empty)
        default: throw wrong("a single value")
        }
    }

    /// `true` or `false`, unquoted. Never `yes` or `on`, of which YAML 1.1 and 1.2 differ.
    func bool() throws(ConfigurationError) -> Bool {
        switch content {
        case .text("true", isPlain: true): return true
        case .text("false", isPlain: true): return false
        case .empty: throw ConfigurationError(place, .empty)
        default: throw wrong("true or false")
        }
    }

    /// A whole number from 0 to `max`, in plain digits.
    func natural(max: Int) throws(ConfigurationError) -> Int {
        let text = try line()
        guard let number = Int(text), (0...max).contains(number), "\(number)" == text else {
            throw wrong("a whole number from 0 to \(max)")
        }
        return number
    }

    /// A word of a set of words.
    func word<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type
    ) throws(ConfigurationError) -> Word where Word.RawValue == String {
        let text = try line()
        guard let word = Word(rawValue: text) else {
            let allowed = Word.allCases.map(\.rawValue)
            let suggestion = Suggestion.nearest(to: text, of: allowed)
            throw ConfigurationError(place, .notOneOf(allowed, suggestion: suggestion))
        }
        return word
    }

    /// A list in which no text stands twice, each item read by `read`.
    func distinct(
        mayBeEmpty: Bool = false,
        _ read: (YAMLNode) throws(ConfigurationError) -> String
    ) throws(ConfigurationError) -> [String] {
        var found: [String] = []
        // A list may have hundreds of thousands of items: comparing each with each takes minutes.
        var seen: Set<String> = []
        for item in try items(mayBeEmpty: mayBeEmpty) {
            let text = try read(item)
            guard seen.insert(text).inserted else {
                throw ConfigurationError(item.place, .repeated(text))
            }
            found.append(text)
        }
        return found
    }

    /// A name that is `defined` elsewhere in the file; what it names is called `kind`.
    func reference(
        to kind: String,
        in defined: [String]
    ) throws(ConfigurationError) -> String {
        let name = try line()
        guard defined.contains(name) else {
            let suggestion = Suggestion.nearest(to: name, of: defined)
            throw ConfigurationError(
                place,
                .undefined(kind: kind, name: name, suggestion: suggestion, defined: defined)
            )
        }
        return name
    }

    /// The error of a value of another kind.
    func wrong(_ expected: String) -> ConfigurationError {
        ConfigurationError(place, .wrongType(expected: expected, found: kind))
    }

    private static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return (1...63).contains(bytes.count) && bytes.first != UInt8(ascii: "-")
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "-"):
                    true
                default:
                    false
                }
            }
    }
}
