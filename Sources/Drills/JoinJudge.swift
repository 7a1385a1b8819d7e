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

    /// Judges one join. What cannot be asked is a doubt; so is a join of nothing: it would hold
    /// whatever was lost.
    package func judge(_ join: ClinicalJoin) -> [Finding] {
        let inner: Set<UInt64>
        let outer: Set<UInt64>
        do {
            inner = Set(try keys(join.inner, join.key, isInner: true))
            outer = Set(try keys(join.outer, join.key, isInner: false))
        } catch {
            return [Finding(.partSkipped, .named(join.name), error: error)]
        }
        guard !inner.isEmpty else {
            return [
                Finding(
                    .partSkipped,
                    .named(join.name),
                    evidence: ["reason": "there is nothing to join"]
                )
            ]
        }
        let unknown = inner.subtracting(outer).count
        guard unknown > join.unknownMax else {
            return []
        }
        var evidence = [
            "of": "\(inner.count)", "unknown": "\(unknown)", "unknownMax": "\(join.unknownMax)",
        ]
        evidence["rule"] = join.rule?.id
        return [
            Finding(
                join.key == .patients ? .patientUnknown : .studyUnknown,
                .named(join.name),
                evidence: evidence
            )
        ]
    }

    private func keys(
        _ side: ClinicalJoin.Side,
        _ key: ClinicalJoin.Key,
        isInner: Bool
    ) throws -> [UInt64] {
        switch side {
        case .query(let set, let query):
            guard let part = parts.first(where: { $0.set == set }) else {
                throw Missing(set: set)
            }
            return try part.keys(query)
        case .store(let set, let format):
            let judged = stores.filter { $0.set == set && $0.store.format == format }.map(\.judged)
            guard !judged.isEmpty, !judged.contains(where: \.profile.isPartial) else {
                throw Missing(set: set)
            }
            return judged.flatMap { one in
                relations(key, isInner).flatMap { one.keys[$0] ?? [] }
            }
        }
    }

    /// A store speaks of all whom it mentions; it holds those whose record it has.
    private func relations(_ key: ClinicalJoin.Key, _ isInner: Bool) -> [Relation] {
        switch (key, isInner) {
        case (.patients, true): [.patient, .patientMentioned]
        case (.patients, false): [.patient]
        case (.studies, true): [.studyMentioned]
        case (.studies, false): [.study]
        }
    }

    private struct Missing: Error, CustomStringConvertible {
        let set: String
        var description: String { "\(set) was not judged" }
    }
}
