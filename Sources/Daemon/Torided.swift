import Console
import Glibc
import HostState
import Jobs
import Logging
import Model
import Scheduling

/// `torided`, the program: reads its few words, takes the lock, runs the daemon.
///
/// Not made with ArgumentParser, which belongs to `Commands` and to what people type.
package enum Torided {
    private static let help = """
        torided: runs backups, verifications and drills, reads what is due in stores and
        attacks those that are to resist, when the configuration schedules it.

        USAGE: torided [--config FILE] [--check]

          --config FILE   the configuration (or TORIDE_CONFIG; default /etc/toride/toride.yaml)
          --check         judge the configuration, print when each job runs next, and end
          --version       print the version
          --help          print this

        SIGTERM stops it within 10 s. It logs to standard error, for the journal.

        Exit codes: 0 stopped as asked · 2 usage or configuration · 4 could not look (another \
        torided, state out of reach), or work that did not stop in time · 5 internal fault

        """

    /// What the words ask for.
    enum Request: Equatable {
        case run(config: String)
        case check(config: String)
        case version
        case help
    }

    /// Runs the program, and ends it with one of our exit codes.
    package static func start() -> Never {
        let arguments = Array(CommandLine.arguments.dropFirst())
        exit(run(arguments, environment: Environment.value).rawValue)
    }

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - environment: looks up a variable.
    /// - Returns: how it ended.
    private static func run(
        _ arguments: [String],
        environment: (String) -> String?
    ) -> ExitCode {
        let log = Logger(label: "torided") { _ in
            JournalHandler(isJournal: environment("JOURNAL_STREAM") != nil)
        }
        do {
            switch try request(arguments, environment) {
            case .help: Text.write(help, to: STDOUT_FILENO)
            case .version: Text.write(Version.number + "\n", to: STDOUT_FILENO)
            case .check(let config):
                Text.write(
                    try daemon(try Site(configPath: config), log).plan(),
                    to: STDOUT_FILENO
                )
            case .run(let config):
                // First of all: threads inherit which signals are blocked.
                let signals = DaemonSignals()
                let site = try Site(configPath: config)
                try DaemonLock.hold(site.state.path) { try daemon(site, log).run(signals) }
            }
            return .done
        } catch {
            let told = error as? any ToldError
            log.critical(
                "\(told?.description ?? "\(error)")",
                metadata: told.map { ["hint": "\($0.hint)"] } ?? [:]
            )
            return told?.exitCode ?? .internalFault
        }
    }

    private static func daemon(_ site: Site, _ log: Logger) throws -> Daemon {
        try Daemon(site: site, drills: .here, log: log, now: WallClock.now)
    }

    /// Reads the words.
    static func request(
        _ arguments: [String],
        _ environment: (String) -> String?
    ) throws(DaemonError) -> Request {
        var config = environment("TORIDE_CONFIG") ?? Site.usualConfigPath
        var isCheck = false
        var words = arguments[...]
        while let word = words.popFirst() {
            switch word {
            case "--help", "-h": return .help
            case "--version": return .version
            case "--check": isCheck = true
            case "--config":
                guard let path = words.popFirst() else {
                    throw .usage(word)
                }
                config = path
            default: throw .usage(word)
            }
        }
        return isCheck ? .check(config: config) : .run(config: config)
    }
}
