import ArgumentParser
import Console
import Custody
import Jobs
import Model
import Scheduling
import Workers

/// `toride verify`: reads and checks every byte, without any key.
struct VerifyCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read and check every stored byte, without any key; with one, open it all.",
        discussion: """
            Checks each object's hash, the signatures, the chain of snapshots, and that the newest \
            one is there as the catalog or --expect-head remembers it. With --at it needs no \
            configuration: only the folder and the signer's public key. `toride-verify` is the \
            same as a small program of its own, which fits on the medium.

            It proves that the bytes are those that the signer listed; that they can be restored \
            is what drills prove.

            With --deep it then opens every chunk with an identity, and checks that each is what \
            its id says, that each file list is in order, and that each file's pieces give its \
            digest: what a host wrote that lied. Nothing is restored. Use it where the identity \
            may be, not on the backup host. What it shows to be false makes the set's next backup \
            on this host begin a new epoch.

            With --due only what each store's readWithin asks for is read, the oldest first, and \
            nothing is said of chains and signatures: run it every night.

            One that is stopped can be gone on with by --resume within \
            \(resumeDaysMax) days; it counts from the first start.

            \(Model.ExitCode.help)
            """
    )

    /// What was read so long ago nobody takes for read now.
    static let resumeDaysMax = 14

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The sets; all if none is named.")
    var sets: [String] = []

    @Option(help: "Only this store.")
    var copy: String?

    @Option(help: "A repository's folder, in place of the configuration's stores.")
    var at: String?

    @Option(
        help:
            "Public key of a signer, 64 hexadecimal digits, or a signer file; may be given again."
    )
    var signer: [String] = []

    @Option(help: "SET=SEQ:HASH: the newest snapshot as someone remembers it; SET is a name or id.")
    var expectHead: [String] = []

    @Flag(help: "Without a remembered head the verdict is not-proven.")
    var requireFresh = false

    @Flag(help: "Open every chunk too; needs --identity.")
    var deep = false

    @Option(help: "With --deep: the identity file (AGE-SECRET-KEY-1…).")
    var identity: String?

    @Flag(help: "Go on with the verification that was stopped: what it read is not read again.")
    var resume = false

    @Option(help: "Read at most so much a second, such as 40M (of 1,024² bytes).")
    var limitRate: String?

    @Flag(help: "Read only what is due by the stores' deadlines, the oldest first.")
    var due = false

    @Option(name: .customLong("for"), help: "With --due: read for so long at most, such as 2h.")
    var duration: String?

    @Option(help: "Also write the checksums of one store's objects here, for sha256sum -c.")
    var sums: String?

    func validate() throws {
        guard deep == (identity != nil) else {
            throw ValidationError("--deep and --identity need each other")
        }
        guard at == nil || !resume else {
            throw ValidationError("--resume needs a configuration, whose state folder remembers")
        }
        let asksMore =
            !sets.isEmpty || at != nil || !signer.isEmpty || !expectHead.isEmpty || requireFresh
            || deep || resume || sums != nil
        guard !due || !asksMore else {
            throw ValidationError("--due goes with --copy, --for and --limit-rate alone")
        }
        guard duration == nil || due && lasting != nil else {
            throw ValidationError("--for needs --due, and is a number and s, m, h or d, such as 2h")
        }
        guard limitRate == nil || limitRate.flatMap(ByteRate.init) != nil else {
            throw ValidationError(
                "--limit-rate is a number and K, M or G, from \(ByteRate.slowest)"
            )
        }
    }

    private var lasting: Duration? {
        // That it is none is told when the command line is validated.
        duration.flatMap { try? DurationText.parse($0) }
    }

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        if due {
            return try DueVerification(
                site: try Site(configPath: options.configPath),
                copy: copy,
                limitRate: limitRate.flatMap(ByteRate.init),
                lasting: lasting
            ).perform(terminal)
        }
        let site = at == nil ? try Site(configPath: options.configPath) : nil
        let stop = site?.stop ?? StopFlag()
        StopSignals.set(stop)
        let plan = try VerifyPlan(
            site: site,
            at: at,
            copy: copy,
            sets: sets,
            signers: try SignerList(reading: signer).pins,
            heads: expectHead,
            requiresFreshness: requireFresh,
            limit: limitRate.flatMap(ByteRate.init).map { RateLimit($0, stop: stop) }
        )
        let names = try site?.setNames() ?? [:]
        let (parts, absent) = try plan.parts()
        let count = parts.count + absent.count
        guard sums == nil || count == 1 else {
            throw UsageError(
                "--sums is of one store, and there are \(count)",
                hint: "add --copy"
            )
        }
        let deep = try identity.map {
            DeepVerifyJob(try IdentityFile.read($0, terminal), stop: stop)
        }
        try deep?.checkIdentity(for: parts)
        let visit = try plan.visit(to: parts) { WallClock.now() }
        defer { _ = attempt(terminal) { try visit?.end() } }
        let work = Work(site: site, plan: plan, deep: deep, names: names, stop: stop)
        return try verify(parts, absent, work, terminal)
    }
}
