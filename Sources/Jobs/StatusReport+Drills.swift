import Catalog
import Configuration
import Format
import Model
import Scheduling

extension StatusReport {
    /// Plans of a set whose last drill that was proven is older than their schedules allow. A drill
    /// of another plan answers none of their moments, nor does one that failed.
    static func latePlans(
        of set: Configuration.BackupSet,
        _ site: Site,
        _ catalog: Catalog,
        _ clock: Clock
    ) throws -> [Finding] {
        let plans = site.configuration.drills.filter { plan in
            site.configuration.sets(of: plan).contains { $0.name == set.name }
        }
        let before = Timestamp(seconds: clock.now.seconds - grace.drill * 3_600)
        var findings: [Finding] = []
        for plan in plans {
            guard let due = plan.schedule?.latestDue(at: before, in: clock.zone) else {
                continue
            }
            let proven = try catalog.newestDrill(ofPlan: plan.name, verdict: .proven)
            // A drill from before the plan was to go deeper, or to bring back all, is not the one
            // that is due.
            if let proven, proven.started >= due, proven.level ?? 0 >= plan.level.rawValue,
                plan.sample != nil || !proven.isOfSample
            {
                continue
            }
            var evidence = ["due": clock.zone.text(due), "plan": plan.name]
            if let proven {
                let age = clock.now.since(proven.finished ?? proven.started)
                evidence["ageSeconds"] = "\(age.components.seconds)"
            }
            findings.append(Finding(.drillLate, clock.set, evidence: evidence))
        }
        return findings
    }

    /// Targets that the next drills would miss if all goes on as it did.
    static func risks(
        _ site: Site,
        _ catalog: Catalog,
        _ now: Timestamp
    ) throws -> [Finding] {
        let plans = site.configuration.drills.filter { $0.rto != nil || $0.rpo != nil }
        let drills = try plans.isEmpty ? [] : catalog.drills()
        return plans.flatMap { plan -> [Finding] in
            let own = drills.filter { $0.plan == plan.name }
            guard let newest = own.first else {
                return []
            }
            var forecast: Duration?
            if case .integer(let seconds)? = newest.claimed["forecastSeconds"] {
                forecast = .seconds(seconds)
            }
            let trend = DrillTrend(
                past: own.compactMap { DrillTrend.Point($0) },
                present: DrillTrend.Point(newest)
            )
            return trend.risks(
                of: plan,
                in: site.configuration.site.timeZone,
                at: now,
                lead: .milliseconds(newest.stepTimes["begun"] ?? 0),
                forecast: forecast
            )
        }
    }
}
