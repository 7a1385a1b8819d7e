import Catalog
import Configuration
import HostState
import Jobs
import Model

extension Timetable.Past {
    /// Asks the catalog what it knows of a job. No store is looked at: one that hangs must not keep
    /// the loop from its other jobs.
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
            return try site.setID(named: job.name)
                .flatMap { try catalog.newestSnapshot(of: $0) }?.started
        case .verify:
            return try site.lastVerification(of: try site.set(named: job.name))?.started
        case .read:
            return try places(of: job.name, site, catalog)
                .compactMap { try catalog.lastListing(of: $0) }
                .filter { try !isUnanswered(job, at: $0, catalog) }.max()
        case .attack:
            return try places(of: job.name, site, catalog)
                .compactMap { try catalog.newestAttack(of: $0) }.map(\.started).max()
        case .drill:
            return try catalog.drills().first { $0.plan == job.name }?.started
        }
    }

    /// What the objects of a store are called by: of media each has a place of its own, and work on
    /// any of them is work on the store.
    private static func places(
        of name: String,
        _ site: Site,
        _ catalog: Catalog
    ) throws -> [String] {
        guard let store = site.configuration.store(named: name) else {
            return []
        }
        guard store.media != nil else {
            return [Site.place(of: store)]
        }
        return try catalog.media().filter { $0.store == name }
            .map { Site.place(ofMedium: $0.label, in: store) }
    }

    /// Whether an attempt listed the store then, and came to no verdict. A reading begins with its
    /// listing: one that was stopped, or could not read on, is no work that came to an end.
    private static func isUnanswered(
        _ job: ScheduledJob,
        at listed: Timestamp,
        _ catalog: Catalog
    ) throws -> Bool {
        // One attempt goes on at a time: of those that had begun, the last.
        let attempt = try catalog.lastRun(of: job.name, kind: job.kind, startedBy: listed)
        guard let attempt else {
            return false
        }
        return attempt.end.map { listed <= $0.finished && !$0.isAnswer } ?? true
    }
}
