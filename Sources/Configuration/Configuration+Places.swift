import Model

extension Configuration.Site {
    /// Longest name of a site, in characters: it must fit on a report's line.
    private static let nameLengthMax = 200

    /// Reads the mapping.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        let section = try Section(node, allowed: ["name", "timezone", "language"])
        let nameNode = try section.required("name")
        name = try nameNode.line()
        guard name.count <= Self.nameLengthMax else {
            throw ConfigurationError(
                nameNode.place,
                .rule("is longer than \(Self.nameLengthMax) characters", hint: "shorten it")
            )
        }
        timeZone = try section.required("timezone").timeZone()
        language = try section["language"]?.word(Configuration.Language.self) ?? .japanese
    }
}

extension Configuration.Signer {
    /// An Ed25519 public key has 32 bytes (RFC 8032 §5.1.5).
    private static let digits = 64

    /// Reads the mapping of names to public keys.
    static func all(_ node: YAMLNode) throws(ConfigurationError) -> [Self] {
        var found: [Self] = []
        for entry in try node.namedEntries() {
            let text = try entry.value.line()
            guard text.utf8.count == digits, text.allSatisfy(\.isHexDigit) else {
                throw ConfigurationError(
                    entry.value.place,
                    .rule(
                        "is not a public key of \(digits) hexadecimal digits",
                        hint: "write it as `toride init` printed it on that host"
                    )
                )
            }
            found.append(Self(name: entry.key, text: text.lowercased()))
        }
        return found
    }
}

extension Configuration.Recipient {
    /// A post-quantum recipient of age has 1,959 characters; none that is known has more.
    private static let textLengthMax = 4_096

    /// Reads the mapping of names to recipients.
    static func all(_ node: YAMLNode) throws(ConfigurationError) -> [Self] {
        let entries = try node.namedEntries()
        guard entries.count <= Limits.recipientsMax else {
            throw ConfigurationError(
                node.place,
                .rule(
                    "has more than \(Limits.recipientsMax) recipients",
                    hint: "remove those that are no longer needed"
                )
            )
        }
        var found: [Self] = []
        for entry in entries {
            let text = try recipient(entry.value)
            guard !found.contains(where: { $0.text == text }) else {
                throw ConfigurationError(entry.value.place, .repeated(text))
            }
            found.append(Self(name: entry.key, text: text))
        }
        return found
    }

    /// Only the spelling: `age1` and what Bech32 of age writes, lower-case letters and digits.
    private static func recipient(_ node: YAMLNode) throws(ConfigurationError) -> String {
        let text = try node.line()
        // The value is a secret here; it must not appear in the error.
        guard !text.uppercased().contains("AGE-SECRET-KEY-") else {
            throw ConfigurationError(
                node.place,
                .rule(
                    "is an identity, the secret half of a key",
                    hint: "write the public half, age1…; make a new key, this one was shown"
                )
            )
        }
        let isSpelled = text.utf8.dropFirst(4).allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard text.hasPrefix("age1"), text.utf8.count > 4, isSpelled,
            text.utf8.count <= textLengthMax
        else {
            throw ConfigurationError(
                node.place,
                .rule(
                    "is not a recipient",
                    hint: "write age1…, as `toride key new` prints it, in lower case"
                )
            )
        }
        return text
    }
}
