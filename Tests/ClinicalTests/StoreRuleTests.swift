import Clinical
import Model
import Testing

/// What must hold between files, for one store of each format that has such rules.
@Suite struct StoreRuleTests {
    private func broken(_ format: ClinicalFormat, _ files: [[RelationEntry]]) -> [String: UInt64] {
        var profiler = StoreProfiler(format, cut: Timestamp(seconds: 1_800_000_000))
        for (number, entries) in files.enumerated() {
            var facts = FileFacts(.judged)
            facts.entries = entries
            profiler.add(facts, path: [UInt8(number)], bytes: 1)
        }
        return profiler.finish().broken.mapValues(\.count)
    }

    private static let rules = ClinicalFormat.allCases.flatMap { format in
        format.storeRules.map { (format, $0) }
    }

    @Test(arguments: rules)
    func `each rule is broken by its fault and by nothing else`(
        format: ClinicalFormat,
        rule: StoreRule
    ) {
        switch rule {
        case .unique(let relation, let rule):
            let twice = [[RelationEntry(relation, 1)], [RelationEntry(relation, 1)]]
            #expect((broken(format, twice)[rule.id] ?? 0) >= 1)
            let once = [[RelationEntry(relation, 1)], [RelationEntry(relation, 2)]]
            #expect(broken(format, once)[rule.id] == nil || isWithin(relation, rule, format))
        case .single(let relation, let rule):
            let mixed = [[RelationEntry(relation, 1, 1)], [RelationEntry(relation, 1, 2)]]
            #expect((broken(format, mixed)[rule.id] ?? 0) >= 1)
            let same = [[RelationEntry(relation, 1, 1)], [RelationEntry(relation, 1, 1)]]
            #expect(broken(format, same)[rule.id] == nil || isWithin(relation, rule, format))
        case .consecutive(let relation, let rule):
            let gap = [[RelationEntry(relation, 1)], [RelationEntry(relation, 3)]]
            #expect((broken(format, gap)[rule.id] ?? 0) == 1)
            let whole = gap + [[RelationEntry(relation, 2)], [RelationEntry(relation, 9, 1)]]
            #expect(broken(format, whole)[rule.id] == nil)
        case .withinIfAny(let inner, let outer, let rule):
            let one = [[RelationEntry(inner, 1)], [RelationEntry(outer, 2)]]
            #expect((broken(format, one)[rule.id] ?? 0) >= 1)
            let both = [[RelationEntry(inner, 1)], [RelationEntry(outer, 1)]]
            #expect(broken(format, both)[rule.id] == nil)
            let none = [[RelationEntry(inner, 1)]]
            #expect(broken(format, none)[rule.id] == nil || isWithin(inner, rule, format))
        case .within(let inner, let outer, let rule):
            #expect((broken(format, [[RelationEntry(inner, 1)]])[rule.id] ?? 0) >= 1)
            let both = [[RelationEntry(inner, 1)], [RelationEntry(outer, 1)]]
            #expect(broken(format, both)[rule.id] == nil)
        }
    }

    /// Whether the same relation is also the inner one of another rule with the same name.
    private func isWithin(
        _ relation: Relation,
        _ rule: ClinicalRule,
        _ format: ClinicalFormat
    ) -> Bool {
        format.storeRules.contains { other in
            if case .within(relation, _, rule) = other {
                return true
            }
            return false
        }
    }
}
