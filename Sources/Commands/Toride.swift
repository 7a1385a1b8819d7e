package import ArgumentParser
import Glibc
import Jobs
import Model

/// `toride`: everything that a person does.
package struct Toride: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "toride",
        abstract: "Backups of a hospital that a thief cannot read and a drill has proven.",
        discussion: exitCodesHelp,
        version: Version.number,
        subcommands: [
            InitCommand.self, KeyCommand.self, BackupCommand.self, SnapshotsCommand.self,
            ListCommand.self, VerifyCommand.self, RestoreCommand.self, DrillCommand.self,
            CatalogCommand.self, StatusCommand.self, DoctorCommand.self,
        ]
    )

    package init() {}

    /// Runs the program and ends it with one of our exit codes: a wrong command line ends with 2.
    package static func start() -> Never {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
            Glibc.exit(0)
        } catch let code as ArgumentParser.ExitCode {
            Glibc.exit(code.rawValue)
        } catch {
            let isHelp = exitCode(for: error) == .success
            let text = fullMessage(for: error)
            Terminal.write(text + "\n", to: isHelp ? 1 : 2)
            Glibc.exit(isHelp ? 0 : Model.ExitCode.usage.rawValue)
        }
    }
}
