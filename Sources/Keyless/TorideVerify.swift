import Console
import Glibc
import LocalStore
import Model
import ObjectStore
import Reporting
import Repository
import Verification
import Workers

/// `toride-verify`, the program: verifies a copy of a repository wherever it lies, with nothing but
/// the signer's public key.
///
/// It knows no configuration, no state and no network, writes nothing, and is built without
/// whatever opens or seals. So it may lie on the medium itself, and an auditor may run it.
package enum TorideVerify {
    private static let help = """
        toride-verify: read and check every byte of a repository's copy, without any key.

        USAGE: toride-verify REPO --signer KEY [--signer KEY] [--set ID] \
        [--expect-head SET=SEQ:HASH] [--require-fresh] [--limit-rate RATE] [--sums] [--json] \
        [--quiet] [--lang ja|en]

          REPO            the repository's folder
          --signer KEY    public key of a signer, 64 hexadecimal digits, or a signer file; again
          --set ID        only this set, 32 hexadecimal digits; may be given again
          --expect-head SET=SEQ:HASH
                          the newest snapshot as someone remembers it; SET is a set's id
          --require-fresh without a remembered head the verdict is not-proven
          --limit-rate RATE
                          read at most so much a second: a number and K, M or G (of 1,024)
          --sums          write checksums for `sha256sum -c`, run in REPO, in place of verifying
          --json          one JSON object on stdout; progress goes to stderr
          --quiet         no progress and no remarks
          --lang ja|en    the language; default: from the locale
          --version       print the version
          --help          print this

        It judges as `toride verify` does: each object's hash, the signatures, the chain of
        snapshots, and their newest against --expect-head. It proves that the bytes are those that
        the signer listed; that they can be restored is what drills prove.

        \(ExitCode.help)

        """

    /// Runs the program, and ends it with one of our exit codes.
    package static func start() -> Never {
        signal(SIGPIPE, SIG_IGN)
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ words: [String]) -> ExitCode {
        let wrong = Terminal(
            program: "toride-verify",
            language: .english,
            // Nothing was parsed, but a program that reads JSON must find some.
            isJSON: words.contains("--json"),
            isQuiet: false
        )
        return wrong.perform {
            switch try Wanted(words) {
            case .help: Terminal.write(help, to: STDOUT_FILENO)
            case .version: Terminal.write(Version.number + "\n", to: STDOUT_FILENO)
            case .verification(let wanted):
                let terminal = Terminal(
                    program: "toride-verify",
                    language: Language(option: wanted.language),
                    isJSON: wanted.isJSON,
                    isQuiet: wanted.isQuiet
                )
                return terminal.perform { try verify(wanted, terminal) }
            }
            return .done
        }
    }

    private static func verify(
        _ wanted: Wanted.Verification,
        _ terminal: Terminal
    ) throws -> ExitCode {
        let request = try wanted.request()
        // As `toride verify --at` calls it.
        let folder = try LocalStore(name: "folder", root: wanted.repository)
        let stop = StopFlag()
        StopSignals.set(stop)
        let limit = wanted.limitRate.map { RateLimit($0, stop: stop) }
        let store: any ObjectStore = limit.map { RateLimitedStore(folder, $0) } ?? folder
        let verifier = Verifier(store: store, request: request, stop: stop)
        if wanted.isSums {
            return try writeSums(of: verifier, wanted)
        }
        let line = terminal.progress(store.place)
        let report = try verifier.run { line.show(bytes: $0, total: $1) }
        line.end()
        VerificationLines.tell(report, of: store.place, terminal)
        terminal.answer(
            VerificationLines.json(
                [VerificationLines.json(report, of: store.place)],
                report.verdict
            )
        )
        return ExitCode(report.verdict)
    }

    /// The checksums alone on stdout; what is wrong with what they come from on stderr, even with
    /// `--quiet`: whoever keeps such a list must know.
    private static func writeSums(
        of verifier: Verifier,
        _ wanted: Wanted.Verification
    ) throws -> ExitCode {
        let checksums = try verifier.checksums()
        Terminal.write(checksums.text, to: STDOUT_FILENO)
        let aside = Terminal(
            program: "toride-verify",
            language: Language(option: wanted.language),
            isJSON: false,
            isQuiet: wanted.isQuiet,
            output: { text, _ in Terminal.write(text, to: STDERR_FILENO) }
        )
        let findings = checksums.report.findings.filter { $0.severity != .notice }
        FindingLines.print(findings, aside)
        return ExitCode(checksums.report.verdict)
    }
}
