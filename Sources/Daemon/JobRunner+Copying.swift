import Copying
import Jobs
import Logging
import Model
import Workers

/// Copies follow a backup at once: until then its snapshot lies in one place.
extension JobRunner {
    /// Brings what a set's backup has just stored to its further stores.
    ///
    /// How that ends is told in the log, and by `toride status` once a copy lags for a day. It does
    /// not change how the backup ended: a store that is out of reach is no reason to take another
    /// snapshot, and the next backup's copy brings this one too.
    ///
    /// - Parameters:
    ///   - set: its name.
    ///   - log: where it is told.
    func copy(_ set: String, _ log: Logger) {
        do {
            let job = try CopyJob(site, sets: [set], now: now, stop: stop)
            for part in job.parts {
                copy(part, of: job, log)
            }
        } catch {
            tell(error, log)
        }
    }

    /// One store that is out of reach keeps no other from its copy.
    private func copy(_ part: CopyJob.Part, of job: CopyJob, _ log: Logger) {
        var log = log
        log[metadataKey: "store"] = "\(part.store)"
        let started = now()
        do {
            let report = try job.run(part)
            log.log(
                level: JobRunner.level(report.verdict),
                "copy done",
                metadata: [
                    "verdict": "\(report.verdict.rawValue)", "snapshots": "\(report.snapshots)",
                    "objects": "\(report.objects)", "bytes": "\(report.bytes)",
                    "seconds": "\(now().since(started).components.seconds)",
                    "findings": "\(JobRunner.codes(report.findings))",
                ]
            )
        } catch {
            tell(error, log)
        }
    }

    private func tell(_ error: any Error, _ log: Logger) {
        guard !stop.isStopping else {
            log.notice("copy stopped; it is made up for by the next backup")
            return
        }
        let told = error as? any ToldError
        log.error(
            "copy failed",
            metadata: ["error": "\(error.words)", "hint": "\(told?.hint ?? "")"]
        )
    }
}
