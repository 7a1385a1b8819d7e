package import Scheduling

extension ConfigurationError {
    /// What is wrong with a configuration. Never holds a value that could be a secret.
    package enum Problem: Hashable, Sendable {
        // MARK: The file
        /// The file cannot be read: the reason, and what to do.
        case unreadable(String, hint: String)
        /// The file is larger than this.
        case tooLarge(bytesMax: Int)
        /// A byte is not UTF-8.
        case notUTF8
        /// The parser's own words.
        case notYAML(String)
        /// Nothing stands in the file.
        case noContent
        /// A second document stands behind the first.
        case severalDocuments
        /// An anchor, `&name`; without one there is no alias either.
        case anchor(String)
        /// `<<`.
        case mergeKey
        /// An explicit type, `!name`.
        case tag(String)
        /// Lists and mappings in one another beyond this.
        case tooDeep(levelsMax: Int)

        // MARK: Keys
        /// A key that is a list or a mapping.
        case keyNotText
        /// A key that stands twice in one mapping.
        case duplicateKey(String)
        /// A key that means nothing here.
        case unknownKey(suggestion: String?, allowed: [String])
        /// A key that must be there and is not.
        case missingKey
        /// A key of which exactly one of several must be there.
        case notExactlyOne([String])
        /// A key that a later version will know.
        case unsupported
        /// A name that does not look like one.
        case name

        // MARK: Values
        /// Nothing stands behind a key.
        case empty
        /// A value of another kind.
        case wrongType(expected: String, found: String)
        /// A word that is not one of these.
        case notOneOf([String], suggestion: String?)
        /// A name that is nowhere defined.
        case undefined(kind: String, name: String, suggestion: String?, defined: [String])
        /// A value that stands twice.
        case repeated(String)
        /// A schedule, a duration or a time zone that cannot be read.
        case schedule(ScheduleError)
        /// A schedule for a day that never comes.
        case neverRuns
        /// A path that is not absolute, or has a `..` in it.
        case path
        /// Another rule that is broken, and what to do.
        case rule(String, hint: String)
    }
}

extension ConfigurationError.Problem {
    /// What is wrong: the end of a sentence that starts with the key.
    var description: String {
        switch self {
        case .unreadable(let reason, _): reason
        case .tooLarge(let bytesMax): "is larger than \(bytesMax >> 10) KiB"
        case .notUTF8: "is not UTF-8"
        case .notYAML(let problem): "is not YAML: \(problem)"
        case .noContent: "is empty"
        case .severalDocuments: "a second document begins here"
        case .anchor(let name): "the anchor ‘&\(printable(name))’ is not allowed"
        case .mergeKey: "the merge key ‘<<’ is not allowed"
        case .tag(let name): "the tag ‘\(printable(name))’ is not allowed"
        case .tooDeep(let levelsMax): "is nested deeper than \(levelsMax) levels"
        case .keyNotText: "a key must be text"
        case .duplicateKey(let key): "the key ‘\(printable(key))’ stands twice in one mapping"
        case .unknownKey: "is not a key that Toride knows here"
        case .missingKey: "is missing"
        case .notExactlyOne(let keys): "needs exactly one of \(keys.joined(separator: ", "))"
        case .unsupported: "is not supported by this version"
        case .name: "is not a name"
        case .empty: "has no value"
        case .wrongType(let expected, let found): "must be \(expected), not \(found)"
        case .notOneOf(let allowed, _): "must be one of \(allowed.joined(separator: ", "))"
        case .undefined(let kind, let name, _, _):
            "there is no \(kind) named ‘\(printable(name))’"
        case .repeated(let text): "‘\(printable(text))’ stands here already"
        case .schedule(let error): printable(error.description)
        case .neverRuns: "is a schedule for a day that never comes"
        case .path: "must be an absolute path without ‘..’"
        case .rule(let rule, _): rule
        }
    }

    /// What to do about it.
    var hint: String {
        switch self {
        case .unreadable(_, let hint), .rule(_, let hint): hint
        case .tooLarge: "a configuration is a few KiB; is this the right file?"
        case .notUTF8: "save the file as UTF-8 (not Shift_JIS)"
        case .notYAML(let problem): quoting(problem)
        case .noContent: "`toride init` writes a file to start from"
        case .severalDocuments: "remove the line `---` and put everything into one document"
        case .anchor, .mergeKey: "write the value out at each place"
        case .tag: "remove the tag; Toride knows which type each key has"
        case .tooDeep: "compare the indentation with the file that `toride init` writes"
        case .keyNotText: "write `key: value`"
        case .duplicateKey: "remove one of the two, or rename it"
        case .unknownKey(let suggestion, let allowed): told(suggestion, "known here", allowed)
        case .missingKey: "add the key; `toride init` writes an example"
        case .notExactlyOne: "keep the one that is meant"
        case .unsupported: "remove it: what it asks for would not be done"
        case .name: "use a-z, 0-9 and -, 63 characters at most, the first not a -"
        case .empty: "write a value, or remove the key"
        case .wrongType: "quote a text that has special characters; write a list as [a, b]"
        case .notOneOf(let allowed, let suggestion): told(suggestion, "write one of", allowed)
        case .undefined(_, _, let suggestion, let defined):
            told(suggestion, "defined are", defined)
        case .repeated: "remove one of the two"
        case .schedule(let error): error.hint
        case .neverRuns: "correct the day of month or the month"
        case .path: "write the whole path from /"
        }
    }

    /// What usually lies behind the parser's words.
    private func quoting(_ problem: String) -> String {
        if problem.contains("alias") {
            return "put a value that begins with * into quotes, such as \"* * * * *\""
        }
        if problem.contains("cannot start any token") {
            return "indent by blanks, not by tabs; put a value that begins with @, % or ` into "
                + "quotes, such as \"@daily\""
        }
        return "look at the indentation, quotes and colons around this line"
    }

    private func told(_ suggestion: String?, _ words: String, _ names: [String]) -> String {
        if let suggestion {
            return "did you mean ‘\(suggestion)’?"
        }
        return names.isEmpty
            ? "none is defined" : "\(words): \(names.prefix(20).joined(separator: ", "))"
    }
}
