import ArgumentParser
import Console
import Format
import Jobs
import Model

/// `toride media attach`.
struct MediaAttachCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "attach",
        abstract: "Recognise the medium that is mounted, and note that it is here.",
        discussion: """
            Its newest snapshots are compared with what was once copied to it: one that was \
            swapped for an older image of itself is found. So is one whose files lie on another \
            device or file system than it was made on: if that is meant (a new dock that tells a \
            serial of its own, say), --new-device takes this one for its own from now on.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var media: MediaOptions

    @Flag(help: "It lies on this device from now on.")
    var newDevice = false

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let seen = try media.job(site).attach(acceptsDevice: newDevice)
        let label = seen.document.label
        terminal.say(
            seen.row == nil
                ? terminal.words("媒体 \(label) は台帳にありません。", "medium \(label) is not known")
                : terminal.words("媒体 \(label) がつながりました。", "medium \(label) is here")
        )
        FindingLines.print(seen.findings, terminal, names: try site.setNames())
        terminal.answer(
            .object([
                "findings": FindingLines.json(seen.findings),
                "id": .string(seen.document.id.hex),
                "label": .string(label),
                "medium": seen.row.map { MediaLines.json($0) } ?? .null,
            ])
        )
        return ExitCode(Verdict(seen.findings))
    }
}
