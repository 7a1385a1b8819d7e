package import Catalog
package import Configuration
package import Drills
package import Jobs
package import Model

/// Writes down a step of a recovery that a person took: one before a drill for the plan's next
/// drill, one after it in a signed record beside the newest drill's.
package struct DrillStepJob {
    /// What was noted.
    package struct Outcome {
        /// The step.
        package let noted: NotedStep
        /// The drill that it followed; nil if it waits for the next one.
        package let drill: DrillRow?
        /// What came back, in two lines; nil if it waits, or the drill's record says nothing.
        package let claims: DrillClaims?
    }

    private let site: Site
    private let plan: Configuration.DrillPlan
    private let tool: String
    private let now: @Sendable () -> Timestamp

    /// Prepares to note a step of one plan's drills.
    package init(
        site: Site,
        plan: Configuration.DrillPlan,
        tool: String,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.site = site
        self.plan = plan
        self.tool = tool
        self.now = now
    }

    /// Notes a step.
    ///
    /// - Parameters:
    ///   - word: which one, as `usable`.
    ///   - at: when it was taken; nil for now.
    ///   - by: who took it.
    /// - Returns: what was noted, and of which drill.
    /// - Throws: ``DrillStepError`` if it cannot have been so; ``HostStateError``,
    ///   ``RepositoryError`` if it could not be kept or signed.
    package func note(_ word: String, at: Timestamp?, by: String?) throws -> Outcome {
        guard let step = DrillStep(rawValue: word),
            (DrillStep.before + DrillStep.after).contains(step)
        else {
            throw DrillStepError.unknown(word)
        }
        let now = self.now()
        let noted = NotedStep(step, at: at ?? now, by: by)
        // A state that is not mounted must not look like a new one.
        let catalog = try site.catalog()
        if DrillStep.before.contains(step) {
            return try noteBefore(noted, now)
        }
        guard let drill = try catalog.newestDrill(ofPlan: plan.name) else {
            throw DrillStepError.noDrill(plan.name)
        }
        return try note(noted, after: drill, now)
    }

    private func noteBefore(_ noted: NotedStep, _ now: Timestamp) throws -> Outcome {
        let files = DrillStepFiles(site.state)
        var steps = try files.noted(as: plan.name)
        try steps.noteBefore(noted, now: now)
        try files.keep(steps, as: plan.name)
        return Outcome(noted: noted, drill: nil, claims: nil)
    }

    private func note(
        _ noted: NotedStep,
        after drill: DrillRow,
        _ now: Timestamp
    ) throws -> Outcome {
        let files = DrillStepFiles(site.state)
        var steps = try files.noted(as: drill.id)
        let checked = DrillStory(drill, steps).checked
        // Judged before anything is signed, and noted again with where its record lies.
        try steps.noteAfter(noted, checked: checked, now: now)
        let signed = NotedStep(
            noted.step,
            at: noted.at,
            by: noted.by,
            recordKey: try drill.recordKey.map { key in
                try SignedHistory(of: site, tool: tool).append(
                    DrillStepNote(
                        noted.step.rawValue,
                        after: drill,
                        at: noted.at,
                        by: noted.by,
                        noted: now
                    ),
                    about: key
                )
            }
        )
        try steps.noteAfter(signed, checked: checked, now: now)
        try files.keep(steps, as: drill.id)
        return Outcome(noted: signed, drill: drill, claims: DrillStory(drill, steps).claims)
    }
}
