import ArgumentParser
import Console
import Format
import Jobs
import Model

/// `toride media init`.
struct MediaInitCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the mounted, empty file system a medium.",
        discussion: """
            Writes the repository's descriptor, and a folder medium: which medium it is, \
            toride-verify, the signers' public keys, and what to do with them in Japanese and \
            English. A medium of this label that the catalog does not know is taken up as it is.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions
    @OptionGroup var media: MediaOptions

    @Argument(help: "What stands on its outside, such as 2026-A.")
    var label: String

    @Option(help: "Who keeps it.")
    var custodian: String

    @Option(help: "Where it lies when it is not here.")
    var location: String

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let job = try media.job(site)
        let made = try job.make(label, custodian: custodian, location: location)
        terminal.say(
            made.program == nil
                ? terminal.words(
                    "媒体 \(label) を台帳に加えました (\(job.path))",
                    "medium \(label) was taken up (\(job.path))"
                )
                : terminal.words(
                    "媒体 \(label) を作りました (\(job.path))",
                    "medium \(label) was made (\(job.path))"
                )
        )
        if let program = made.program {
            MediaLines.tell(program, terminal)
        }
        terminal.remark(
            terminal.words(
                "次に: `toride copy run` で控えを送り、`toride verify --copy` で照合し、"
                    + "`toride media detach` を実行してください。",
                "next: `toride copy run`, `toride verify --copy`, then `toride media detach`"
            )
        )
        terminal.answer(
            .object([
                "medium": MediaLines.json(made.row),
                "repository": .string(made.repository.hex),
                "verifier": made.program.map { .string($0.rawValue) } ?? .null,
            ])
        )
        return .done
    }
}
