import Catalog
import Configuration
import Model
import Scheduling

extension LedgerJob {
    /// Adds what is late after a run, and what will be.
    ///
    /// - Parameters:
    ///   - store: which store.
    ///   - rate: bytes a second, as measured; 0 if it was not.
    ///   - catalog: the host's.
    ///   - report: of the run.
    /// - Throws: ``CatalogError``.
    func judge(
        _ store: Configuration.Store,
        rate: Double,
        _ catalog: Catalog,
        _ report: inout Report
    ) throws {
        let place = report.place
        let deadline = ReadingDeadline(within: store.readWithin, now: now())
        (report.objectsLeft, report.bytesLeft) = try catalog.readings(
            of: place,
            arrivedBefore: .distantFuture,
            readBefore: deadline.due,
            at: deadline.ahead,
            countsDamaged: true
        )
        if let late = try StatusReport.lateReading(of: place, deadline, catalog) {
            report.findings.append(late)
        }
        guard rate > 0 else {
            return
        }
        let forecast = ReadingForecast(
            try catalog.deadlines(
                of: place,
                fresh: ReadingDeadline.fresh,
                within: store.readWithin
            ),
            bytesPerSecond: rate,
            share: lasting.map { min(1, $0 / period(of: store, deadline.now)) } ?? 1
        )
        if let miss = forecast.firstMiss(after: deadline.now) {
            report.findings.append(
                Finding(
                    .readingAtRisk,
                    .named(place),
                    evidence: [
                        "bytes": "\(miss.bytes)", "bytesPerSecond": "\(UInt64(min(rate, 1e18)))",
                        "deadline": miss.deadline.rfc3339,
                    ]
                )
            )
        }
    }

    /// After how long the same is run again: as the store's schedule has it, if this is such a run;
    /// else as if it were every day.
    private func period(of store: Configuration.Store, _ now: Timestamp) -> Duration {
        let zone = site.configuration.site.timeZone
        guard let schedule = store.readAt, lasting == store.readFor,
            let next = schedule.next(after: now, in: zone),
            let last = schedule.next(after: next, in: zone)
        else {
            return .seconds(86_400)
        }
        return last.since(next)
    }
}
