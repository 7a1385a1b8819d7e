import Model

/// A pin as a line of a signer file: `KEY [kind=…] [set=…] [through=…] [# LABEL]`.
extension SignerPin {
    /// The longest label, in bytes.
    package static let labelBytesMax = 200
    /// Most items of one word of a line.
    private static let itemsMax = 4_096

    /// The line in its one spelling, without a line feed.
    package var line: String {
        var words = [Hex.encode(key)]
        if let kinds {
            words.append("kind=" + kinds.sorted().map(\.text).joined(separator: ","))
        }
        if let sets {
            words.append("set=" + sets.sorted().map(\.hex).joined(separator: ","))
        }
        if let retirement {
            words.append("through=" + retirement.text)
        }
        if let label {
            words.append("# \(label)")
        }
        return words.joined(separator: " ")
    }

    /// Reads a line.
    ///
    /// - Parameter line: without its end; blanks and tabulators stand between words, in any number.
    /// - Throws: ``FormatError/invalid(_:)`` with the rule that it breaks.
    package init(line: String) throws(FormatError) {
        // By scalars: a mark that combines with the blank before it must not hide it.
        let sign = line.unicodeScalars.firstIndex(of: "#")
        var words = line[..<(sign ?? line.endIndex)].split { $0 == " " || $0 == "\t" }[...]
        guard let digits = words.popFirst(), let key = Hex.decode(digits),
            key.count == SignerPin.keyByteCount
        else {
            throw .invalid("is not a signer's public key")
        }
        self.init(key: key)
        for word in words {
            try take(word)
        }
        if let sign {
            label = try SignerPin.label(String(line.unicodeScalars[sign...].dropFirst()))
        }
    }

    /// Checks a label as an operator typed it.
    ///
    /// - Throws: ``FormatError/invalid(_:)`` if it does not fit on a line.
    package static func label(_ text: String) throws(FormatError) -> String? {
        var scalars = Substring(text).unicodeScalars
        while let last = scalars.last, last == " " || last == "\t" {
            scalars.removeLast()
        }
        scalars = scalars.drop { $0 == " " || $0 == "\t" }
        let breaking: [Unicode.GeneralCategory] = [.control, .lineSeparator, .paragraphSeparator]
        guard !scalars.contains(where: { breaking.contains($0.properties.generalCategory) }) else {
            throw .invalid("has a label with control characters")
        }
        let label = String(scalars)
        guard label.utf8.count <= labelBytesMax else {
            throw .invalid("has a label of more than \(labelBytesMax) bytes")
        }
        return label.isEmpty ? nil : label
    }

    private mutating func take(_ word: Substring) throws(FormatError) {
        let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let items =
            sides.count == 2 ? sides[1].split(separator: ",", omittingEmptySubsequences: false) : []
        guard items.count <= Self.itemsMax else {
            throw .overLimit("\(sides[0])=")
        }
        switch sides[0] {
        case "kind" where !items.isEmpty && kinds == nil:
            kinds = try SignerPin.distinct(items) { SignedKind($0) }
        case "set" where !items.isEmpty && sets == nil:
            sets = try SignerPin.distinct(items) { RandomID(hex: $0).map { SetID($0) } }
        case "through" where !items.isEmpty && retirement == nil:
            retirement = try Retirement(items)
        case "kind", "set", "through":
            throw .invalid("has \(sides[0])= twice or without a value")
        default:
            throw .invalid("has a word that means nothing, \(word.prefix(80))")
        }
    }

    private static func distinct<Item: Hashable>(
        _ items: [Substring],
        _ read: (Substring) -> Item?
    ) throws(FormatError) -> Set<Item> {
        var found: Set<Item> = []
        for text in items {
            guard let item = read(text), found.insert(item).inserted else {
                throw .invalid("has what means nothing there or stands twice, \(text.prefix(80))")
            }
        }
        return found
    }
}

extension SignerPin.Retirement {
    private static let nothing = "none"

    /// What stands after `through=`.
    package var text: String {
        let sets = snapshots.sorted { $0.key < $1.key }.map { "\($0.key.hex)=\($0.value.text)" }
        let kinds = RecordKind.allCases.flatMap { kind in
            (records[kind] ?? []).map(\.text).sorted().map { "\(kind.rawValue)=\($0)" }
        }
        return sets.isEmpty && kinds.isEmpty
            ? Self.nothing : (sets + kinds).joined(separator: ",")
    }

    fileprivate init(_ items: [Substring]) throws(FormatError) {
        self.init()
        guard items != [Substring(Self.nothing)] else {
            return
        }
        for item in items {
            let sides = item.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let head = Head(signerFile: sides[1]),
                take(sides[0], head)
            else {
                throw .invalid("has no head after through=, \(item.prefix(120))")
            }
        }
    }

    /// - Returns: false if it names neither a set nor a kind of record, or one that stands already.
    private mutating func take(_ subject: Substring, _ head: Head) -> Bool {
        if let kind = RecordKind(rawValue: String(subject)) {
            return records[kind, default: []].insert(head).inserted
        }
        guard let id = RandomID(hex: subject) else {
            return false
        }
        return snapshots.updateValue(head, forKey: SetID(id)) == nil
    }
}

extension Head {
    /// `SEQ:HASH`, as heads are written down everywhere.
    package var text: String { "\(sequence):\(name.hex)" }

    /// Reads ``text``: a number from 1 without leading zeros, and 64 digits.
    fileprivate init?(signerFile text: Substring) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = UInt64(parts[0]), sequence > 0,
            sequence <= UInt64(Limits.sequenceMax), parts[0] == "\(sequence)",
            let hash = Digest(hex: parts[1])
        else {
            return nil
        }
        self.init(sequence: sequence, name: ObjectName(hash))
    }
}
