import ArgumentParser
import Console
import FileSystem
import Model

/// A command that ends with one of our exit codes.
protocol Performing: ParsableCommand {
    var options: GlobalOptions { get }

    /// Does the work.
    func perform(_ terminal: Terminal) throws -> Model.ExitCode
}

extension Performing {
    /// Does the work, tells what went wrong, and ends with the exit code.
    func run() throws {
        let terminal = options.terminal
        let code = terminal.perform { try perform(terminal) }
        throw ArgumentParser.ExitCode(code.rawValue)
    }
}

/// Commands that only hold others; named alone they are a wrong command line.
protocol CommandGroup: ParsableCommand {}
