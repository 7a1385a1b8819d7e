package import Model

extension Configuration {
    /// How it is seen that a network is kept apart from a store (docs/decisions/0019).
    package struct NetworkProbe: Hashable, Sendable {
        /// Where the probe stands, as it is told: one line.
        package let from: String
        /// The program that connects from there, and its arguments; targets and controls follow.
        package let command: [String]
        /// Where the store can be reached, but not from there.
        package let targets: [NetworkAddress]
        /// What can be reached from there, or the probe shows nothing.
        package let controls: [NetworkAddress]
    }
}

extension Configuration.NetworkProbe {
    /// Records have it with each address.
    private static let fromCharactersMax = 100
    /// Each may take seconds.
    private static let addressesMax = 32

    /// Reads the mapping.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        let section = try Section(node, allowed: ["from", "command", "targets", "controls"])
        let fromNode = try section.required("from")
        from = try fromNode.line()
        guard from.count <= Self.fromCharactersMax else {
            throw ConfigurationError(
                fromNode.place,
                .rule(
                    "is longer than \(Self.fromCharactersMax) characters",
                    hint: "name the network or the machine"
                )
            )
        }
        command = try section.required("command").program()
        targets = try Self.addresses(try section.required("targets"), besides: [])
        controls = try Self.addresses(try section.required("controls"), besides: targets)
    }

    /// Reads addresses, none of which stands twice or is one of `others`.
    private static func addresses(
        _ node: YAMLNode,
        besides others: [NetworkAddress]
    ) throws(ConfigurationError) -> [NetworkAddress] {
        let items = try node.items()
        guard items.count <= addressesMax else {
            throw ConfigurationError(
                node.place,
                .rule(
                    "has more than \(addressesMax) addresses",
                    hint: "name one port of each of the store's addresses"
                )
            )
        }
        var found: [NetworkAddress] = []
        for item in items {
            let address = try item.networkAddress()
            guard !found.contains(address), !others.contains(address) else {
                throw ConfigurationError(item.place, .repeated("\(address)"))
            }
            found.append(address)
        }
        return found
    }
}
