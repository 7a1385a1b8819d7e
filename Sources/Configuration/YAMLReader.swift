import Yams

/// Turns the bytes of a file into a ``YAMLNode``, and refuses what a configuration has no use for:
/// anchors and aliases (a small file that unfolds into a large one), merge keys, tags, several
/// documents, keys that are not text.
struct YAMLReader {
    /// Largest file.
    static let bytesMax = 1 << 20
    /// Lists and mappings in one another; the deepest key of ours stands at 6.
    static let levelsMax = 16

    /// Marks that may be aliases, in a file that may have an anchor, before any of it is composed.
    /// Yams hashes the keys of a mapping, and a key may be an alias of aliases: with so few of them
    /// the work stays small, with a hundred it never ends.
    static let aliasesMax = 16

    private let file: String

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - file: its name, for errors.
    /// - Returns: the value that the document is.
    /// - Throws: the first thing that is wrong, with its line.
    static func read(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> YAMLNode {
        guard bytes.count <= bytesMax else {
            throw ConfigurationError(Place(file: file), .tooLarge(bytesMax: bytesMax))
        }
        let reader = YAMLReader(file: file)
        let text = try reader.text(of: bytes)
        try reader.refuseUnfolding(bytes)
        return try reader.document(in: text)
    }

    /// Refuses anchors, by their looks, where so many aliases seem to follow that composing might
    /// not end. What stands in quotes or comments may look so too; that costs nobody a real file.
    private func refuseUnfolding(_ bytes: [UInt8]) throws(ConfigurationError) {
        let aliases = bytes.indices.lazy.filter { YAMLReader.isMark("*", bytes, at: $0) }
        guard aliases.prefix(YAMLReader.aliasesMax + 1).count > YAMLReader.aliasesMax,
            let anchor = bytes.indices.first(where: { YAMLReader.isMark("&", bytes, at: $0) })
        else {
            return
        }
        let line = bytes[..<anchor].count { $0 == UInt8(ascii: "\n") } + 1
        let name = bytes[(anchor + 1)...].prefix(while: YAMLReader.isNamePart)
        throw ConfigurationError(
            Place(file: file, line: line),
            .anchor(String(decoding: name, as: UTF8.self))
        )
    }

    /// Whether an anchor or an alias may begin there: after a blank, a line's start or a bracket.
    private static func isMark(_ mark: Unicode.Scalar, _ bytes: [UInt8], at index: Int) -> Bool {
        guard bytes[index] == UInt8(ascii: mark), index + 1 < bytes.count,
            isNamePart(bytes[index + 1])
        else {
            return false
        }
        return index == 0
            || !(isNamePart(bytes[index - 1]) || "'\"".utf8.contains(bytes[index - 1]))
    }

    /// What libyaml takes into the name of an anchor.
    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }

    private func text(of bytes: [UInt8]) throws(ConfigurationError) -> String {
        do throws(UTF8.ValidationError) {
            return String(copying: try UTF8Span(validating: bytes.span))
        } catch {
            let before = bytes[..<error.byteOffsets.lowerBound]
            let lines = before.count { $0 == UInt8(ascii: "\n") }
            throw ConfigurationError(Place(file: file, line: lines + 1), .notUTF8)
        }
    }

    private func document(in text: String) throws(ConfigurationError) -> YAMLNode {
        do {
            // No rules of resolution: `no` is text until a key asks for true or false. The encoding
            // is named because Yams else asks the environment, and prints what it found.
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            // Nodes hold their anchors weakly; the parser keeps them.
            defer { withExtendedLifetime(parser) {} }
            guard let root = try parser.nextRoot() else {
                throw ConfigurationError(Place(file: file), .noContent)
            }
            let node = try node(root, at: Place(file: file), level: 1)
            if let second = try parser.nextRoot() {
                throw ConfigurationError(place("", second.mark), .severalDocuments)
            }
            return node
        } catch let error as YamlError {
            throw told(error)
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw ConfigurationError(Place(file: file), .notYAML("\(type(of: error))"))
        }
    }

    private func node(
        _ node: Node,
        at path: Place,
        level: Int
    ) throws(ConfigurationError) -> YAMLNode {
        let place = place(path.keyPath, node.mark)
        try refuseExtras(of: node, at: place)
        guard level <= YAMLReader.levelsMax else {
            throw ConfigurationError(place, .tooDeep(levelsMax: YAMLReader.levelsMax))
        }
        switch node {
        case .scalar(let scalar):
            return YAMLNode(place: place, content: content(of: scalar))
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for (index, item) in sequence.enumerated() {
                var below = place
                below.keyPath += "[\(index)]"
                items.append(try self.node(item, at: below, level: level + 1))
            }
            return YAMLNode(place: place, content: .list(items))
        case .mapping(let mapping):
            var entries: [YAMLNode.Entry] = []
            for (key, value) in mapping {
                entries.append(try entry(key, value, at: place, level: level))
            }
            return YAMLNode(place: place, content: .mapping(entries))
        case .alias:
            throw ConfigurationError(place, .anchor(""))
        }
    }

    private func entry(
        _ key: Node,
        _ value: Node,
        at path: Place,
        level: Int
    ) throws(ConfigurationError) -> YAMLNode.Entry {
        let place = place(path.keyPath, key.mark)
        try refuseExtras(of: key, at: place)
        guard case .scalar(let scalar) = key else {
            throw ConfigurationError(place, .keyNotText)
        }
        guard scalar.string != "<<" else {
            throw ConfigurationError(place, .mergeKey)
        }
        let below = place.below(scalar.string)
        let node = try node(value, at: below, level: level + 1)
        return YAMLNode.Entry(key: scalar.string, place: below, value: node)
    }

    private func refuseExtras(of node: Node, at place: Place) throws(ConfigurationError) {
        if let anchor = node.anchor {
            throw ConfigurationError(place, .anchor(anchor.rawValue))
        }
        let implied = [Tag(.str), Tag(.seq), Tag(.map)]
        guard implied.contains(node.tag) else {
            throw ConfigurationError(place, .tag(node.tag.description))
        }
    }

    private func content(of scalar: Node.Scalar) -> YAMLNode.Content {
        let isPlain = scalar.style == .plain
        if isPlain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
            return .empty
        }
        return .text(scalar.string, isPlain: isPlain)
    }

    private func place(_ keyPath: String, _ mark: Mark?) -> Place {
        Place(file: file, line: mark?.line, column: mark?.column, keyPath: keyPath)
    }

    private func told(_ error: YamlError) -> ConfigurationError {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let words = [context?.text, problem].compactMap { $0 }.joined(separator: " ")
            return ConfigurationError(place("", mark), .notYAML(words))
        case .reader(let problem, let offset, _, let yaml):
            let lines = offset.map { yaml.prefix($0).count { $0.isNewline } + 1 }
            return ConfigurationError(Place(file: file, line: lines), .notYAML(problem))
        case .duplicatedKeysInMapping(let keys, let context):
            let key = keys.first ?? ""
            return ConfigurationError(place(key, context.mark), .duplicateKey(key))
        default:
            return ConfigurationError(Place(file: file), .notYAML("\(error)"))
        }
    }
}
