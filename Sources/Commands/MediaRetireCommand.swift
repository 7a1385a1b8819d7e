import ArgumentParser
import Console
import Format
import Jobs
import Model

/// `toride media retire`.
struct MediaRetireCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Give up a medium that is lost or worn: nothing is asked of it any more.",
        discussion: Model.ExitCode.help
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Its label.")
    var label: String

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        try MediaJob.retire(label, of: site, now: WallClock.now())
        terminal.say(
            terminal.words("媒体 \(label) を外しました。", "medium \(label) counts no more")
        )
        terminal.answer(.object(["retired": .string(label)]))
        return .done
    }
}
