import ArgumentParser
import Catalog
import Configuration
import Format
import Jobs
import Model
import Reporting
import Scheduling

/// `toride status`: how every set stands.
struct StatusCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show per set the last backup, verification and drill, and the verdict.",
        discussion: """
            The verdict is the weakest of what the policy demands, the recovery key included.

            \(exitCodesHelp)
            """
    )

    @OptionGroup var options: GlobalOptions

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let report = try StatusReport(of: site, now: WallClock.now())
        terminal.say("\(site.configuration.site.name)")
        for set in report.sets {
            show(set, site, terminal)
        }
        FindingLines.print(report.site, terminal)
        terminal.say(
            terminal.words("判定: ", "verdict: ")
                + VerdictText.word(report.verdict, terminal.language)
        )
        terminal.answer(
            .object([
                "findings": FindingLines.json(report.site),
                "sets": .array(report.sets.map(json)),
                "verdict": .string(report.verdict.rawValue),
            ])
        )
        return ExitCode(report.verdict)
    }

    private func show(_ set: StatusReport.SetStatus, _ site: Site, _ terminal: Terminal) {
        let zone = site.configuration.site.timeZone
        let none = terminal.words("なし", "none")
        let backup = set.snapshot.map { "#\($0.ref.sequence) \(zone.text($0.finished))" } ?? none
        let verification =
            set.verification.map {
                "\(VerdictText.word($0.verdict, terminal.language)) \(zone.text($0.finished))"
            } ?? none
        let drill =
            set.drill.map {
                "\(VerdictText.word($0.verdict, terminal.language)) "
                    + zone.text($0.finished ?? $0.started)
            } ?? none
        terminal.say("\(set.name): \(VerdictText.word(set.verdict, terminal.language))")
        terminal.say(terminal.words("  バックアップ  ", "  backup        ") + backup)
        terminal.say(terminal.words("  照合          ", "  verification  ") + verification)
        terminal.say(terminal.words("  復元訓練      ", "  drill         ") + drill)
        FindingLines.print(set.findings, terminal)
    }

    private func json(_ set: StatusReport.SetStatus) -> JSONValue {
        .object([
            "backup": set.snapshot.map {
                .object([
                    "finished": .string($0.finished.rfc3339),
                    "sequence": .integer(Int64(clamping: $0.ref.sequence)),
                ])
            } ?? .null,
            "drill": set.drill.map {
                .object([
                    "id": .string($0.id),
                    "finished": .string(($0.finished ?? $0.started).rfc3339),
                    "verdict": .string($0.verdict.rawValue),
                ])
            } ?? .null,
            "findings": FindingLines.json(set.findings),
            "set": .string(set.name),
            "verdict": .string(set.verdict.rawValue),
            "verification": set.verification.map {
                .object([
                    "finished": .string($0.finished.rfc3339),
                    "verdict": .string($0.verdict.rawValue),
                ])
            } ?? .null,
        ])
    }
}
