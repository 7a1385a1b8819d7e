package import Model

/// `medium/medium.json`: which medium this is, and of which repository (FORMAT.md §3.1).
package struct MediumDocument: Hashable, Sendable {
    /// The version of the document.
    package static let format = "toride/medium/v1"
    /// What the file is called in the folder of a medium.
    package static let fileName = "medium.json"
    /// The longest file.
    package static let bytesMax = 4_096
    /// The longest label, in bytes: it must fit on a cartridge.
    package static let labelBytesMax = 100

    /// Random; another medium has another.
    package let id: RandomID
    /// What stands on its outside; one line that can stand before a path in brackets.
    package let label: String
    /// The repository that it carries.
    package let repository: RepositoryID
    /// When it was made, by the host's clock; whole seconds.
    package let made: Timestamp

    /// Describes a medium.
    ///
    /// - Parameters:
    ///   - id: random.
    ///   - label: as an operator typed it.
    ///   - repository: the one that it carries.
    ///   - made: now.
    /// - Throws: ``FormatError/invalid(_:)`` for a label that is none.
    package init(
        id: RandomID,
        label: String,
        repository: RepositoryID,
        made: Timestamp
    ) throws(FormatError) {
        self.id = id
        self.label = try MediumDocument.label(label)
        self.repository = repository
        self.made = Timestamp(seconds: made.seconds)
    }

    /// The stored bytes: canonical JSON and one line feed.
    package var encoded: [UInt8] {
        JSONValue.object([
            "format": .string(MediumDocument.format), "id": .string(id.hex),
            "label": .string(label), "made": .string(made.rfc3339),
            "repository": .string(repository.hex),
        ]).canonical + [UInt8(ascii: "\n")]
    }

    /// Reads stored bytes.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        let what = MediumDocument.fileName
        guard bytes.last == UInt8(ascii: "\n"), bytes.count <= MediumDocument.bytesMax else {
            throw .invalid("\(what) has a wrong shape")
        }
        let json = try JSONValue(canonical: bytes.dropLast(), of: what)
        var members = try JSONValue.Members(json, of: what)
        let format = try members.string("format")
        guard format == MediumDocument.format else {
            throw .unknownVersion("the medium (\(format))")
        }
        guard let id = RandomID(hex: try members.string("id")),
            let repository = RandomID(hex: try members.string("repository"))
        else {
            throw .invalid("\(what) holds an id that is none")
        }
        guard let made = Timestamp(rfc3339: try members.string("made")) else {
            throw .invalid("\(what): made is not a time")
        }
        self.id = id
        self.repository = RepositoryID(repository)
        self.made = made
        label = try MediumDocument.label(try members.string("label"))
        try members.finish()
    }

    /// Checks a label: records call a medium `label (path)`, and a terminal shows it.
    private static func label(_ text: String) throws(FormatError) -> String {
        let scalars = text.unicodeScalars
        let unseen: [Unicode.GeneralCategory] = [
            .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
            .unassigned,
        ]
        let isShown = scalars.allSatisfy { scalar in
            !unseen.contains(scalar.properties.generalCategory)
                && !["/", "(", ")"].contains(scalar)
        }
        guard isShown, let first = scalars.first, let last = scalars.last,
            !first.properties.isWhitespace, !last.properties.isWhitespace,
            text.utf8.count <= labelBytesMax
        else {
            throw .invalid(
                "a label has 1 to \(labelBytesMax) bytes, on one line, without / and brackets"
            )
        }
        return text
    }
}
