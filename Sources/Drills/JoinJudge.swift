package import Clinical
package import Model

/// Judges what must hold between the sets of a drill, once all of them came back.
package struct JoinJudge {
    private let parts: [any DrillPart]
    private let stores: [JudgedStore]

    /// Takes what came back.
    package init(_ parts: [any DrillPart], _ stores: [JudgedStore]) {
        self.parts = parts
        self.stores = stores
    }

    /// Judges one join. What cannot be asked is a doubt; so is a join of nothing, or with
    /// nothing: it would hold whatever was lost.
    package func judge(_ join: ClinicalJoin) -> [Finding] {
        let inner: Set<UInt64>
        let outer: Set<UInt64>
        do {
            inner = Set(try keys(join.inner, join.key, join.key.spoken))
            outer = Set(try keys(join.outer, join.key, join.key.held))
        } catch {
            return [Finding(.partSkipped, .named(join.name), error: error)]
        }
        let unknown = inner.subtracting(outer).count
        guard unknown > join.unknownMax else {
            return inner.isEmpty || outer.isEmpty ? [nothing(join)] : []
        }
        var evidence = [
            "of": "\(inner.count)", "unknown": "\(unknown)", "unknownMax": "\(join.unknownMax)",
        ]
        evidence["rule"] = join.rule?.id
        return [
            Finding(
                join.key.code,
                .named(join.name),
                evidence: evidence
            )
        ]
    }

    private func nothing(_ join: ClinicalJoin) -> Finding {
        Finding(
            .partSkipped,
            .named(join.name),
            evidence: ["reason": "there is nothing to join"]
        )
    }

    private func keys(
        _ side: ClinicalJoin.Side,
        _ key: ClinicalJoin.Key,
        _ relations: [Relation]
    ) throws -> [UInt64] {
        switch side {
        case .query(let set, let query):
            guard let part = parts.first(where: { $0.set == set }) else {
                throw Missing(set: set)
            }
            return try part.keys(query, of: key)
        case .store(let set, let format):
            let judged = stores.filter { $0.set == set && $0.store.format == format }.map(\.judged)
            guard !judged.isEmpty, !judged.contains(where: \.profile.isPartial) else {
                throw Missing(set: set)
            }
            return judged.flatMap { one in
                relations.flatMap { one.keys[$0] ?? [] }
            }
        }
    }

    private struct Missing: Error, CustomStringConvertible {
        let set: String
        var description: String { "\(set) was not judged" }
    }
}
