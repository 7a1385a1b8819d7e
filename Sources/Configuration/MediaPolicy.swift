extension Configuration {
    /// What is asked of media that come and go at a store's folder (docs/decisions/0017).
    package struct MediaPolicy: Hashable, Sendable {
        /// How long a medium may be away before it must be back.
        package let returnWithin: Duration
        /// How long a medium may be here in one stay.
        package let onlineMax: Duration

        /// What holds where the file does not say: a medium is changed once a month, and is here
        /// for a day at most.
        package static let standard = MediaPolicy(
            returnWithin: .seconds(31 * 86_400),
            onlineMax: .seconds(86_400)
        )
    }
}

extension Configuration.MediaPolicy {
    /// Reads the mapping, which may be empty: then media come and go, and nothing more is said.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        if case .mapping(let entries) = node.content, entries.isEmpty {
            self = .standard
            return
        }
        let section = try Section(node, allowed: ["returnWithin", "onlineMax"])
        returnWithin = try section["returnWithin"]?.duration() ?? Self.standard.returnWithin
        onlineMax = try section["onlineMax"]?.duration() ?? Self.standard.onlineMax
    }
}
