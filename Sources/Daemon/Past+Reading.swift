import Catalog
import HostState
import Jobs
import Model

extension Timetable.Past {
    /// Reads what the catalog knows of a job.
    ///
    /// - Parameters:
    ///   - job: which.
    ///   - moment: the one in question.
    ///   - site: whose.
    /// - Throws: ``CatalogError``; ``HostStateError``.
    init(of job: ScheduledJob, at moment: Timestamp, in site: Site) throws {
        let catalog = try site.catalog()
        self.init(
            worked: try Self.worked(job, site, catalog),
            attempt: try catalog.lastRun(of: job.name, kind: job.kind),
            attempts: try catalog.runCount(of: job.name, kind: job.kind, due: moment)
        )
    }

    private static func worked(
        _ job: ScheduledJob,
        _ site: Site,
        _ catalog: Catalog
    ) throws -> Timestamp? {
        switch job.kind {
        case .backup:
            try site.setID(named: job.name).flatMap { try catalog.newestSnapshot(of: $0) }?.started
        case .verify:
            try site.lastVerification(of: try site.set(named: job.name))?.started
        case .drill:
            try catalog.drills().first { $0.plan == job.name }?.started
        }
    }
}
