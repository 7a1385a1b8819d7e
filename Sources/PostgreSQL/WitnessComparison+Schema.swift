import Model

extension WitnessPair {
    /// Every object of the schema.
    func schema() -> [Finding] {
        let gone = missingTables
        var others = Dictionary(
            restored.objects.map { (Key($0), $0.hash) },
            uniquingKeysWith: { first, _ in first }
        )
        var findings: [Finding] = []
        for object in source.objects {
            let key = Key(object)
            let other = others.removeValue(forKey: key)
            if other == object.hash || gone.contains(where: { object.belongs(to: $0) }) {
                continue
            }
            if let other {
                findings += changed(object, other)
            } else {
                findings.append(WitnessPair.schemaFinding(key, "missing"))
            }
        }
        for key in others.keys.sorted() {
            findings.append(WitnessPair.schemaFinding(key, "unexpected"))
        }
        return findings
    }

    private func changed(_ object: SchemaObject, _ other: String) -> [Finding] {
        if object.kind == "extension version" {
            // A dump names no version: the restored copy has whatever is installed.
            let evidence = ["reason": "version-differs"]
            return [Finding(.notCompared, .named("extension \(object.name)"), evidence: evidence)]
        }
        guard hashesAreComparable else {
            return []
        }
        let hashes = ["source": object.hash, "restored": other]
        return [WitnessPair.schemaFinding(Key(object), "changed", hashes)]
    }

    /// Tables that are missed already: their columns and grants are not counted one by one too.
    private var missingTables: [String] {
        Set(source.tables.map(\.name)).subtracting(restored.tables.map(\.name)).sorted()
    }

    private struct Key: Hashable, Comparable {
        let kind: String
        let name: String

        init(_ object: SchemaObject) {
            kind = object.kind
            name = object.name
        }

        static func < (one: Key, other: Key) -> Bool {
            (one.kind, one.name) < (other.kind, other.name)
        }
    }

    private static func schemaFinding(
        _ key: Key,
        _ difference: String,
        _ hashes: [String: String] = [:]
    ) -> Finding {
        let evidence = hashes.merging(["difference": difference]) { first, _ in first }
        return Finding(.schemaDiffers, .named("\(key.kind) \(key.name)"), evidence: evidence)
    }

    /// A difference of the database as a whole.
    func differs(_ name: String, _ one: String, _ other: String) -> Finding {
        Finding(.schemaDiffers, .named(name), evidence: ["source": one, "restored": other])
    }
}

extension SchemaObject {
    /// Whether it goes where `table` goes.
    fileprivate func belongs(to table: String) -> Bool {
        switch kind {
        case "table", "grants": name == table || name.hasPrefix(table + ".")
        case "column", "constraint", "trigger", "policy", "rule": name.hasPrefix(table + ".")
        default: false
        }
    }
}
