import Model

extension Configuration.Store {
    /// Reads the mapping of names to stores, none of which may be the host's own folder `state`.
    static func all(_ node: YAMLNode, state: String) throws(ConfigurationError) -> [Self] {
        var found: [Self] = []
        var taken: Set<Place> = [.folder(state)]
        for entry in try node.namedEntries() {
            let section = try Section(
                entry.value,
                allowed: [
                    "path", "s3", "class", "readWithin", "readAt", "readFor", "attackAt",
                    "immutable", "media", "probe",
                ],
                later: ["limits"]
            )
            let kind = try section.exactlyOne(of: ["path", "s3"])
            var store = try Self(name: entry.key, kind, section)
            if let node = section["readWithin"] {
                store.readWithin = try readWithin(node)
            }
            try store.takeSchedules(section)
            store.probe = try probe(section, of: store)
            store.isImmutable = try immutable(section, of: store)
            store.media = try media(section, of: store)
            // Two names for one place would be two copies on paper and one on disk.
            guard taken.insert(store.place.withoutCredentials).inserted else {
                throw ConfigurationError(kind.value.place, .repeated("\(store.place)"))
            }
            found.append(store)
        }
        return found
    }

    private init(
        name: String,
        _ kind: YAMLNode.Entry,
        _ section: Section
    ) throws(ConfigurationError) {
        let copyClass = try section["class"]?.word(Configuration.CopyClass.self)
        guard kind.key == "s3" else {
            self.init(
                name: name,
                place: .folder(try kind.value.path()),
                lock: nil,
                copyClass: copyClass
            )
            return
        }
        let location = try S3Location(kind.value)
        let lock = try Section(kind.value, allowed: S3Location.keys)["lock"].map {
            (node) throws(ConfigurationError) in try LockPolicy(node)
        }
        guard copyClass != .writeOnce || lock != nil else {
            throw ConfigurationError(
                section.place.below("class"),
                .rule(
                    "says that nothing can be overwritten, and nothing is locked",
                    hint: "add s3: lock: {mode: compliance, days: 35}"
                )
            )
        }
        self.init(name: name, place: .s3(location), lock: lock, copyClass: copyClass)
    }
}

extension Configuration.Store {
    /// Whether the file system is to let nobody change what is stored in a folder. A bucket has
    /// locks for it, and a medium lies detached or is written once.
    private static func immutable(
        _ section: Section,
        of store: Self
    ) throws(ConfigurationError) -> Bool {
        guard store.folder != nil, section["media"] == nil else {
            try section.refuse(
                "immutable",
                because: "needs a path at which no media come and go",
                hint: "remove it: objects of a bucket are kept by s3: lock:"
            )
            return false
        }
        return try section["immutable"]?.bool() ?? false
    }

    /// What is asked of media that come and go there; nil where none do.
    private static func media(
        _ section: Section,
        of store: Self
    ) throws(ConfigurationError) -> Configuration.MediaPolicy? {
        guard store.folder != nil else {
            try section.refuse(
                "media",
                because: "needs a path",
                hint: "remove it: a bucket is nothing that can be carried away"
            )
            return nil
        }
        return try section["media"].map { (node) throws(ConfigurationError) in
            try Configuration.MediaPolicy(node)
        }
    }

    /// How it is seen that a network is kept apart from it; nil if it is not looked.
    private static func probe(
        _ section: Section,
        of store: Self
    ) throws(ConfigurationError) -> Configuration.NetworkProbe? {
        guard store.copyClass == .segmentedNetwork else {
            try section.refuse(
                "probe",
                because: "means something for class O5 alone",
                hint: "add class: O5, or remove probe"
            )
            return nil
        }
        return try section["probe"].map { (node) throws(ConfigurationError) in
            try Configuration.NetworkProbe(node)
        }
    }
}

extension Configuration.Store.Place: CustomStringConvertible {
    package var description: String {
        switch self {
        case .folder(let path): path
        case .s3(let location): location.description
        }
    }

    /// The same, for whoever asks whether two stores lie at one place.
    fileprivate var withoutCredentials: Self {
        guard case .s3(let location) = self else {
            return self
        }
        return .s3(
            S3Location(
                isSecure: true,
                host: location.host.lowercased(),
                port: location.port,
                bucket: location.bucket,
                prefix: location.prefix
            )
        )
    }
}

extension LockPolicy {
    fileprivate init(_ node: YAMLNode) throws(ConfigurationError) {
        let section = try Section(node, allowed: ["mode", "days"])
        let daysNode = try section.required("days")
        let days = try daysNode.natural(max: Self.daysMax)
        guard days > 0 else {
            throw ConfigurationError(
                daysNode.place,
                .rule("locks nothing", hint: "write at least 1")
            )
        }
        self.init(mode: try section.required("mode").word(ObjectLock.Mode.self), days: days)
    }
}
