import Model

extension Configuration.BackupSet {
    /// What a set may refer to.
    struct Surroundings {
        /// The names of all stores.
        let stores: [String]
        /// Those of them at which media come and go.
        let media: Set<String>
        /// The names of all recipients.
        let recipients: [String]
        /// What the file says for all sets.
        let verification: Configuration.Verification?
        let compression: CompressionPolicy
    }

    /// Reads the mapping of names to sets.
    static func all(
        _ node: YAMLNode,
        among surroundings: Surroundings
    ) throws(ConfigurationError) -> [Self] {
        var found: [Self] = []
        for entry in try node.namedEntries() {
            found.append(try Self(entry, among: surroundings))
        }
        return found
    }

    private init(
        _ entry: YAMLNode.Entry,
        among surroundings: Surroundings
    ) throws(ConfigurationError) {
        let section = try Section(
            entry.value,
            allowed: [
                "source", "schedule", "verify", "stores", "recipients", "clinical", "application",
                "canary", "before", "after", "compression", "rpo",
            ],
            later: ["copies", "retention", "limits"]
        )
        name = entry.key
        let source = try Configuration.Source(section.required("source"))
        self.source = source
        try Self.refuseWhatCannotAct(section, source)
        schedule = try section["schedule"]?.schedule()
        verification = try section["verify"]?.verification() ?? surroundings.verification
        stores = try Self.stores(section, surroundings)
        recipients =
            try section["recipients"]?.references(to: "recipient", in: surroundings.recipients)
            ?? surroundings.recipients
        clinical = try section["clinical"].map { node throws(ConfigurationError) in
            try Configuration.Clinical(node, of: source)
        }
        application = try section["application"].map { node throws(ConfigurationError) in
            try Configuration.Application(node)
        }
        canary = try section["canary"]?.asksForCanary() ?? false
        testPatient = try section["canary"]?.testPatient(among: clinical?.stores ?? [])
        before = try section["before"]?.program() ?? []
        after = try section["after"]?.program() ?? []
        compression = try section["compression"]?.compression() ?? surroundings.compression
        rpo = try section["rpo"]?.duration()
    }

    private static func stores(
        _ section: Section,
        _ surroundings: Surroundings
    ) throws(ConfigurationError) -> [String] {
        let defined = surroundings.stores
        let stores = try named(section, defined)
        // A backup must not wait for a medium that lies in a safe.
        guard let first = stores.first, !surroundings.media.contains(first) else {
            throw ConfigurationError(
                section["stores"]?.place ?? section.place.below("stores"),
                .rule(
                    "begins with a store of media, which is not always there",
                    hint: "name one that is always there first; media get copies"
                )
            )
        }
        return stores
    }

    private static func named(
        _ section: Section,
        _ defined: [String]
    ) throws(ConfigurationError) -> [String] {
        if let node = section["stores"] {
            return try node.references(to: "store", in: defined)
        }
        guard defined.count == 1 else {
            throw ConfigurationError(
                section.place.below("stores"),
                .rule(
                    "is missing, and there is more than one store",
                    hint: "write the set's stores, the first takes the snapshot: "
                        + "stores: [\(defined.joined(separator: ", "))]"
                )
            )
        }
        return defined
    }

    /// A key that could not act must not look as if it did.
    private static func refuseWhatCannotAct(
        _ section: Section,
        _ source: Configuration.Source
    ) throws(ConfigurationError) {
        if case .command = source {
            try section.refuse(
                "clinical",
                because: "needs a files or postgresql source",
                hint: "remove it; what a program writes is not looked into"
            )
            try section.refuse(
                "canary",
                because: "needs a files or postgresql source",
                hint: "remove it; Toride cannot write into what a program reads"
            )
        }
    }
}

extension YAMLNode {
    /// A list of names that are defined elsewhere, none twice, at least one.
    func references(
        to kind: String,
        in defined: [String]
    ) throws(ConfigurationError) -> [String] {
        try distinct { item throws(ConfigurationError) in
            try item.reference(to: kind, in: defined)
        }
    }
}
