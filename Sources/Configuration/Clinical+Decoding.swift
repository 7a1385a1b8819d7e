extension Configuration.Clinical {
    private static let ofDatabases = ["time", "firstRecord"]
    private static let ofFiles = ["stores", "orthanc"]

    /// Reads the mapping: of a database its times and a first record, of files their stores.
    init(
        _ node: YAMLNode,
        of source: Configuration.Source
    ) throws(ConfigurationError) {
        let section = try Section(node, allowed: Self.ofDatabases + Self.ofFiles)
        if case .files(let files) = source {
            for key in Self.ofDatabases {
                try section.refuse(
                    key,
                    because: "needs a postgresql source",
                    hint: "remove it; files are judged by their stores:"
                )
            }
            orthanc = try section["orthanc"].map { node throws(ConfigurationError) in
                try Configuration.Orthanc(node, beneath: files.paths)
            }
            stores = try Self.stores(section, beside: orthanc, beneath: files.paths)
        } else {
            for key in Self.ofFiles {
                try section.refuse(
                    key,
                    because: "needs a files source",
                    hint: "remove it; a database is asked by time: and firstRecord:"
                )
            }
            stores = []
            orthanc = nil
        }
        time = try Self.columns(section["time"])
        firstRecord = try section["firstRecord"]?.lines()
    }

    /// The stores that are named, and that of the Orthanc.
    private static func stores(
        _ section: Section,
        beside orthanc: Configuration.Orthanc?,
        beneath paths: [String]
    ) throws(ConfigurationError) -> [Configuration.ClinicalStore] {
        guard let orthanc else {
            return try Configuration.ClinicalStore.all(
                try section.required("stores"),
                beneath: paths
            )
        }
        var named: [Configuration.ClinicalStore] = []
        if let node = section["stores"] {
            named = try Configuration.ClinicalStore.all(node, beneath: paths)
        }
        guard let stores = orthanc.joined(to: named) else {
            throw ConfigurationError(
                section.place.below("orthanc"),
                .rule(
                    "has a storage that overlaps with another store",
                    hint: "name only {dicom: \(orthanc.storage)} beside it, to waive rules"
                )
            )
        }
        return stores
    }

    private static func columns(
        _ node: YAMLNode?
    ) throws(ConfigurationError) -> [Configuration.ClinicalColumn] {
        var columns: [Configuration.ClinicalColumn] = []
        for item in try node?.items() ?? [] {
            guard let column = Configuration.ClinicalColumn(try item.line()) else {
                throw ConfigurationError(
                    item.place,
                    .rule(
                        "is not a column",
                        hint: "write table.column or schema.table.column, table.day+time for two "
                            + "columns of text; quote odd names as SQL does, in a YAML text in "
                            + "single quotes"
                    )
                )
            }
            guard !columns.contains(column) else {
                throw ConfigurationError(item.place, .repeated(column.description))
            }
            columns.append(column)
        }
        return columns
    }
}
