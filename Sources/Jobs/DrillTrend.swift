package import Catalog
package import Configuration
import Format
package import Model
package import Scheduling

/// How long the drills of one plan took, and how old what they brought back was, over time.
package struct DrillTrend: Hashable, Sendable {
    /// One drill that found all whole: others end early, or late, for reasons of their own.
    package struct Point: Hashable, Sendable {
        /// When it began.
        package let started: Timestamp
        /// From the start of the program until all was checked: what people took is not in it.
        package let time: Duration
        /// The recovery point that it measured; nil if it could not.
        package let recoveryPoint: Duration?

        /// States what a drill measured.
        package init(started: Timestamp, time: Duration, recoveryPoint: Duration?) {
            self.started = started
            self.time = time
            self.recoveryPoint = recoveryPoint
        }

        /// Reads a drill of the catalog; nil if it did not find all whole.
        package init?(_ drill: DrillRow) {
            let times = drill.stepTimes
            guard times["proven"] != nil, let checked = times["checked"] else {
                return nil
            }
            var point: Duration?
            if case .integer(let seconds)? = drill.claimed["recoveryPointSeconds"] {
                point = .seconds(seconds)
            }
            self.init(
                started: drill.started,
                time: .milliseconds(max(0, checked - (times["begun"] ?? 0))),
                recoveryPoint: point
            )
        }
    }

    /// Fewer drills show no direction.
    private static let pointsMin = 3
    /// What was longer ago says little about the next months.
    private static let pointsMax = 10
    /// How many earlier drills one is compared with.
    private static let comparedMax = 5

    /// Earlier drills, rising by time.
    package let past: [Point]
    /// The drill at hand; nil if it did not find all whole.
    package let present: Point?

    /// Puts drills of one plan in order; of `past` those count that began before `present`.
    package init(past: [Point], present: Point?) {
        self.past = past.filter { point in present.map { point.started < $0.started } ?? true }
            .sorted { $0.started < $1.started }
        self.present = present
    }

    /// How long the earlier drills took, the last five at most: as many took less as took more.
    /// Nil if there are none.
    package var median: Duration? {
        let times = past.suffix(Self.comparedMax).map(\.time).sorted()
        guard !times.isEmpty else {
            return nil
        }
        return (times[(times.count - 1) / 2] + times[times.count / 2]) / 2
    }

    /// How many drills ``median`` is of.
    package var compared: Int { min(past.count, Self.comparedMax) }

    // MARK: - What is at risk

    /// Targets that a plan's next three drills would miss if all goes on as it did, or that a
    /// restore of everything would.
    ///
    /// - Parameters:
    ///   - plan: its targets and schedule.
    ///   - zone: of the schedule.
    ///   - now: after which moment the next drills are.
    ///   - lead: what people took before the machine began.
    ///   - forecast: how long a restore of everything would take; nil if nobody can tell.
    /// - Returns: notices; no drill fails by what may come.
    package func risks(
        of plan: Configuration.DrillPlan,
        in zone: SiteTimeZone,
        at now: Timestamp,
        lead: Duration = .zero,
        forecast: Duration? = nil
    ) -> [Finding] {
        let dates = DrillTrend.dates(plan.schedule, in: zone, after: now)
        return timeRisk(
            of: plan.name,
            atMost: plan.rto,
            dates: dates,
            lead: lead,
            forecast: forecast
        ) + pointRisk(of: plan.name, atMost: plan.rpo, dates: dates)
    }

    /// The next three moments of a schedule.
    private static func dates(
        _ schedule: CronSchedule?,
        in zone: SiteTimeZone,
        after now: Timestamp
    ) -> [Timestamp] {
        var dates: [Timestamp] = []
        while dates.count < 3, let next = schedule?.next(after: dates.last ?? now, in: zone) {
            dates.append(next)
        }
        return dates
    }

    /// Whether the recovery time objective is at risk.
    ///
    /// - Parameters:
    ///   - plan: its name.
    ///   - max: the objective; nil if there is none.
    ///   - dates: of the next drills, rising.
    ///   - lead: what people took before the machine began.
    ///   - forecast: how long a restore of everything would take.
    /// - Returns: a notice, or none.
    package func timeRisk(
        of plan: String,
        atMost max: Duration?,
        dates: [Timestamp],
        lead: Duration = .zero,
        forecast: Duration? = nil
    ) -> [Finding] {
        guard let max else {
            return []
        }
        var evidence: [String: String] = [:]
        let values = points.map { (at: $0.started, value: $0.time + lead) }
        if let worst = DrillTrend.worst(values, at: dates), worst > max {
            evidence["trendSeconds"] = "\(worst.components.seconds)"
            evidence["drills"] = "\(values.count)"
        }
        if let forecast, lead + forecast > max {
            evidence["forecastSeconds"] = "\((lead + forecast).components.seconds)"
        }
        guard !evidence.isEmpty else {
            return []
        }
        evidence["maxSeconds"] = "\(max.components.seconds)"
        let subject = Subject.named("\(plan): recovery time")
        return [Finding(.recoveryTimeAtRisk, subject, evidence: evidence)]
    }

    /// Whether the recovery point objective is at risk.
    ///
    /// - Parameters:
    ///   - plan: its name.
    ///   - max: the objective; nil if there is none.
    ///   - dates: of the next drills, rising.
    /// - Returns: a notice, or none.
    package func pointRisk(
        of plan: String,
        atMost max: Duration?,
        dates: [Timestamp]
    ) -> [Finding] {
        let values = points.compactMap { point in
            point.recoveryPoint.map { (at: point.started, value: $0) }
        }
        guard let max, let worst = DrillTrend.worst(values, at: dates), worst > max else {
            return []
        }
        return [
            Finding(
                .recoveryPointAtRisk,
                .named("\(plan): recovery point"),
                evidence: [
                    "drills": "\(values.count)", "maxSeconds": "\(max.components.seconds)",
                    "trendSeconds": "\(worst.components.seconds)",
                ]
            )
        ]
    }

    /// Those that show a direction: none if the drill at hand is not among them.
    private var points: [Point] {
        present.map { Array((past + [$0]).suffix(Self.pointsMax)) } ?? []
    }

    /// The largest value that a straight line through `values` (least squares) reaches at `dates`.
    ///
    /// - Returns: nil if it does not rise, if there are too few values, or if they lie closer
    ///   together than two dates do: drills of one afternoon say nothing about months.
    private static func worst(
        _ values: [(at: Timestamp, value: Duration)],
        at dates: [Timestamp]
    ) -> Duration? {
        guard values.count >= pointsMin, dates.count >= 2, let last = dates.last,
            let first = values.first?.at, let newest = values.last?.at,
            newest.since(first) >= dates[1].since(dates[0])
        else {
            return nil
        }
        let times = values.map { seconds($0.at.since(first)) }
        let lengths = values.map { seconds($0.value) }
        let count = Double(values.count)
        let (time, length) = (times.reduce(0.0, +) / count, lengths.reduce(0.0, +) / count)
        let spread = times.reduce(0.0) { $0 + ($1 - time) * ($1 - time) }
        let common = zip(times, lengths).reduce(0.0) { $0 + ($1.0 - time) * ($1.1 - length) }
        guard spread > 0, common > 0 else {
            return nil
        }
        let worst = length + common * (seconds(last.since(first)) - time) / spread
        return .seconds(Int64(min(max(worst.rounded(), 0), secondsMax)))
    }

    /// Beyond all reason, and short of what a duration cannot hold.
    private static let secondsMax = 1e12

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
}
