import Catalog
import Model
import Scheduling

/// Decides whether a job is due, from what is known of its past. Keeps nothing.
struct Timetable {
    /// Attempts that answer one moment; whoever fails so often waits for the next one.
    static let attemptsMax = 3
    /// Between an attempt that could not look and the next: a server that is restarted, a store
    /// that is mounted late.
    static let retryAfter: Int64 = 15 * 60

    let zone: SiteTimeZone

    /// What is known of a job's past.
    struct Past: Equatable {
        /// When work of this kind began that came to an end, as the catalog has it, whoever asked.
        var worked: Timestamp?
        /// The daemon's last attempt.
        var attempt: RunRow?
        /// How many attempts answer the moment in question.
        var attempts = 0
    }

    /// What is to be done about a job.
    enum Decision: Equatable {
        /// Run it now.
        case due
        /// Nothing until the next moment of its schedule.
        case settled
        /// Look again then.
        case later(Timestamp)
    }

    /// The last moment at which the job was to run; nil if there was none.
    func moment(of job: ScheduledJob, at now: Timestamp) -> Timestamp? {
        job.schedule.latestDue(at: now, in: zone)
    }

    /// Decides about the newest moment of a job's schedule.
    func decide(_ job: ScheduledJob, _ past: Past, now: Timestamp) -> Decision {
        guard job.schedule.isDue(since: past.worked, now: now, in: zone) else {
            return .settled
        }
        guard let attempt = past.attempt,
            !job.schedule.isDue(since: attempt.started, now: now, in: zone)
        else {
            return .due
        }
        guard past.attempts < Timetable.attemptsMax else {
            return .settled
        }
        guard let end = attempt.end else {
            return .due  // The daemon that began it died, or was stopped.
        }
        guard !end.isAnswer else {
            return .settled
        }
        let retry = end.finished.adding(.seconds(Timetable.retryAfter))
        return now < retry ? .later(retry) : .due
    }
}
