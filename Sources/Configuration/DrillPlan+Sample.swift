import Model

/// A sample of the files instead of all of them: docs/decisions/0015.
extension Configuration.DrillPlan {
    /// Why a plan cannot have a sample, and what to do.
    private struct Obstacle {
        let rule: String
        let hint: String
    }

    /// Reads how sure a sample must be.
    ///
    /// - Parameters:
    ///   - section: the plan's.
    ///   - level: how deep the plan goes.
    ///   - surroundings: what it may refer to.
    ///   - subject: what it restores.
    /// - Returns: nil if the plan restores everything.
    /// - Throws: ``ConfigurationError``; also where something is asked for that needs every file.
    static func sample(
        _ section: Section,
        _ level: Configuration.Level,
        _ surroundings: Surroundings,
        _ subject: Subject
    ) throws(ConfigurationError) -> SampleAim? {
        guard let node = section["sample"] else {
            return nil
        }
        let keys = try Section(node, allowed: ["confidence", "defects"])
        let aim = SampleAim(
            confidence: try keys.required("confidence").percentage(in: SampleAim.confidences),
            defects: try keys.required("defects").percentage(in: SampleAim.defectShares)
        )
        guard level == .files else {
            throw refusal(
                node,
                Obstacle(
                    rule: "is of level 2 alone: below it nothing is restored, above it servers "
                        + "need every file",
                    hint: "write level: 2, or take sample: out"
                )
            )
        }
        if let obstacle = obstacle(among: surroundings, subject) {
            throw refusal(node, obstacle)
        }
        try section.refuse(
            "rto",
            because: "says nothing beside sample: some files are back sooner than all",
            hint: "take rto: out, or sample:; what everything takes is forecast in any case"
        )
        return aim
    }

    private static func refusal(
        _ node: YAMLNode,
        _ obstacle: Obstacle
    ) -> ConfigurationError {
        ConfigurationError(node.place, .rule(obstacle.rule, hint: obstacle.hint))
    }

    private static func obstacle(
        among surroundings: Surroundings,
        _ subject: Subject
    ) -> Obstacle? {
        let files = surroundings.sets(of: subject).filter { set in
            if case .files = set.source { true } else { false }
        }
        guard !files.isEmpty else {
            return Obstacle(
                rule: "has no set of files to draw from: a database and what a program writes "
                    + "come back whole",
                hint: "take sample: out"
            )
        }
        if case .group(let name) = subject,
            surroundings.groups.contains(where: { $0.name == name && !$0.joins.isEmpty })
        {
            return needsAll("joins of the group \(name)", "joins:")
        }
        if let set = files.first(where: { $0.clinical?.orthanc != nil }) {
            return needsAll("Orthanc of the set \(set.name)", "orthanc:")
        }
        if let set = files.first(where: { $0.application != nil }) {
            return needsAll("application of the set \(set.name)", "application:")
        }
        return nil
    }

    private static func needsAll(_ what: String, _ key: String) -> Obstacle {
        Obstacle(
            rule: "cannot stand beside the \(what), which needs every file",
            hint: "take sample: out, or \(key)"
        )
    }
}
