extension Configuration.Application {
    /// How long a probe may take that does not say.
    private static let timeoutDefault: Duration = .seconds(600)

    /// Reads the mapping.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        let section = try Section(
            node,
            allowed: ["start", "probe", "readable", "user", "timeout"]
        )
        start = try section["start"]?.program() ?? []
        probe = try section.required("probe").program()
        readable =
            try section["readable"]?.distinct(mayBeEmpty: true) { item throws(ConfigurationError) in
                try item.path()
            } ?? []
        user = try section["user"]?.line() ?? "nobody"
        timeout = try section["timeout"]?.duration() ?? Self.timeoutDefault
    }
}
