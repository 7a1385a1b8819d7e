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

extension Configuration.Clinical {
    /// Reads the mapping: of a database its times and a first record, of files their stores.
    init(
        _ node: YAMLNode,
        of source: Configuration.Source
    ) throws(ConfigurationError) {
        let keys = ["time", "firstRecord", "stores"]
        let section = try Section(node, allowed: keys)
        if case .files(let files) = source {
            for key in keys.dropLast() {
                try section.refuse(
                    key,
                    because: "needs a postgresql source",
                    hint: "remove it; files are judged by their stores:"
                )
            }
            stores = try Configuration.ClinicalStore.all(
                try section.required("stores"),
                beneath: files.paths
            )
        } else {
            try section.refuse(
                "stores",
                because: "needs a files source",
                hint: "remove it; a database is asked by time: and firstRecord:"
            )
            stores = []
        }
        var columns: [Configuration.ClinicalColumn] = []
        for item in try section["time"]?.items() ?? [] {
            guard let column = Configuration.ClinicalColumn(try item.line()) else {
                throw ConfigurationError(
                    item.place,
                    .rule(
                        "is not a column",
                        hint: "write table.column or schema.table.column; quote odd names as "
                            + "SQL does, in a YAML text in single quotes"
                    )
                )
            }
            guard !columns.contains(column) else {
                throw ConfigurationError(item.place, .repeated(column.description))
            }
            columns.append(column)
        }
        time = columns
        firstRecord = try section["firstRecord"]?.lines()
    }
}
