import ArgumentParser
import Console
import Jobs
import Model

/// Which snapshot is held or released, where, why, and by whom.
struct HoldOptions: ParsableArguments {
    @Argument(help: "SET@latest or SET@SEQ.")
    var snapshot: String

    @Option(help: "The store in which it lies: a bucket whose objects can be locked.")
    var copy: String

    @Option(help: "Why, in one line. It is stored beside the backups: name no patient.")
    var reason: String

    @Option(help: "A credentials file of somebody else, as AWS's tools write it.")
    var credentials: String?

    @Option(help: "Which part of that file; default if it is left out.")
    var profile: String?

    func validate() throws {
        guard profile == nil || credentials != nil else {
            throw ValidationError("--profile names a part of a file: add --credentials FILE")
        }
    }

    /// Holds or releases, and tells what came of it.
    ///
    /// - Parameters:
    ///   - action: what is to be done.
    ///   - options: where the configuration lies.
    ///   - terminal: where it is told.
    /// - Returns: how the command ends.
    /// - Throws: what ``HoldJob`` throws.
    func perform(
        _ action: HoldJob.Action,
        _ options: GlobalOptions,
        _ terminal: Terminal
    ) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        StopSignals.set(site.stop)
        let job = try HoldJob(
            site,
            snapshot: snapshot,
            store: copy,
            reason: reason,
            credentials: credentials.map { .file($0, profile: profile ?? "default") },
            now: { WallClock.now() },
            stop: site.stop
        )
        if action == .place, credentials == nil {
            CopyHoldLines.warn(terminal)
        }
        let outcome = try run(job, action, terminal)
        CopyHoldLines.tell(outcome, in: copy, names: try site.setNames(), terminal)
        return ExitCode(outcome.verdict)
    }

    private func run(
        _ job: HoldJob,
        _ action: HoldJob.Action,
        _ terminal: Terminal
    ) throws -> HoldJob.Outcome {
        let line = terminal.progress(copy)
        defer { line.end() }
        return try job.run(action) { line.show(bytes: $0, total: $1) }
    }
}
