import Clinical
import Model

extension Configuration.ClinicalStore {
    /// Reads the list of a set's stores.
    ///
    /// - Parameters:
    ///   - node: a list of mappings, each with one format and its folder.
    ///   - paths: the set's own.
    /// - Returns: at least one.
    /// - Throws: ``ConfigurationError`` for a folder outside of the set, or a rule that needs no
    ///   waiver.
    static func all(
        _ node: YAMLNode,
        beneath paths: [String]
    ) throws(ConfigurationError) -> [Self] {
        var stores: [Self] = []
        for item in try node.items() {
            let store = try Self(item, beneath: paths)
            // A file is judged once, by one format.
            if let other = stores.first(where: { $0.overlaps(store) }) {
                throw ConfigurationError(
                    item.place,
                    .rule(
                        "overlaps with \(other.path)",
                        hint: "name folders that do not lie in one another"
                    )
                )
            }
            stores.append(store)
        }
        guard stores.count <= Limits.clinicalStoresMax else {
            throw ConfigurationError(
                node.place,
                .rule(
                    "has more than \(Limits.clinicalStoresMax) stores",
                    hint: "divide the set"
                )
            )
        }
        return stores
    }

    /// Whether one of both folders lies in the other.
    func overlaps(_ other: Self) -> Bool {
        path == other.path || path.hasPrefix("\(other.path)/")
            || other.path.hasPrefix("\(path)/")
    }

    private init(_ node: YAMLNode, beneath paths: [String]) throws(ConfigurationError) {
        let formats = ClinicalFormat.allCases.map(\.rawValue)
        let section = try Section(node, allowed: formats + ["waive"])
        let chosen = try section.exactlyOne(of: formats)
        guard let format = ClinicalFormat(rawValue: chosen.key) else {
            preconditionFailure("\(chosen.key) is one of the formats")
        }
        self.format = format
        path = try chosen.value.path(beneath: paths)
        waived = try Self.waived(section["waive"])
    }

    /// Rules that real stores break on their first day need no waiver: they are compared anyway.
    private static func waived(_ node: YAMLNode?) throws(ConfigurationError) -> [String: String] {
        var waived: [String: String] = [:]
        for entry in try node?.entries() ?? [] {
            guard let rule = ClinicalRule.byID[entry.key] else {
                let known = ClinicalRule.all.map(\.id)
                throw ConfigurationError(
                    entry.place,
                    .notOneOf(known, suggestion: Suggestion.nearest(to: entry.key, of: known))
                )
            }
            guard rule.basis == .absolute else {
                throw ConfigurationError(
                    entry.place,
                    .rule(
                        "is a rule that is compared with the backup anyway",
                        hint: "remove it"
                    )
                )
            }
            waived[entry.key] = try entry.value.line()
        }
        return waived
    }
}
