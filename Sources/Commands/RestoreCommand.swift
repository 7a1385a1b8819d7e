import ArgumentParser
import Console
import Format
import Jobs
import Model
import Opening
import Recovery
import Reporting
import Repository
import Workers

/// `toride restore`: brings files or a database back.
struct RestoreCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restore a snapshot into an empty folder or an empty database.",
        discussion: """
            --to: every path is made beneath the folder and nowhere else. Setuid bits, devices and \
            system attributes are made only with --privileged; what was left out is told and ends \
            with 3. One that was stopped or killed leaves a file .toride-unfinished-… in the \
            folder; the same command with --resume goes on, after it has read what is there.

            --into-postgresql: the database exists and is empty; make it with createdb \
            --template=template0. A dump that could do more than restore a database is refused and \
            ends with 1. Then every table is compared with what was sealed. Put passwords into \
            ~/.pgpass, or name a service.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var opening: OpeningOptions

    @Argument(help: "SET@latest, SET@SEQ or an id's beginning.")
    var snapshot: String

    @Option(help: "The folder: empty, or to be made.")
    var to: String?

    @Option(help: "Only this path and what is beneath it; may be given again.")
    var include: [String] = []

    @Flag(help: "Make setuid bits, devices, and trusted. and security. attributes too.")
    var privileged = false

    @Flag(help: "Go on with the same restore into the same folder, which was stopped.")
    var resume = false

    @Option(help: "The empty database, as libpq's connection string with dbname= or service=.")
    var intoPostgresql: String?

    @Flag(help: "Make the roles that the server lacks, without powers over the server.")
    var withRoles = false

    func validate() throws {
        guard (to == nil) != (intoPostgresql == nil) else {
            throw ValidationError("name one of --to and --into-postgresql")
        }
        guard to != nil || (include.isEmpty && !privileged && !resume) else {
            throw ValidationError("--include, --privileged and --resume are for --to")
        }
        guard intoPostgresql != nil || !withRoles else {
            throw ValidationError("--with-roles is for --into-postgresql")
        }
    }

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let stop = site.stop
        StopSignals.set(stop)
        let (opened, outdated) = try opening.open(snapshot, of: site, terminal)
        if let connection = intoPostgresql {
            return try restore(opened, intoDatabase: connection, outdated, stop, terminal)
        }
        return try restore(opened, into: to ?? "", outdated, stop, terminal)
    }

    private func restore(
        _ opened: OpenedSnapshot,
        into folder: String,
        _ outdated: [Finding],
        _ stop: StopFlag,
        _ terminal: Terminal
    ) throws -> Model.ExitCode {
        let includes = include.map { RecordPath.relative($0) }
        let restorer = TreeRestorer(
            opened,
            TreeRestorer.Request(
                target: folder,
                includes: includes,
                isPrivileged: privileged,
                isContinued: resume
            ),
            stop: stop
        )
        let line = terminal.progress(snapshot)
        let total = includes.isEmpty ? opened.root.contentBytes : nil
        defer { line.end() }
        do {
            try restorer.run { line.show(files: $0.files, bytes: $0.bytes, total: total) }
        } catch {
            line.end()
            if restorer.isUnfinished {
                // By its number: tomorrow @latest may be another.
                let title = SafeText.escaped(opened.title)
                terminal.remark(
                    terminal.words(
                        "\(title) を指定して --resume を付けると、続きから復元できます",
                        "the same command with \(title) and --resume goes on from here"
                    )
                )
            }
            throw error
        }
        line.end()
        var findings = outdated + restorer.findings
        if !opened.stored.manifest.complete {
            findings.append(Finding(.snapshotIncomplete, .snapshot(opened.stored.manifest.ref)))
        }
        let source = SafeText.escaped(opened.title)
        terminal.say(
            terminal.words(
                "\(source) の \(restorer.counts.files) ファイル "
                    + "(\(ByteCount(restorer.counts.bytes))) を \(folder) に復元",
                "restored \(restorer.counts.files) files, \(ByteCount(restorer.counts.bytes)), "
                    + "of \(source) into \(folder)"
            )
        )
        if restorer.counts.bytesKept > 0 {
            let kept = ByteCount(restorer.counts.bytesKept)
            terminal.say(terminal.words("  うち \(kept) は前回のもの", "  of these \(kept) were there"))
        }
        FindingLines.print(findings, terminal)
        let verdict = Verdict(findings)
        terminal.answer(
            .object([
                "bytes": .integer(Int64(clamping: restorer.counts.bytes)),
                "bytesKept": .integer(Int64(clamping: restorer.counts.bytesKept)),
                "files": .integer(Int64(clamping: restorer.counts.files)),
                "findings": FindingLines.json(findings), "snapshot": .string(opened.title),
                "target": .string(folder),
            ])
        )
        return ExitCode(verdict)
    }
}
