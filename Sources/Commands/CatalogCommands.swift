import ArgumentParser
import Cataloging
import Configuration
import Console
import Format
import HostState
import Jobs
import Model
import Reporting
import Repository

/// `toride catalog`: the host's database against the repository.
struct CatalogCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "catalog",
        abstract: "Compare the catalog with the repository, or rebuild it.",
        discussion: Model.ExitCode.help,
        subcommands: [CatalogCheckCommand.self, CatalogRebuildCommand.self]
    )
}

/// `toride catalog check`.
struct CatalogCheckCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Name each difference between catalog and repository.",
        discussion: Model.ExitCode.help
    )

    @OptionGroup var options: GlobalOptions

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let catalog = try site.catalog()
        var findings: [Finding] = []
        for store in try site.storesHere() {
            let sets = try site.configuration.sets
                .filter { try site.store(of: $0).name == store.name }
                .compactMap { try site.setID(named: $0.name) }
            findings += try CatalogCheck.run(
                catalog,
                try site.repository(in: store),
                try site.signers(),
                sets: Set(sets)
            )
        }
        let verdict = Verdict(findings)
        FindingLines.print(findings, terminal, names: try site.setNames())
        terminal.say(
            terminal.words("カタログ: ", "catalog: ") + VerdictText.word(verdict, terminal.language)
        )
        terminal.answer(
            .object([
                "findings": FindingLines.json(findings), "verdict": .string(verdict.rawValue),
            ])
        )
        return ExitCode(verdict)
    }
}

/// `toride catalog rebuild`.
struct CatalogRebuildCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make the catalog anew from the repository.",
        discussion: """
            The old file is kept beside it; it stays in its place if it remembers snapshots that \
            the store has lost, for then the store is what must be mended. Without an identity \
            the catalog does not learn how many files a snapshot has, and the next backup reads \
            every file.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let repositories = try site.storesHere().map { try site.repository(in: $0) }
        let report = try CatalogRebuild(
            repositories,
            trusting: try site.signers(),
            state: site.state
        ).run { try SignedHistory.read($0, $1, into: $2) }
        let words =
            report.isInstalled
            ? terminal.words(
                "カタログを作り直しました: \(report.snapshots) 世代、\(report.records) 件の記録",
                "catalog made anew: \(report.snapshots) snapshots, \(report.records) records"
            )
            : terminal.words(
                "カタログを元のまま残しました。失われた世代を覚えているためです。",
                "the catalog was left as it is: it remembers snapshots that are gone"
            )
        terminal.say(words)
        if let kept = report.kept {
            terminal.say(terminal.words("元のファイル: \(kept)", "the old file is kept: \(kept)"))
        }
        FindingLines.print(report.findings, terminal, names: try site.setNames())
        terminal.remark(
            terminal.words(
                "ファイル数と、torided の実行履歴は、この方法では戻りません。",
                "file counts and torided's runs do not come back so."
            )
        )
        terminal.answer(
            .object([
                "findings": FindingLines.json(report.findings),
                "installed": .bool(report.isInstalled),
                "kept": report.kept.map { .string($0) } ?? .null,
                "records": .integer(Int64(report.records)),
                "snapshots": .integer(Int64(report.snapshots)),
            ])
        )
        return ExitCode(Verdict(report.findings))
    }
}
