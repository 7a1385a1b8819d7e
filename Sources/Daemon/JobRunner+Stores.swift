import Configuration
import Copying
import FileSystem
import Jobs
import Logging
import Model
import Workers

/// What is done to a store on schedules of its own (docs/decisions/0019).
extension JobRunner {
    /// Reads what is due in a store, the oldest first, for as long as the store says.
    ///
    /// - Parameters:
    ///   - name: the store's.
    ///   - log: where it is told.
    /// - Returns: how it ended.
    /// - Throws: ``Stopped``; ``StoreError`` if the store cannot be read, to its end too.
    func read(_ name: String, _ log: Logger) throws -> ExitCode {
        guard let store = try present(name, log) else {
            return .notProven
        }
        let started = now()
        let report = try read(store, started, log)
        // What was read by then counts, and nobody read the rest.
        try stop.check()
        let isWhole = report.failure == nil
        let verdict = isWhole ? report.verdict : report.verdict.weaker(.notProven)
        log.log(
            level: JobRunner.level(verdict),
            isWhole ? "read done" : "read ended early",
            metadata: [
                "verdict": "\(verdict.rawValue)", "objects": "\(report.objectsRead)",
                "bytes": "\(report.bytesRead)", "left": "\(report.objectsLeft)",
                "new": "\(report.new)", "gone": "\(report.gone)",
                "seconds": "\(now().since(started).components.seconds)",
                "findings": "\(JobRunner.codes(report.findings))",
            ]
        )
        if let failure = report.failure {
            throw failure
        }
        return ExitCode(verdict)
    }

    private func read(
        _ store: Configuration.Store,
        _ started: Timestamp,
        _ log: Logger
    ) throws -> LedgerJob.Report {
        let rate = site.configuration.verification?.limitRate
        let job = try LedgerJob(
            site,
            copy: store.name,
            limit: rate.map { RateLimit($0, stop: stop) },
            lasting: store.readFor,
            now: now,
            uptime: { FileHandle.uptime() },
            stop: stop
        )
        let pace = Pace(every: Self.progressSeconds, from: started)
        return try job.run(store) { done, total in
            if pace.isTime(now()) {
                log.info("read goes on", metadata: ["bytes": "\(done) of \(total)"])
            }
        }
    }

    /// Tries what the store is declared to resist.
    ///
    /// - Parameters:
    ///   - name: the store's.
    ///   - log: where it is told.
    /// - Returns: how it ended.
    /// - Throws: ``Stopped``; ``StoreError`` if the store is out of reach.
    func attack(_ name: String, _ log: Logger) throws -> ExitCode {
        guard let store = try present(name, log) else {
            return .notProven
        }
        let started = now()
        let outcome = try AttackJob(site, store: name, now: now, stop: stop).run(store)
        let attempts = outcome.report.attempts.map(\.outcome.rawValue)
        log.log(
            level: JobRunner.level(outcome.verdict),
            "attack done",
            metadata: [
                "verdict": "\(outcome.verdict.rawValue)",
                "attempts": "\(JobRunner.counted(attempts))",
                "seconds": "\(now().since(started).components.seconds)",
                "findings": "\(JobRunner.codes(outcome.findings))",
            ]
        )
        return ExitCode(outcome.verdict)
    }

    /// The store; nil of one with media at which none is mounted, for most of them lie in a safe.
    private func present(_ name: String, _ log: Logger) throws -> Configuration.Store? {
        // No other store is looked at: a medium that hangs keeps the work on itself alone.
        let here = try site.stores(named: name).first { site.isHere($0) }
        if here == nil {
            log.warning("no medium is here")
        }
        return here
    }
}
