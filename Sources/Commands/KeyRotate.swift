import ArgumentParser
import Configuration
import Console
import Format
import Jobs
import Model
import Reporting

/// `toride key rotate`: a new secret for a set.
struct KeyRotate: Performing {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give sets a new secret: their next backup stores everything anew.",
        discussion: """
            After a host was broken into, or a drill or a deep verification found content that is \
            not what it should be. The secret on the host names chunks and opens indexes; it opens \
            no content. Snapshots of the past stay as they are, and their keys too.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The sets.")
    var sets: [String]

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        var answers: [JSONValue] = []
        for set in try site.sets(named: sets) {
            let epoch = try KeyRotation.begin(set.name, site)
            terminal.say(
                terminal.words(
                    "\(set.name): 第 \(epoch) 期。次のバックアップはすべてを新しく保存します。",
                    "\(set.name): epoch \(epoch); its next backup stores everything anew"
                )
            )
            answers.append(
                .object([
                    "epoch": .integer(Int64(clamping: epoch)), "set": .string(set.name),
                ])
            )
        }
        terminal.answer(.object(["epochs": .array(answers)]))
        return .done
    }
}
