import ArgumentParser
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
        let code: Model.ExitCode
        do {
            code = try perform(terminal)
        } catch let error as ArgumentParser.ValidationError {
            throw error
        } catch {
            terminal.complain(error)
            code = (error as? any ToldError)?.exitCode ?? .internalFault
        }
        throw ArgumentParser.ExitCode(code.rawValue)
    }
}

/// What each command's help says of how it ends.
let exitCodesHelp = """
    Exit codes: 0 done, and where a verdict is asked, proven · 1 failed: the data is bad · \
    2 usage or configuration · 3 not-proven or incomplete · 4 could not look (store, server or \
    key out of reach, wrong identity) · 5 internal fault
    """
