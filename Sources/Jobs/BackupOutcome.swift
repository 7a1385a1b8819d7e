package import Backup
import Format
package import Model

/// How a backup ends.
package enum BackupOutcome {
    /// An incomplete snapshot ends with 3; a store that lost or forked its history with 1.
    package static func exitCode(_ result: BackupRun.Result) -> ExitCode {
        let verdict = Verdict(result.findings)
        return ExitCode(result.manifest.complete ? verdict : verdict.weaker(.notProven))
    }
}
