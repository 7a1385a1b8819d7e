import ArgumentParser
import Catalog
import Configuration
import Console
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

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let report = try StatusReport(of: site, now: WallClock.now())
        let zone = site.configuration.site.timeZone
        terminal.say("\(site.configuration.site.name)")
        for set in report.sets {
            show(set, site, terminal)
        }
        for reading in report.readings {
            terminal.say(CopyScoreLines.line(reading, zone, terminal))
        }
        for run in report.troubledRuns {
            terminal.say("\(run.name): torided " + RunText.line(run, zone, terminal))
        }
        FindingLines.print(report.site, terminal)
        terminal.conclude(report.verdict)
        terminal.answer(
            .object([
                "findings": FindingLines.json(report.site),
                "readings": .array(report.readings.map(CopyScoreLines.json)),
                "sets": .array(report.sets.map(json)),
                "troubledRuns": .array(report.troubledRuns.map(RunText.json)),
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
        for copy in set.copies {
            let copied = copy.last?.head.map { "#\($0.sequence) " } ?? none
            let time = copy.last.map { zone.text($0.finished) } ?? ""
            terminal.say(
                terminal.words("  控え          ", "  copy          ")
                    + "\(copy.name): \(copied)\(time)"
            )
        }
        if let score = set.score {
            terminal.say(CopyScoreLines.line(score, terminal))
        }
        for run in set.troubledRuns {
            terminal.say("  torided       " + RunText.line(run, zone, terminal))
        }
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
            "copies": .array(set.copies.map(CopyStatusCommand.json)),
            "drill": set.drill.map {
                .object([
                    "id": .string($0.id),
                    "finished": .string(($0.finished ?? $0.started).rfc3339),
                    "verdict": .string($0.verdict.rawValue),
                ])
            } ?? .null,
            "findings": FindingLines.json(set.findings),
            "score": set.score.map(CopyScoreLines.json) ?? .null,
            "set": .string(set.name),
            "troubledRuns": .array(set.troubledRuns.map(RunText.json)),
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

/// What the daemon attempted, and how that ended.
private enum RunText {
    static func line(_ run: RunRow, _ zone: SiteTimeZone, _ terminal: Terminal) -> String {
        "\(run.kind.rawValue) \(zone.text(run.started)): " + ended(run, terminal)
    }

    private static func ended(_ run: RunRow, _ terminal: Terminal) -> String {
        switch run.end?.outcome {
        case nil: terminal.words("終わっていない", "has not ended")
        case .done: terminal.words("完了", "done")
        case .failed: terminal.words("異常あり (1)", "failed (1)")
        case .usage: terminal.words("設定の誤り (2)", "wrong configuration (2)")
        case .notProven: terminal.words("未証明・不完全 (3)", "not proven or incomplete (3)")
        case .couldNotLook: terminal.words("実行できず (4)", "could not look (4)")
        case .internalFault: terminal.words("内部エラー (5)", "internal fault (5)")
        }
    }

    static func json(_ run: RunRow) -> JSONValue {
        .object([
            "exitCode": run.end.map { .integer(Int64($0.outcome.rawValue)) } ?? .null,
            "kind": .string(run.kind.rawValue),
            "name": .string(run.name),
            "started": .string(run.started.rfc3339),
        ])
    }
}
