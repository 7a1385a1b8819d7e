import ArgumentParser
import Catalog
import Configuration
import Console
import Format
import Jobs
import Model
import Scheduling

/// `toride media detach`.
struct MediaDetachCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "detach",
        abstract: "Make durable what was written, and note that the medium is taken away.",
        discussion: """
            From now on the day counts on which it must be back: as the configuration says, or as \
            --due does.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var media: MediaOptions

    @Flag(help: "Unmount it too.")
    var unmount = false

    @Option(help: "Who keeps it from now on.")
    var custodian: String?

    @Option(help: "Where it will lie.")
    var location: String?

    @Option(help: "The day on which it must be back, such as 2026-12-24.")
    var due: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let zone = site.configuration.site.timeZone
        var departure = MediaJob.Departure()
        departure.custodian = custodian
        departure.location = location
        departure.due = try due.map { try DueDate.read($0, in: zone) }
        departure.isUnmounted = unmount
        let row = try media.job(site).detach(departure)
        let day = row.due.map { zone.text($0) } ?? ""
        terminal.say(
            terminal.words(
                "媒体 \(row.label): \(day) までに戻す必要があります。",
                "medium \(row.label) must be back by \(day)"
            )
        )
        if !unmount {
            terminal.remark(
                terminal.words(
                    "取り外す前に、アンマウントしてください。",
                    "unmount it before you take it out"
                )
            )
        }
        terminal.answer(.object(["medium": MediaLines.json(row)]))
        return .done
    }
}
