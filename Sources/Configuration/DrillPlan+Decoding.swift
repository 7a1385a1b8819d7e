import Clinical

extension Configuration.Group {
    /// Reads the mapping of names to groups, whose members are among `sets`.
    static func all(
        _ node: YAMLNode,
        sets: [Configuration.BackupSet]
    ) throws(ConfigurationError) -> [Self] {
        var found: [Self] = []
        for entry in try node.namedEntries() {
            let section = try Section(entry.value, allowed: ["sets", "lag", "joins"])
            let members = try section.required("sets").references(to: "set", in: sets.map(\.name))
            let lag = try section.required("lag").duration()
            let own = sets.filter { members.contains($0.name) }
            let joins = try section["joins"].map { node throws(ConfigurationError) in
                try ClinicalJoin.all(node, among: own)
            }
            found.append(Self(name: entry.key, sets: members, lag: lag, joins: joins ?? []))
        }
        return found
    }
}

extension Configuration.DrillPlan {
    /// What a plan may refer to.
    struct Surroundings {
        /// All sets.
        let sets: [Configuration.BackupSet]
        /// All groups.
        let groups: [Configuration.Group]
        /// The names of all stores.
        let stores: [String]

        /// The sets that a plan drills.
        func sets(
            of subject: Configuration.DrillPlan.Subject
        ) -> [Configuration.BackupSet] {
            switch subject {
            case .set(let name): sets.filter { $0.name == name }
            case .group(let name):
                sets.filter { set in
                    groups.contains { $0.name == name && $0.sets.contains(set.name) }
                }
            }
        }
    }

    /// Older snapshots than that are kept nowhere.
    private static let generationMax = 100_000

    /// Reads the mapping of names to plans.
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
                "set", "group", "schedule", "scenario", "generation", "store", "level", "rto",
                "rpo", "assertions", "sentinels", "sample",
            ]
        )
        name = entry.key
        let unit = try section.exactlyOne(of: ["set", "group"])
        let subject: Subject =
            unit.key == "set"
            ? .set(try unit.value.reference(to: "set", in: surroundings.sets.map(\.name)))
            : .group(try unit.value.reference(to: "group", in: surroundings.groups.map(\.name)))
        self.subject = subject
        schedule = try section["schedule"]?.schedule()
        let scenario: Configuration.Scenario =
            try section["scenario"]?.word(Configuration.Scenario.self) ?? .failure
        self.scenario = scenario
        generation = try Self.generation(section, scenario)
        store = try Self.store(section, scenario, surroundings.stores)
        let level: Configuration.Level =
            try section["level"].map(Self.level) ?? .applications
        self.level = level
        sample = try Self.sample(section, level, surroundings, subject)
        sentinels = try Self.sentinels(section, level, surroundings.sets(of: subject))
        rto = try section["rto"]?.duration()
        rpo = try section["rpo"]?.duration()
        let assertions = try section["assertions"]?.distinct(mayBeEmpty: true, Self.assertion)
        self.assertions = assertions ?? []
    }

    private static func level(_ node: YAMLNode) throws(ConfigurationError) -> Configuration.Level {
        let text = try node.line()
        let level = Configuration.Level.allCases.first { "\($0.rawValue)" == text }
        guard let level else {
            let allowed = Configuration.Level.allCases.map { "\($0.rawValue)" }
            throw ConfigurationError(node.place, .notOneOf(allowed, suggestion: nil))
        }
        return level
    }

    private static func generation(
        _ section: Section,
        _ scenario: Configuration.Scenario
    ) throws(ConfigurationError) -> Int {
        guard scenario == .cyber else {
            try section.refuse(
                "generation",
                because: "means something in the scenario cyber alone",
                hint: "remove it, or write scenario: cyber"
            )
            return 0
        }
        guard let node = section["generation"] else {
            return 1
        }
        let generation = try node.natural(max: generationMax)
        guard generation > 0 else {
            throw ConfigurationError(
                node.place,
                .rule(
                    "would take the newest snapshot, in which an attacker may have had a hand",
                    hint: "write how many snapshots to go back, 1 or more"
                )
            )
        }
        return generation
    }

    private static func store(
        _ section: Section,
        _ scenario: Configuration.Scenario,
        _ stores: [String]
    ) throws(ConfigurationError) -> String? {
        guard scenario == .disaster else {
            try section.refuse(
                "store",
                because: "means something in the scenario disaster alone",
                hint: "remove it, or write scenario: disaster"
            )
            return nil
        }
        return try section.required("store").reference(to: "store", in: stores)
    }

    private static func sentinels(
        _ section: Section,
        _ level: Configuration.Level,
        _ sets: [Configuration.BackupSet]
    ) throws(ConfigurationError) -> [Configuration.Sentinel] {
        guard level == .sentinels else {
            try section.refuse(
                "sentinels",
                because: "are asked for at level 4 alone",
                hint: "remove them, or write level: 4"
            )
            return []
        }
        return try Configuration.Sentinel.all(section.required("sentinels"), among: sets)
    }

    private static func assertion(_ node: YAMLNode) throws(ConfigurationError) -> String {
        let path = try node.path()
        guard path.hasSuffix(".sql") else {
            throw ConfigurationError(
                node.place,
                .rule("is not a .sql file", hint: "write the path of a file of SQL assertions")
            )
        }
        return path
    }
}

extension Configuration.DrillSettings {
    /// Reads the mapping; what holds without one if `node` is nil.
    init(_ node: YAMLNode?) throws(ConfigurationError) {
        guard let node else {
            self.init(identityOnThisHost: false, scratch: nil)
            return
        }
        let section = try Section(node, allowed: ["identityOnThisHost", "scratch"])
        self.init(
            identityOnThisHost: try section["identityOnThisHost"]?.bool() ?? false,
            scratch: try section["scratch"]?.path()
        )
    }
}
