import ArgumentParser
import Catalog
import Configuration
import Console
import Format
import Jobs
import Model
import Reporting
import Scheduling

/// `toride copy status`.
struct CopyStatusCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how far each copy is, and what shows of which class each store is.",
        discussion: """
            Tells what the catalog knows; `toride verify --copy NAME` reads the copy itself.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The sets; all if none is named.")
    var sets: [String] = []

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let report = try CopyStanding(site, sets: try site.sets(named: sets))
        for copy in report.copies {
            terminal.say(line(copy, site, terminal))
        }
        if report.copies.isEmpty {
            terminal.remark(
                terminal.words(
                    "控えを置く保管先を持つセットはありません。",
                    "no set has a further store"
                )
            )
        }
        let classes = try ClassStanding.all(of: site, now: WallClock.now())
        for standing in classes {
            let zone = site.configuration.site.timeZone
            terminal.say(CopyClassLines.line(standing, zone, terminal))
        }
        for hold in report.holds {
            let zone = site.configuration.site.timeZone
            terminal.say(CopyHoldLines.line(hold, zone, terminal))
        }
        FindingLines.print(report.findings, terminal)
        terminal.answer(
            .object([
                "classes": .array(classes.map(CopyClassLines.json)),
                "copies": .array(report.copies.map(Self.json)),
                "findings": FindingLines.json(report.findings),
                "holds": .array(report.holds.map { CopyHoldLines.json($0) }),
            ])
        )
        return ExitCode(classes.map(\.verdict).reduce(Verdict(report.findings)) { $0.weaker($1) })
    }

    private func line(
        _ copy: CopyStanding.Copy,
        _ site: Site,
        _ terminal: Terminal
    ) -> String {
        let none = terminal.words("なし", "none")
        let newest = copy.newest.map { "#\($0)" } ?? none
        let copied = copy.last?.head.map { "#\($0.sequence)" } ?? none
        let time = copy.last.map { site.configuration.site.timeZone.text($0.finished) } ?? ""
        let kind = copy.store.copyClass.map { " [\($0.rawValue)]" } ?? ""
        let lock = copy.store.lock.map { " \($0.mode.rawValue) \($0.days)d" } ?? ""
        return terminal.words(
            "\(copy.set) → \(copy.name)\(kind)\(lock): \(copied) / \(newest)  \(time)",
            "\(copy.set) → \(copy.name)\(kind)\(lock): \(copied) of \(newest)  \(time)"
        )
    }

    /// A copy for programs.
    static func json(_ copy: CopyStanding.Copy) -> JSONValue {
        .object([
            "class": copy.store.copyClass.map { .string($0.rawValue) } ?? .null,
            "copied": copy.last?.head.map { .integer(Int64(clamping: $0.sequence)) } ?? .null,
            "finished": copy.last.map { .string($0.finished.rfc3339) } ?? .null,
            "medium": copy.medium.map { .string($0) } ?? .null,
            "newest": copy.newest.map { .integer(Int64(clamping: $0)) } ?? .null,
            "set": .string(copy.set),
            "store": .string(copy.store.name),
            "verdict": copy.last.map { .string($0.verdict.rawValue) } ?? .null,
        ])
    }
}
