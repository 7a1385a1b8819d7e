import ArgumentParser
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
        var code: Model.ExitCode
        do {
            code = try perform(terminal)
        } catch {
            let complaint = Complaint(error)
            terminal.complain(complaint)
            terminal.answer(complaint.json)
            code = complaint.code
        }
        // What nobody got is not done.
        if code == .done, let errno = Terminal.lost {
            let complaint = Complaint(FileSystemError("write", "standard output", code: errno))
            terminal.complain(complaint)
            code = complaint.code
        }
        throw ArgumentParser.ExitCode(code.rawValue)
    }
}

/// Commands that only hold others; named alone they are a wrong command line.
protocol CommandGroup: ParsableCommand {}

/// What each command's help says of how it ends.
let exitCodesHelp = """
    Exit codes: 0 done, and where a verdict is asked, proven · 1 failed: the data is bad · \
    2 usage or configuration · 3 not-proven or incomplete · 4 could not look (store, server or \
    key out of reach, wrong identity) · 5 internal fault
    """
