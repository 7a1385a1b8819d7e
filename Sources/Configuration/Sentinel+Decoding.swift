import Model

extension Configuration.Sentinel {
    /// A person who looks at them knows a few dozen: DOMAIN §4.2 asks for 20.
    private static let sentinelsMax = 1_000

    /// Reads the list of a plan's sentinels.
    ///
    /// - Parameters:
    ///   - node: the list.
    ///   - sets: those of the plan.
    /// - Returns: at least one.
    /// - Throws: ``ConfigurationError`` for a question that the set cannot be asked, and for a name
    ///   that stands twice.
    static func all(
        _ node: YAMLNode,
        among sets: [Configuration.BackupSet]
    ) throws(ConfigurationError) -> [Self] {
        let items = try node.items()
        guard items.count <= sentinelsMax else {
            throw ConfigurationError(
                node.place,
                .rule("has more than \(sentinelsMax) sentinels", hint: "keep the telling ones")
            )
        }
        var found: [Self] = []
        var names: Set<String> = []
        for item in items {
            let sentinel = try Self(item, among: sets)
            guard names.insert(sentinel.name).inserted else {
                throw ConfigurationError(item.place, .repeated(sentinel.name))
            }
            found.append(sentinel)
        }
        return found
    }

    private init(
        _ node: YAMLNode,
        among sets: [Configuration.BackupSet]
    ) throws(ConfigurationError) {
        let section = try Section(node, allowed: ["name", "set", "query", "path", "sha256"])
        name = try section.required("name").name()
        let set = try section.required("set").reference(to: "set", in: sets.map(\.name))
        let source = sets.first { $0.name == set }?.source
        let asked = try section.exactlyOne(of: ["query", "path"])
        question =
            asked.key == "query"
            ? .query(try Self.query(asked, of: source)) : .file(try Self.file(asked, in: source))
        self.set = set
        digest = try Self.digest(section.required("sha256"))
    }

    private static func query(
        _ entry: YAMLNode.Entry,
        of source: Configuration.Source?
    ) throws(ConfigurationError) -> String {
        guard case .postgresql? = source else {
            throw ConfigurationError(
                entry.place,
                .rule("needs a set with a postgresql source", hint: "name a path: instead")
            )
        }
        return try entry.value.lines()
    }

    private static func file(
        _ entry: YAMLNode.Entry,
        in source: Configuration.Source?
    ) throws(ConfigurationError) -> String {
        guard case .files(let files)? = source else {
            throw ConfigurationError(
                entry.place,
                .rule(
                    "needs a set with a files source",
                    hint: "ask a database with a query: instead"
                )
            )
        }
        let path = try entry.value.path()
        let folders = files.paths.map { $0 == "/" ? $0 : "\($0)/" }
        guard files.paths.contains(path) || folders.contains(where: { path.hasPrefix($0) }) else {
            throw ConfigurationError(
                entry.place,
                .rule(
                    "is not in the set",
                    hint: "name a file in \(files.paths.joined(separator: " or "))"
                )
            )
        }
        return path
    }

    private static func digest(_ node: YAMLNode) throws(ConfigurationError) -> Digest {
        guard let digest = Digest(hex: try node.line().lowercased()) else {
            throw ConfigurationError(
                node.place,
                .rule(
                    "is not a SHA-256 of 64 hexadecimal digits",
                    hint: "write what sha256sum prints of it"
                )
            )
        }
        return digest
    }
}
