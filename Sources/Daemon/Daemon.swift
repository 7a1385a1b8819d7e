import Catalog
import Configuration
import Glibc
import Jobs
import Logging
import Model
import Scheduling
import Workers

/// Runs a site's jobs when they are due (docs/decisions/0003).
struct Daemon {
    /// Sets that are backed up at one time; all other jobs go one after the other.
    private static let backupsMax = 4
    /// How long the loop waits at most before it looks at the clock again: it may have been set.
    private static let lookEvery: Duration = .seconds(30)
    /// How long work may take to stop. SIGTERM is to end the daemon within 10 s.
    private static let stopMax: Duration = .seconds(8)
    /// Between two complaints that the catalog cannot be read.
    private static let complainSeconds: Int64 = 15 * 60

    private let site: Site
    private let jobs: [ScheduledJob]
    private let timetable: Timetable
    private let runner: JobRunner
    private let stop: StopFlag
    private let now: @Sendable () -> Timestamp
    private let log: Logger
    private let desk = Monitor(Desk())
    private let backups: BoundedQueue<Attempt>
    private let others: BoundedQueue<Attempt>
    private let complaints: Pace

    /// What the loop and the workers share.
    private struct Desk {
        /// Jobs that are queued or running.
        var busy: Set<ScheduledJob> = []
        /// How many of them are running, and whoever watches media.
        var running = 0
        /// Moments that need no more looking: up to which time, or for good.
        var settled: [ScheduledJob: (moment: Timestamp, until: Timestamp?)] = [:]
    }

    /// A job that was written down as begun.
    private struct Attempt {
        let job: ScheduledJob
        let due: Timestamp
        /// Its number in the catalog.
        let number: Int64
    }

    /// Prepares it.
    ///
    /// - Parameters:
    ///   - site: the configured site.
    ///   - drills: who starts drills.
    ///   - log: where to say what happens.
    ///   - now: the host's clock.
    /// - Throws: ``DaemonError/nothingScheduled``; ``SiteError`` if a set could never be backed up.
    init(
        site: Site,
        drills: DrillStarter,
        log: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        self.site = site
        self.log = log
        self.now = now
        jobs = ScheduledJob.all(of: site.configuration)
        guard !jobs.isEmpty else {
            throw DaemonError.nothingScheduled
        }
        for job in jobs where job.kind == .backup {
            let set = try site.set(named: job.name)
            _ = (try site.recipients(of: set), try site.store(of: set))
        }
        timetable = Timetable(zone: site.configuration.site.timeZone)
        stop = site.stop
        runner = JobRunner(site: site, drills: drills, stop: stop, now: now)
        // A job is queued once at most, so no queue is ever full.
        backups = BoundedQueue(limit: jobs.count)
        others = BoundedQueue(limit: jobs.count)
        complaints = Pace(every: Daemon.complainSeconds, from: Timestamp(seconds: 0))
    }

    /// Runs until it is told to stop.
    func run(_ signals: DaemonSignals) {
        let zone = timetable.zone
        log.notice(
            "started",
            metadata: [
                "jobs": "\(jobs.count)", "pid": "\(getpid())", "zone": "\(zone.identifier)",
            ]
        )
        Workers.run(Daemon.backupsMax + 2) { number in
            switch number {
            case 0: watchMedia()
            case 1: work(on: others)
            default: work(on: backups)
            }
        } lead: {
            loop(signals)
            stop.set()
            backups.cancel()
            others.cancel()
            waitForWork()
        }
        log.notice("stopped")
    }

    private func loop(_ signals: DaemonSignals) {
        while true {
            look(now())
            switch signals.wait(atMost: untilNextLook()) {
            case .nothing: continue
            case .reload: log.notice("restart the service to take a new configuration")
            case .stop: return
            }
        }
    }

    private func untilNextLook() -> Duration {
        let now = now()
        let next = jobs.compactMap { $0.schedule.next(after: now, in: timetable.zone) }.min()
        return min(Daemon.lookEvery, next?.since(now) ?? Daemon.lookEvery)
    }

    // MARK: - Looking

    /// Queues every job that is due.
    private func look(_ now: Timestamp) {
        for job in jobs {
            guard let moment = timetable.moment(of: job, at: now), needsLook(job, moment, now)
            else {
                continue
            }
            do {
                let past = try Timetable.Past(of: job, at: moment, in: site)
                switch timetable.decide(job, past, now: now) {
                case .due: try queue(job, moment, now)
                case .settled: desk.withLock { $0.settled[job] = (moment, nil) }
                case .later(let time): desk.withLock { $0.settled[job] = (moment, time) }
                }
            } catch {
                complain(error)
            }
        }
    }

    private func needsLook(_ job: ScheduledJob, _ moment: Timestamp, _ now: Timestamp) -> Bool {
        desk.withLock { desk in
            guard !desk.busy.contains(job) else {
                return false
            }
            guard let known = desk.settled[job], known.moment == moment else {
                return true
            }
            return known.until.map { $0 <= now } ?? false
        }
    }

    /// Writes an attempt down, and queues it: in this order, so that none is forgotten.
    private func queue(_ job: ScheduledJob, _ due: Timestamp, _ now: Timestamp) throws {
        let row = RunRow(name: job.name, kind: job.kind, due: due, started: now)
        let number = try site.catalog().record(run: row)
        desk.withLock { desk in
            desk.busy.insert(job)
            desk.settled[job] = nil
        }
        let queue = job.kind == .backup ? backups : others
        _ = queue.push(Attempt(job: job, due: due, number: number))
    }

    private func complain(_ error: any Error) {
        if complaints.isTime(now()) {
            let told = error as? any ToldError
            log.error(
                "nothing can run that cannot be written down",
                metadata: [
                    "error": "\(told?.description ?? "\(error)")", "hint": "\(told?.hint ?? "")",
                ]
            )
        }
    }

    // MARK: - Working

    /// Counts as running: one that hangs in a medium is left behind as work is.
    private func watchMedia() {
        desk.withLock { $0.running += 1 }
        var watch = MediaWatch(site, log, now: now)
        watch.run()
        desk.withLock { $0.running -= 1 }
    }

    private func work(on queue: BoundedQueue<Attempt>) {
        while let attempt = queue.pop() {
            work(attempt)
        }
    }

    private func work(_ attempt: Attempt) {
        desk.withLock { $0.running += 1 }
        let outcome = runner.run(attempt.job, due: attempt.due, log)
        do {
            // What was stopped stays without an end, and is made up for.
            if let outcome {
                try site.catalog().finish(
                    run: attempt.number,
                    RunRow.End(finished: now(), outcome: outcome)
                )
            }
        } catch {
            complain(error)
        }
        desk.withLock { desk in
            desk.busy.remove(attempt.job)
            desk.running -= 1
        }
    }

    /// Gives running work its time to stop, and then ends the process: all that is durable is used
    /// by the next run, as after `kill -9`.
    private func waitForWork() {
        let end = ContinuousClock.now + Daemon.stopMax
        while desk.withLock({ $0.running > 0 }) {
            guard ContinuousClock.now < end else {
                log.warning("some work did not stop in time; it is made up for at the next start")
                _exit(ExitCode.couldNotLook.rawValue)
            }
            usleep(20_000)
        }
    }
}

// MARK: - Telling

extension Daemon {
    /// One line a job: what, on what, its schedule, and when it comes next.
    func plan() -> String {
        let rows = jobs.map { job in
            let next = job.schedule.next(after: now(), in: timetable.zone)
            return [
                job.kind.rawValue, job.name, job.schedule.text,
                next.map { timetable.zone.text($0) } ?? "never",
            ]
        }
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                .joined(separator: "  ") + "\n"
        }.joined()
    }
}
