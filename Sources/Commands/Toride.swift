package import ArgumentParser
import Console
import Glibc
import Jobs
import Model
import Reporting

/// `toride`: everything that a person does.
package struct Toride: CommandGroup {
    /// The command line's first page. The subcommands come in the order of a newcomer's need.
    package static let configuration = CommandConfiguration(
        commandName: "toride",
        abstract: "Backups of a hospital that a thief cannot read and a drill has proven.",
        discussion: Model.ExitCode.help,
        version: Version.number,
        subcommands: [
            InitCommand.self, KeyCommand.self, BackupCommand.self, SnapshotsCommand.self,
            ListCommand.self, VerifyCommand.self, RepairCommand.self, CopyCommand.self,
            MediaCommand.self, RestoreCommand.self, DrillCommand.self,
            CatalogCommand.self, SignerCommand.self, StatusCommand.self, DoctorCommand.self,
        ]
    )

    /// Starts without a subcommand; ``start()`` parses one.
    package init() {}

    /// Runs the program and ends it with one of our exit codes: a wrong command line ends with 2.
    package static func start() -> Never {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if command is any CommandGroup {
                throw ValidationError("a command is missing")
            }
            try command.run()
            Glibc.exit(0)
        } catch let code as ArgumentParser.ExitCode {
            Glibc.exit(code.rawValue)
        } catch {
            guard exitCode(for: error) != .success else {
                Terminal.write(fullMessage(for: error) + "\n", to: 1)
                Glibc.exit(0)
            }
            refuse(error)
        }
    }

    /// Tells what is wrong with the command line, in the form of every other error.
    private static func refuse(_ error: any Error) -> Never {
        let whole = fullMessage(for: error).split(separator: "\n").map { String($0) }
        let usage = whole.first { $0.hasPrefix("Usage: ") }
        let see = whole.compactMap { line in
            line.split(separator: "'").first { $0.hasPrefix("toride") && $0.hasSuffix("--help") }
        }.first
        let complaint = Complaint(
            usage: message(for: error),
            hint: "see `\(see ?? "toride --help")`" + (usage.map { " (\($0.dropFirst(7)))" } ?? "")
        )
        let terminal = Terminal(
            language: .english,
            // Nothing was parsed, but a program that reads JSON must find some.
            isJSON: CommandLine.arguments.contains("--json"),
            isQuiet: false
        )
        terminal.complain(complaint)
        terminal.answer(complaint.json)
        Glibc.exit(complaint.code.rawValue)
    }
}
