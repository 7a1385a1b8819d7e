import ArgumentParser
import Console
import Format
import Jobs
import Model

/// `toride media check`.
struct MediaCheckCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with media: late, lost, unread, here too long, not ours.",
        discussion: Model.ExitCode.help
    )

    @OptionGroup var options: GlobalOptions

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let standing = try MediaStanding(site, try site.catalog(), now: WallClock.now())
        let verdict = Verdict(standing.findings)
        FindingLines.print(standing.findings, terminal)
        terminal.conclude(verdict)
        terminal.answer(
            .object([
                "findings": FindingLines.json(standing.findings),
                "verdict": .string(verdict.rawValue),
            ])
        )
        return ExitCode(verdict)
    }
}
