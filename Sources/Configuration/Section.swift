/// A mapping whose keys are known: each is one that is allowed, or an error.
struct Section {
    /// Where the mapping stands.
    let place: Place
    private let entries: [YAMLNode.Entry]

    /// Opens a mapping.
    ///
    /// - Parameters:
    ///   - node: the mapping.
    ///   - allowed: the keys that mean something here.
    ///   - later: the keys that mean something to a later version.
    /// - Throws: ``ConfigurationError/Problem/unsupported`` for one of `later`;
    ///   ``ConfigurationError/Problem/unknownKey(suggestion:allowed:)`` for any other.
    init(
        _ node: YAMLNode,
        allowed: [String],
        later: [String] = []
    ) throws(ConfigurationError) {
        entries = try node.entries()
        place = node.place
        for entry in entries where !allowed.contains(entry.key) {
            guard !later.contains(entry.key) else {
                throw ConfigurationError(entry.place, .unsupported)
            }
            let suggestion = Suggestion.nearest(to: entry.key, of: allowed)
            throw ConfigurationError(
                entry.place,
                .unknownKey(suggestion: suggestion, allowed: allowed)
            )
        }
    }

    /// The value of a key that may be absent.
    subscript(key: String) -> YAMLNode? {
        entries.first { $0.key == key }?.value
    }

    /// The value of a key that must be there.
    func required(_ key: String) throws(ConfigurationError) -> YAMLNode {
        guard let node = self[key] else {
            throw ConfigurationError(place.below(key), .missingKey)
        }
        return node
    }

    /// The one that is there of several keys.
    func exactlyOne(of keys: [String]) throws(ConfigurationError) -> YAMLNode.Entry {
        let found = entries.filter { keys.contains($0.key) }
        guard let first = found.first, found.count == 1 else {
            throw ConfigurationError(found.last?.place ?? place, .notExactlyOne(keys))
        }
        return first
    }

    /// Fails if a key is there that has no meaning beside the others.
    func refuse(_ key: String, because rule: String, hint: String) throws(ConfigurationError) {
        if let entry = entries.first(where: { $0.key == key }) {
            throw ConfigurationError(entry.place, .rule(rule, hint: hint))
        }
    }
}
