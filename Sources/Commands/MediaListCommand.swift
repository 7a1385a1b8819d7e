import ArgumentParser
import Catalog
import Configuration
import Console
import Format
import Jobs
import Model
import Reporting
import Scheduling

/// `toride media list`.
struct MediaListCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show where each medium is, with whom, until when, and what is on it.",
        discussion: Model.ExitCode.help
    )

    @OptionGroup var options: GlobalOptions

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let now = WallClock.now()
        let standing = try MediaStanding(site, try site.catalog(), now: now)
        for medium in standing.media {
            show(medium, now, site.configuration.site.timeZone, terminal)
        }
        if standing.media.isEmpty {
            terminal.remark(terminal.words("媒体はありません。", "there are no media"))
        }
        FindingLines.print(standing.findings, terminal)
        terminal.answer(
            .object([
                "findings": FindingLines.json(standing.findings),
                "media": .array(standing.media.map { MediaLines.json($0, now) }),
            ])
        )
        return ExitCode(Verdict(standing.findings))
    }

    private func show(
        _ medium: MediaStanding.Medium,
        _ now: Timestamp,
        _ zone: SiteTimeZone,
        _ terminal: Terminal
    ) {
        let row = medium.row
        let none = terminal.words("なし", "none")
        let keeper = SafeText.escaped("\(row.custodian), \(row.location)")
        let due = row.due.map { zone.text($0) } ?? none
        let heads = medium.heads.sorted { $0.key < $1.key }
            .map { "\($0.key)@\($0.value.sequence)" }.joined(separator: " ")
        let read = medium.lastRead.map { zone.text($0) } ?? none
        let minutes = medium.online(until: now).components.seconds / 60
        terminal.say(
            "\(row.label) (\(row.store)): "
                + (medium.isHere
                    ? terminal.words("接続中", "here")
                    : terminal.words("\(keeper)、期限 \(due)", "\(keeper), due \(due)"))
        )
        terminal.say(
            terminal.words(
                "  世代 \(heads.isEmpty ? none : heads)  照合 \(read)  接続 \(minutes) 分",
                "  snapshots \(heads.isEmpty ? none : heads)  read \(read)  online \(minutes) min"
            )
        )
        if let device = MediaLines.device(row, terminal) {
            terminal.say(device)
        }
    }
}
