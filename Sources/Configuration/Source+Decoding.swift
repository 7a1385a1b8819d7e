extension Configuration.Source {
    /// Reads a mapping with exactly one kind of source.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        let kinds = ["files", "postgresql", "command"]
        let kind = try Section(node, allowed: kinds).exactlyOne(of: kinds)
        switch kind.key {
        case "files": self = .files(try Configuration.FilesSource(kind.value))
        case "postgresql": self = .postgresql(try Configuration.PostgreSQLSource(kind.value))
        default: self = .command(try Configuration.CommandSource(kind.value))
        }
    }
}

extension Configuration.FilesSource {
    /// Reads the mapping.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        let section = try Section(node, allowed: ["paths", "exclude", "oneFileSystem"])
        paths = try section.required("paths").distinct { item throws(ConfigurationError) in
            try item.path()
        }
        let exclude = try section["exclude"]?.distinct(mayBeEmpty: true) {
            item throws(ConfigurationError) in try item.line()
        }
        self.exclude = exclude ?? []
        oneFileSystem = try section["oneFileSystem"]?.bool() ?? false
    }
}

extension Configuration.PostgreSQLSource {
    /// NAMEDATALEN − 1 of an ordinary PostgreSQL; a longer name would be cut in silence.
    private static let nameBytesMax = 63

    /// Reads the mapping.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        let section = try Section(node, allowed: ["connection", "database"])
        let connectionNode = try section.required("connection")
        connection = try connectionNode.line()
        do throws(ConninfoFault) {
            try Conninfo.check(connection)
        } catch {
            throw ConfigurationError(
                connectionNode.place,
                .rule(error.description, hint: error.hint)
            )
        }
        let databaseNode = try section.required("database")
        database = try databaseNode.line()
        guard database.utf8.count <= Self.nameBytesMax else {
            throw ConfigurationError(
                databaseNode.place,
                .rule("is longer than \(Self.nameBytesMax) bytes", hint: "see `psql --list`")
            )
        }
    }
}

extension Configuration.CommandSource {
    /// NAME_MAX of Linux.
    private static let nameBytesMax = 255

    /// Reads the mapping.
    init(_ node: YAMLNode) throws(ConfigurationError) {
        let section = try Section(node, allowed: ["run", "name"])
        run = try section.required("run").program()
        let nameNode = try section.required("name")
        name = try nameNode.line()
        guard !name.contains("/"), name != ".", name != "..",
            name.utf8.count <= Self.nameBytesMax
        else {
            throw ConfigurationError(
                nameNode.place,
                .rule("is not a file name", hint: "write a name without /, such as orca.dump")
            )
        }
    }
}
