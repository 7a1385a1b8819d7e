import ArgumentParser
import Backup
import Console
import Format
import Jobs
import Model
import Reporting
import Workers

/// `toride backup`: takes snapshots.
struct BackupCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Back up the sets that are named, or all.",
        discussion: """
            A snapshot from which a file is missing that could not be read is kept, and ends with \
            3. A failed set does not keep the others from being backed up.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The sets; all if none is named.")
    var sets: [String] = []

    @Flag(help: "Folders that were mount points and are none now shall stay so.")
    var acceptUnmounted = false

    @Flag(help: "Read every file, also those whose size and times say that nothing changed.")
    var forceRead = false

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        return try SetBySet.run(sets, of: site, answer: "backups", terminal) { set, stop in
            let result = try backUp(set, site, stop, terminal)
            return (BackupOutcome.exitCode(result), ResultJSON.backup(result, set: set))
        }
    }

    private func backUp(
        _ set: String,
        _ site: Site,
        _ stop: StopFlag,
        _ terminal: Terminal
    ) throws -> BackupRun.Result {
        let line = terminal.progress(set)
        defer { line.end() }
        let job = try BackupJob(
            site: site,
            set: set,
            tool: Version.tool,
            stop: stop,
            acceptsUnmounted: acceptUnmounted,
            forcesRead: forceRead,
            now: WallClock.now
        )
        let result = try job.run { line.show(files: $0.files, bytes: $0.bytesRead) }
        line.end()
        let manifest = result.manifest
        terminal.say(
            terminal.words(
                "\(set): 世代 \(manifest.sequence) を保存 · \(result.files) ファイル "
                    + "\(ByteCount(result.contentBytes)) · 新規 \(ByteCount(manifest.new.bytes))",
                "\(set): snapshot \(manifest.sequence) · \(result.files) files "
                    + "\(ByteCount(result.contentBytes)) · new \(ByteCount(manifest.new.bytes))"
            )
                + " · \(result.name.hex.prefix(12))"
                + (manifest.complete ? "" : terminal.words(" · 不完全", " · incomplete"))
        )
        FindingLines.print(result.findings, terminal, names: [result.set: set])
        return result
    }
}
