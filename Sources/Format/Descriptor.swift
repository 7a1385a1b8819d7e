package import Model

/// `toride.json`: which repository this is. Written once; its hash stands in every manifest.
package struct Descriptor: Hashable, Sendable {
    /// The version of the format that every object of the repository has.
    package static let format = "toride/v1"

    /// The repository's random id.
    package let repository: RepositoryID

    /// Describes a repository.
    package init(repository: RepositoryID) {
        self.repository = repository
    }

    /// The stored bytes: canonical JSON and one line feed.
    package var encoded: [UInt8] {
        JSONValue.object([
            "format": .string(Descriptor.format), "repository": .string(repository.hex),
        ]).canonical + [UInt8(ascii: "\n")]
    }

    /// Reads stored bytes.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        guard bytes.last == UInt8(ascii: "\n"), bytes.count < 4_096 else {
            throw .invalid("toride.json has a wrong shape")
        }
        let json = try JSONValue(canonical: bytes.dropLast(), of: "toride.json")
        var members = try JSONValue.Members(json, of: "toride.json")
        let format = try members.string("format")
        guard format == Descriptor.format else {
            throw .unknownVersion("the repository (\(format))")
        }
        guard let id = RandomID(hex: try members.string("repository")) else {
            throw .invalid("toride.json: repository is not an id")
        }
        repository = RepositoryID(id)
        try members.finish()
    }
}
