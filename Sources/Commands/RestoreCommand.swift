import ArgumentParser
import Format
import Jobs
import Model
import Opening
import Recovery
import Reporting
import Repository
import Workers

/// `toride restore`: brings files back.
struct RestoreCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restore a snapshot into an empty folder.",
        discussion: """
            Every path is made beneath the folder and nowhere else. Setuid bits, devices and \
            system attributes are made only with --privileged; what was left out is told and ends \
            with 3.

            \(exitCodesHelp)
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var opening: OpeningOptions

    @Argument(help: "SET@latest, SET@SEQ or an id's beginning.")
    var snapshot: String

    @Option(help: "The folder: empty, or to be made.")
    var to: String

    @Option(help: "Only this path and what is beneath it; may be given again.")
    var include: [String] = []

    @Flag(help: "Make setuid bits, devices, and trusted. and security. attributes too.")
    var privileged = false

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let opened = try opening.open(snapshot, options, terminal)
        let stop = StopFlag()
        StopSignals.set(stop)
        let includes = include.map { Array($0.utf8.drop { $0 == 47 }) }
        let restorer = try TreeRestorer(
            opened,
            TreeRestorer.Request(target: to, includes: includes, isPrivileged: privileged),
            stop: stop
        )
        let line = terminal.progress(snapshot)
        let total = includes.isEmpty ? opened.root.contentBytes : nil
        defer { line.end() }
        try restorer.run { line.show(files: $0.files, bytes: $0.bytes, total: total) }
        line.end()
        var findings = restorer.findings
        if !opened.stored.manifest.complete {
            findings.append(Finding(.snapshotIncomplete, .snapshot(opened.stored.manifest.ref)))
        }
        terminal.say(
            terminal.words(
                "\(restorer.counts.files) ファイル (\(ByteCount(restorer.counts.bytes))) を \(to) に復元",
                "restored \(restorer.counts.files) files, \(ByteCount(restorer.counts.bytes)), "
                    + "into \(to)"
            )
        )
        FindingLines.print(findings, terminal)
        let verdict = Verdict(findings)
        terminal.answer(
            .object([
                "bytes": .integer(Int64(clamping: restorer.counts.bytes)),
                "files": .integer(Int64(clamping: restorer.counts.files)),
                "findings": FindingLines.json(findings), "target": .string(to),
            ])
        )
        return ExitCode(verdict)
    }
}
