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
    /// Reads the mapping of names to plans, which restore one of `sets` or of `groups`.
    static func all(
        _ node: YAMLNode,
        sets: [String],
        groups: [String]
    ) throws(ConfigurationError) -> [Self] {
        var found: [Self] = []
        for entry in try node.namedEntries() {
            found.append(try Self(entry, sets: sets, groups: groups))
        }
        return found
    }

    private init(
        _ entry: YAMLNode.Entry,
        sets: [String],
        groups: [String]
    ) throws(ConfigurationError) {
        let section = try Section(
            entry.value,
            allowed: [
                "set", "group", "schedule", "scenario", "level", "rto", "rpo", "assertions",
            ]
        )
        name = entry.key
        let subject = try section.exactlyOne(of: ["set", "group"])
        self.subject =
            subject.key == "set"
            ? .set(try subject.value.reference(to: "set", in: sets))
            : .group(try subject.value.reference(to: "group", in: groups))
        schedule = try section["schedule"]?.schedule()
        scenario = try section["scenario"]?.word(Configuration.Scenario.self) ?? .failure
        level = try section["level"].map(Self.level) ?? .applications
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
