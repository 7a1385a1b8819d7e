import Backup
import Catalog
import Configuration
import Console
import FileSystem
import Format
import HostState
import Jobs
import Logging
import Model
import Scheduling
import Verification
import Workers

/// Does one job, as the command of the same name does, and says in the log what came of it. Logs
/// carry codes and counts: a file's path may name a patient.
struct JobRunner {
    /// Between two lines on how far a long job is.
    static let progressSeconds: Int64 = 600
    /// How old a verification may be that a stop of the machine cut short.
    private static let continuedMax = Duration.seconds(14 * 86_400)

    let site: Site
    let drills: DrillStarter
    let stop: StopFlag
    let now: @Sendable () -> Timestamp

    /// Does it.
    ///
    /// - Returns: how it ended; nil if it was stopped before its end.
    func run(_ job: ScheduledJob, due: Timestamp, _ log: Logger) -> ExitCode? {
        var log = log
        log[metadataKey: job.subject.rawValue] = "\(job.name)"
        let zone = site.configuration.site.timeZone
        log.info("\(job.kind.rawValue) is due", metadata: ["due": "\(zone.text(due))"])
        do {
            switch job.kind {
            case .backup:
                let code = try backUp(job.name, log)
                copy(job.name, log)
                return code
            case .verify: return try verify(job.name, due: due, log)
            case .read: return try read(job.name, log)
            case .attack: return try attack(job.name, log)
            case .drill: return try drills.start(job.name, in: site.configuration, log)
            }
        } catch {
            if stop.isStopping {
                log.notice("\(job.kind.rawValue) stopped; it is made up for at the next start")
                return nil
            }
            let told = error as? any ToldError
            let text = JobRunner.words(error, beneath: roots(of: job))
            log.error(
                "\(job.kind.rawValue) failed",
                metadata: ["error": "\(text)", "hint": "\(told?.hint ?? "")"]
            )
            return told?.exitCode ?? .internalFault
        }
    }

    /// The folders that the files of a job's set are taken from.
    private func roots(of job: ScheduledJob) -> [String] {
        guard job.subject == .set,
            case .files(let files)? = site.configuration.set(named: job.name)?.source
        else {
            return []
        }
        return files.paths
    }

    /// What a log may hold of an error: nothing of what a program of the hospital's said, and of a
    /// file of the source no more than which configured folder it lies in.
    ///
    /// - Parameters:
    ///   - error: what ended a job.
    ///   - roots: the folders that its set is taken from.
    /// - Returns: one line.
    static func words(_ error: any Error, beneath roots: [String]) -> String {
        if let quoting = error as? any QuotingError {
            return quoting.withoutQuotes
        }
        if let file = error as? FileSystemError,
            let root = roots.first(where: { isBeneath(file.path, $0) })
        {
            return FileSystemError(file.operation, "\(root)/…", code: file.code).description
        }
        return error.words
    }

    private static func isBeneath(_ path: String, _ root: String) -> Bool {
        // A walk begins at the file system's root, so its paths begin with two slashes.
        let folder = root.drop { $0 == "/" }
        return path.drop { $0 == "/" }.hasPrefix("\(folder)/")
    }

    private func backUp(_ set: String, _ log: Logger) throws -> ExitCode {
        let started = now()
        let job = try BackupJob(site: site, set: set, tool: Version.tool, stop: stop, now: now)
        let pace = Pace(every: Self.progressSeconds, from: started)
        let result = try job.run { counts in
            if pace.isTime(now()) {
                log.info(
                    "backup goes on",
                    metadata: ["files": "\(counts.files)", "bytes": "\(counts.bytesRead)"]
                )
            }
        }
        let code = BackupOutcome.exitCode(result)
        log.log(
            level: code == .done ? .notice : code == .failed ? .error : .warning,
            "backup done",
            metadata: [
                "sequence": "\(result.manifest.sequence)", "files": "\(result.files)",
                "bytes": "\(result.contentBytes)", "new": "\(result.manifest.new.bytes)",
                "complete": "\(result.manifest.complete)",
                "seconds": "\(now().since(started).components.seconds)",
                "findings": "\(JobRunner.codes(result.findings))",
            ]
        )
        return code
    }

    private func verify(_ set: String, due: Timestamp, _ log: Logger) throws -> ExitCode {
        let id = try site.setID(named: set)
        let isSource = site.configuration.role == .backup
        guard let id, try !isSource || site.catalog().newestSnapshot(of: id) != nil else {
            log.warning(
                "there is nothing to verify yet",
                metadata: ["before": isSource ? "the first backup" : "the first drill"]
            )
            return .notProven
        }
        var verdict: Verdict = .proven
        let rate =
            site.configuration.set(named: set)?.verification?.limitRate
            ?? site.configuration.verification?.limitRate
        let plan = try VerifyPlan(
            site: site,
            sets: [set],
            limit: rate.map { RateLimit($0, stop: stop) }
        )
        var readings: [ContinuableVerification] = []
        let (parts, absent) = try plan.parts()
        let visit = try plan.visit(to: parts, now: now)
        // A medium that then seems to be here still is told by `toride status`.
        defer { try? visit?.end() }
        // One store that is out of reach keeps no other from its turn.
        var codes = absent.map { tell($0.error, of: $0.store, log) }
        for part in parts {
            do {
                let (found, reading) = try verify(part, of: plan, due: due, log)
                readings.append(reading)
                verdict = verdict.weaker(found)
            } catch  where parts.count + absent.count > 1 && !stop.isStopping {
                codes.append(tell(error, of: part.place, log))
            }
        }
        guard codes.isEmpty else {
            return codes.reduce(ExitCode(verdict)) { $0.graver($1) }
        }
        // Not before all are done: one that is stopped in the last store has read the first.
        try readings.forEach { try $0.end() }
        return ExitCode(verdict)
    }

    /// Tells what kept a store from being verified.
    private func tell(_ error: any Error, of store: String, _ log: Logger) -> ExitCode {
        let told = error as? any ToldError
        log.error(
            "verify failed",
            metadata: [
                "store": "\(store)", "error": "\(JobRunner.words(error, beneath: []))",
                "hint": "\(told?.hint ?? "")",
            ]
        )
        return told?.exitCode ?? .internalFault
    }

    /// Verifies one store, and writes down what was found; the reading is not yet forgotten.
    private func verify(
        _ part: VerifyPlan.Part,
        of plan: VerifyPlan,
        due: Timestamp,
        _ log: Logger
    ) throws -> (Verdict, ContinuableVerification) {
        // A reboot must not cost a check that takes days; but what was begun before its moment
        // was another.
        let reading = ContinuableVerification(
            Verifier(store: part.store, request: part.request, stop: stop),
            of: part,
            in: site,
            for: .scheduled,
            continuing: max(.zero, min(Self.continuedMax, now().since(due))),
            now: now()
        )
        if let obstacle = reading.obstacle {
            log.warning(
                "verify cannot be gone on with if it is stopped",
                metadata: ["error": "\(obstacle.description)"]
            )
        }
        let started = reading.started
        let pace = Pace(every: Self.progressSeconds, from: now())
        let report = try reading.run { done, total in
            if pace.isTime(now()) {
                log.info("verify goes on", metadata: ["bytes": "\(done) of \(total)"])
            }
        }
        let doubts = try plan.remember(report, of: part, started: started, finished: now())
            .findings
        log.log(
            level: JobRunner.level(report.verdict),
            "verify done",
            metadata: [
                "verdict": "\(report.verdict.rawValue)", "snapshots": "\(report.snapshots)",
                "objects": "\(report.objectsRead)", "bytes": "\(report.bytesRead)",
                "seconds": "\(now().since(started).components.seconds)",
                "findings": "\(JobRunner.codes(report.findings + doubts))",
            ]
        )
        return (report.verdict, reading)
    }

    /// How loudly a verdict is told.
    static func level(_ verdict: Verdict) -> Logger.Level {
        switch verdict {
        case .proven: .notice
        case .notProven: .warning
        case .failed: .error
        }
    }

    /// The codes of findings and how often each was found; subjects stay with `toride`.
    static func codes(_ findings: [Finding]) -> String {
        counted(findings.map(\.code.rawValue))
    }

    /// Words in order, and how often each is there.
    static func counted(_ words: [String]) -> String {
        let counts = words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let texts = counts.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
        return texts.isEmpty ? "none" : texts.joined(separator: ",")
    }
}
