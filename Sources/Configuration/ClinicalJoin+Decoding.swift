import Clinical

extension ClinicalJoin {
    /// More keys than that are never unknown in a store that is worth joining.
    private static let unknownLimit = 100_000_000

    /// Reads the list of a group's joins, as
    /// `- patients: {of: {set: pacs, format: dicom}, in: {set: charts, format: ssmix2}}`.
    ///
    /// - Parameters:
    ///   - node: the list.
    ///   - sets: those of the group.
    /// - Returns: at least one.
    /// - Throws: ``ConfigurationError`` for a side that the group does not have.
    static func all(
        _ node: YAMLNode,
        among sets: [Configuration.BackupSet]
    ) throws(ConfigurationError) -> [Self] {
        var joins: [Self] = []
        for item in try node.items() {
            joins.append(try Self(item, among: sets))
        }
        return joins
    }

    private init(
        _ node: YAMLNode,
        among sets: [Configuration.BackupSet]
    ) throws(ConfigurationError) {
        let keys = Key.allCases.map(\.rawValue)
        let chosen = try Section(node, allowed: keys).exactlyOne(of: keys)
        guard let key = Key(rawValue: chosen.key) else {
            preconditionFailure("\(chosen.key) is one of the keys")
        }
        let section = try Section(chosen.value, allowed: ["of", "in", "unknown"])
        self.init(
            key: key,
            inner: try Side(section.required("of"), of: key, among: sets),
            outer: try Side(section.required("in"), of: key, among: sets),
            unknownMax: try section["unknown"]?.natural(max: Self.unknownLimit) ?? 0
        )
    }
}

extension ClinicalJoin.Side {
    fileprivate init(
        _ node: YAMLNode,
        of key: ClinicalJoin.Key,
        among sets: [Configuration.BackupSet]
    ) throws(ConfigurationError) {
        let section = try Section(node, allowed: ["set", "format", "query"])
        let setNode = try section.required("set")
        let name = try setNode.reference(to: "set", in: sets.map(\.name))
        let side = try section.exactlyOne(of: ["format", "query"])
        let set = sets.first { $0.name == name }
        if side.key == "query" {
            guard case .postgresql = set?.source else {
                throw ConfigurationError(
                    side.place,
                    .rule("needs a set with a postgresql source", hint: "name a format: instead")
                )
            }
            self = .query(set: name, try side.value.lines())
            return
        }
        let format = try side.value.word(ClinicalFormat.self)
        guard set?.clinical?.stores.contains(where: { $0.format == format }) == true else {
            throw ConfigurationError(
                side.place,
                .rule(
                    "is not a store of \(name)",
                    hint: "add it to the set's clinical: {stores: …}"
                )
            )
        }
        guard key.isKnown(to: format) else {
            let formats = ClinicalFormat.allCases.filter { key.isKnown(to: $0) }.map(\.rawValue)
            throw ConfigurationError(
                side.place,
                .rule(
                    "is a format that has no \(key.rawValue)",
                    hint: "name a store of \(formats.joined(separator: " or "))"
                )
            )
        }
        self = .store(set: name, format)
    }
}
