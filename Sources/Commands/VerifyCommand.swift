import ArgumentParser
import Console
import Custody
import Format
import HostState
import Jobs
import Model
import ObjectStore
import Verification
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

            One that is stopped can be gone on with by --resume within \
            \(resumeDaysMax) days; it counts from the first start.

            \(Model.ExitCode.help)
            """
    )

    /// What was read so long ago nobody takes for read now.
    private static let resumeDaysMax = 14

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

    @Option(help: "Also write the checksums of one store's objects here, for sha256sum -c.")
    var sums: String?

    func validate() throws {
        guard deep == (identity != nil) else {
            throw ValidationError("--deep and --identity need each other")
        }
        guard at == nil || !resume else {
            throw ValidationError("--resume needs a configuration, whose state folder remembers")
        }
        guard limitRate == nil || limitRate.flatMap(ByteRate.init) != nil else {
            throw ValidationError(
                "--limit-rate is a number and K, M or G, from \(ByteRate.slowest)"
            )
        }
    }

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = at == nil ? try Site(configPath: options.configPath) : nil
        let stop = StopFlag()
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
        var verdict: Verdict = .proven
        var code: Model.ExitCode = .done
        var answers: [JSONValue] = []
        var ended: [ContinuableVerification] = []
        let parts = try plan.parts()
        guard sums == nil || parts.count == 1 else {
            throw UsageError(
                "--sums is of one store, and there are \(parts.count)",
                hint: "add --copy"
            )
        }
        let deep = try identity.map {
            DeepVerifyJob(try IdentityFile.read($0, terminal), stop: stop)
        }
        try deep?.checkIdentity(for: parts)
        for part in parts {
            let store = part.store
            let verifier = Verifier(store: store, request: part.request, stop: stop)
            let reading = ContinuableVerification(
                verifier,
                of: part,
                in: site,
                for: .byHand,
                continuing: resume ? .seconds(Self.resumeDaysMax * 86_400) : nil,
                now: WallClock.now()
            )
            try tellStart(reading, terminal)
            var report = try read(reading, store.place, terminal)
            let opened = attempt(terminal) { try open(&report, part, deep, terminal) }
            VerificationLines.tell(report, of: store.place, terminal, names: names)
            answers.append(VerificationLines.json(report, of: store.place))
            verdict = verdict.weaker(report.verdict)
            let kept = attempt(terminal) {
                let remembered = try plan.remember(
                    report,
                    of: part,
                    started: reading.started,
                    finished: WallClock.now()
                )
                FindingLines.print(remembered.findings, terminal, names: names)
                tellDistrust(remembered.distrusted, terminal)
            }
            // A deep part that was stopped needs what the keyless one has read, and a verdict that
            // could not be written down may be asked for again.
            if opened == .done, kept == .done {
                ended.append(reading)
            }
            let written = attempt(terminal) { try writeSums(of: verifier) }
            code = code.graver(opened).graver(kept).graver(written)
        }
        // Not before all are done: one that is stopped in the last store has read the first.
        if ended.count == parts.count {
            let forgotten = attempt(terminal) { try ended.forEach { try $0.end() } }
            code = code.graver(forgotten)
        }
        terminal.answer(VerificationLines.json(answers, verdict))
        return ExitCode(verdict).graver(code)
    }

    private func tellStart(_ reading: ContinuableVerification, _ terminal: Terminal) throws {
        if let obstacle = reading.obstacle {
            guard !resume else {
                throw obstacle
            }
            terminal.remark(
                terminal.words(
                    "中断すると続きからは再開できません: \(obstacle.description)",
                    "if stopped, it cannot be gone on with: \(obstacle.description)"
                )
            )
        }
        guard resume else {
            return
        }
        let start = reading.started.rfc3339
        terminal.remark(
            reading.isContinued
                ? terminal.words(
                    "\(start) に始めた照合を続けます",
                    "going on with the verification of \(start)"
                )
                : terminal.words("続きはありません。初めから照合します", "nothing to go on with: it is begun")
        )
    }

    private func read(
        _ reading: ContinuableVerification,
        _ place: String,
        _ terminal: Terminal
    ) throws -> VerificationReport {
        let line = terminal.progress(place)
        defer { line.end() }
        do {
            return try reading.run { line.show(bytes: $0, total: $1) }
        } catch let error as Stopped where reading.isWrittenDown {
            line.end()
            terminal.remark(
                terminal.words(
                    "--resume を付けると、読み終えたところから続けられます",
                    "with --resume it goes on from here"
                )
            )
            throw error
        }
    }

    /// Goes on with the identity, if there is one.
    private func open(
        _ report: inout VerificationReport,
        _ part: VerifyPlan.Part,
        _ deep: DeepVerifyJob?,
        _ terminal: Terminal
    ) throws {
        guard let deep else {
            return
        }
        let line = terminal.progress("\(part.store.place) --deep")
        defer { line.end() }
        try deep.complete(&report, of: part) { line.show(bytes: $0, total: $1) }
    }

    private func tellDistrust(_ sets: [String], _ terminal: Terminal) {
        for set in sets {
            terminal.remark(
                terminal.words(
                    "\(set): 次のバックアップは、これまでのデータを使わずにすべてを保存し直します。",
                    "\(set): its next backup begins a new epoch and stores everything anew"
                )
            )
        }
    }

    /// What was found is told all the same, and weighs more than that it is forgotten.
    private func attempt(_ terminal: Terminal, _ work: () throws -> Void) -> Model.ExitCode {
        do {
            try work()
            return .done
        } catch {
            let complaint = Complaint(error)
            terminal.complain(complaint)
            return complaint.code
        }
    }

    private func writeSums(of verifier: Verifier) throws {
        if let sums {
            let text = try verifier.checksums().text
            try SmallFile.write(Array(text.utf8), to: sums, mode: 0o644)
        }
    }
}
