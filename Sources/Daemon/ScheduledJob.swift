import Catalog
import Configuration
import Scheduling

/// What is to run on a schedule: a kind of work on a set, or a drill plan.
struct ScheduledJob: Hashable {
    /// The kind of work.
    let kind: JobKind
    /// The set's or the plan's name.
    let name: String
    /// When.
    let schedule: CronSchedule

    /// All jobs of a site, in the order of the file: backups, verifications, drills.
    ///
    /// A drill host makes no backups: their source is another machine's.
    static func all(of configuration: Configuration) -> [ScheduledJob] {
        let backups = configuration.sets.compactMap { set in
            set.schedule.map { ScheduledJob(kind: .backup, name: set.name, schedule: $0) }
        }
        let verifications = configuration.sets.compactMap { set in
            set.verification.map {
                ScheduledJob(kind: .verify, name: set.name, schedule: $0.schedule)
            }
        }
        let drills = configuration.drills.compactMap { plan in
            plan.schedule.map { ScheduledJob(kind: .drill, name: plan.name, schedule: $0) }
        }
        switch configuration.role {
        case .backup: return backups + verifications + drills
        case .drill: return verifications + drills
        }
    }
}
