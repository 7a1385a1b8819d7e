import Catalog
import Configuration
import Drills
import Jobs
import Model

extension DrillJob {
    /// What a drill lets expect; nothing of it was measured.
    struct Outlook {
        /// How long a restore of everything would take.
        let forecast: RestoreForecast
        /// This drill among the earlier ones of its plan.
        let trend: DrillTrend
        /// Targets that may be missed later.
        let risks: [Finding]
    }

    /// A declaration of longer ago is of a story that no drill was run in.
    private static let declarationAgeMax: Duration = .seconds(7 * 86_400)

    /// What people noted before this drill; a self-test leaves it to the next one.
    func takeNotes(
        _ controls: ControlScope,
        _ progress: (String) -> Void
    ) throws -> NotedSteps {
        guard controls == .rotating else {
            return NotedSteps()
        }
        let noted = try DrillStepFiles(site.state).noted(as: plan.name)
        guard let declared = noted[.declared] else {
            return noted
        }
        guard now().since(declared.at) <= Self.declarationAgeMax else {
            progress("the declaration at \(declared.at.rfc3339) is too old and does not count")
            return NotedSteps()
        }
        progress("counting from the declaration at \(declared.at.rfc3339)")
        return noted
    }

    /// Forgets what people noted, once it stands in the signed record.
    func forget(_ noted: NotedSteps) throws {
        try DrillStepFiles(site.state).forget(noted, before: plan.name)
    }

    /// What a drill lets expect. A catalog that cannot be read keeps no record from being signed;
    /// what is written into it next tells of it again.
    ///
    /// - Parameters:
    ///   - result: what it measured.
    ///   - timeline: by when.
    ///   - begun: what was drilled.
    ///   - progress: told why nothing can be expected.
    /// - Returns: a forecast, a trend and risks.
    func outlook(
        of result: DrillResult,
        _ timeline: DrillTimeline,
        _ begun: Begun,
        _ progress: (String) -> Void
    ) -> Outlook {
        do {
            return try outlook(
                of: result,
                timeline,
                started: begun.started,
                sizes: begun.sizes
            )
        } catch {
            progress("no forecast: \(error.words)")
            return Outlook(
                forecast: .unknown(.nothingMeasured),
                trend: DrillTrend(past: [], present: nil),
                risks: []
            )
        }
    }

    private func outlook(
        of result: DrillResult,
        _ timeline: DrillTimeline,
        started: Timestamp,
        sizes: [(String, UInt64)]
    ) throws -> Outlook {
        let catalog = try site.catalog()
        let drilled = Dictionary(sizes, uniquingKeysWith: { first, _ in first })
        let all = try site.configuration.sets.map { set in
            (set: set.name, bytes: try drilled[set.name] ?? size(of: set.name, catalog))
        }
        let forecast = RestoreForecast(
            from: result.restored,
            of: all,
            samples: result.samples
        )
        let trend = DrillTrend(
            past: try catalog.drills().filter { $0.plan == plan.name }
                .compactMap { DrillTrend.Point($0) },
            present: present(result, timeline, started)
        )
        return Outlook(
            forecast: forecast,
            trend: trend,
            risks: trend.risks(
                of: plan,
                in: site.configuration.site.timeZone,
                at: started,
                lead: timeline.lead,
                forecast: forecast.time
            )
        )
    }

    /// Bytes of content of a set's newest snapshot; nil if this host does not know.
    private func size(of set: String, _ catalog: Catalog) throws -> UInt64? {
        let snapshot = try site.setID(named: set).flatMap { try catalog.newestSnapshot(of: $0) }
        return snapshot?.contents?.contentBytes
    }

    /// This drill as the next ones will see it.
    private func present(
        _ result: DrillResult,
        _ timeline: DrillTimeline,
        _ started: Timestamp
    ) -> DrillTrend.Point? {
        guard timeline.reached[.proven] != nil, let checked = timeline.reached[.checked] else {
            return nil
        }
        return DrillTrend.Point(
            started: Timestamp(seconds: started.seconds),
            time: checked - timeline.lead,
            recoveryPoint: result.recoveryPoint
        )
    }
}
