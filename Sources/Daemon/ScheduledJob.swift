import Catalog
import Configuration
import Scheduling

/// What is to run on a schedule: a kind of work on a set or a store, or a drill plan.
struct ScheduledJob: Hashable {
    /// What a job's name is the name of, as logs call it.
    enum Subject: String {
        /// A backup set.
        case set
        /// A store.
        case store
        /// A drill plan.
        case plan
    }

    /// The kind of work.
    let kind: JobKind
    /// The set's, the store's or the plan's name.
    let name: String
    /// When.
    let schedule: CronSchedule

    /// What ``name`` is the name of.
    var subject: Subject {
        switch kind {
        case .backup, .verify: .set
        case .read, .attack: .store
        case .drill: .plan
        }
    }

    /// All jobs of a site, each kind in the order of the file: backups, verifications, readings,
    /// attacks, drills.
    ///
    /// A drill host makes no backups, for their source is another machine's; and attacks nothing,
    /// for the credentials that a thief would find are another machine's too.
    static func all(of configuration: Configuration) -> [ScheduledJob] {
        let backups = configuration.sets.compactMap { set in
            set.schedule.map { ScheduledJob(kind: .backup, name: set.name, schedule: $0) }
        }
        let verifications = configuration.sets.compactMap { set in
            set.verification.map {
                ScheduledJob(kind: .verify, name: set.name, schedule: $0.schedule)
            }
        }
        let readings = configuration.stores.compactMap { store in
            store.readAt.map { ScheduledJob(kind: .read, name: store.name, schedule: $0) }
        }
        let attacks = configuration.stores.compactMap { store in
            store.attackAt.map { ScheduledJob(kind: .attack, name: store.name, schedule: $0) }
        }
        let drills = configuration.drills.compactMap { plan in
            plan.schedule.map { ScheduledJob(kind: .drill, name: plan.name, schedule: $0) }
        }
        switch configuration.role {
        case .backup: return backups + verifications + readings + attacks + drills
        case .drill: return verifications + readings + drills
        }
    }
}
