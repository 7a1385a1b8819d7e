import ArgumentParser
import Format
import Jobs
import LocalStore
import Model
import ObjectStore
import Reporting
import Repository
import Verification
import Workers

/// `toride verify`: reads and checks every byte, without any key.
struct VerifyCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read and check every stored byte, without any key.",
        discussion: """
            Checks each object's hash, the signatures, the chain of snapshots, and that the newest \
            one is there as the catalog or --expect-head remembers it. With --at it needs no \
            configuration: only the folder and the signer's public key.

            It proves that the bytes are those that the signer listed; that they can be restored \
            is what drills prove.

            \(exitCodesHelp)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The sets; all if none is named.")
    var sets: [String] = []

    @Option(help: "Only this store.")
    var copy: String?

    @Option(help: "A repository's folder, in place of the configuration's stores.")
    var at: String?

    @Option(help: "Public key of a signer, 64 hexadecimal digits; may be given again.")
    var signer: [String] = []

    @Option(help: "SET=SEQ:HASH: the newest snapshot as someone remembers it; SET is a name or id.")
    var expectHead: [String] = []

    @Flag(help: "Without a remembered head the verdict is not-proven.")
    var requireFresh = false

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = at == nil ? try Site(configPath: options.configPath) : nil
        let plan = try VerifyPlan(
            site: site,
            at: at,
            copy: copy,
            sets: sets,
            signers: signer,
            heads: expectHead,
            requiresFreshness: requireFresh
        )
        let names = try site?.setNames() ?? [:]
        let stop = StopFlag()
        StopSignals.set(stop)
        var verdict: Verdict = .proven
        var code: Model.ExitCode = .done
        var answers: [JSONValue] = []
        for part in try plan.parts() {
            let store = part.store
            let started = WallClock.now()
            let line = terminal.progress(store.place)
            let report = try Verifier(store: store, request: part.request, stop: stop).run {
                line.show(bytes: $0, total: $1)
            }
            line.end()
            tell(report, store.place, names, terminal)
            answers.append(json(report, store.place))
            verdict = verdict.weaker(report.verdict)
            do {
                let doubts = try plan.remember(
                    report,
                    of: part,
                    started: started,
                    finished: WallClock.now()
                )
                FindingLines.print(doubts, terminal, names: names)
            } catch {
                // What was found is told all the same, and weighs more than that it is forgotten.
                let complaint = Complaint(error)
                terminal.complain(complaint)
                code = complaint.code
            }
        }
        terminal.answer(
            .object(["stores": .array(answers), "verdict": .string(verdict.rawValue)])
        )
        return ExitCode(verdict).graver(code)
    }

    private func tell(
        _ report: VerificationReport,
        _ place: String,
        _ names: [SetID: String],
        _ terminal: Terminal
    ) {
        terminal.say(
            terminal.words(
                "\(place): \(report.snapshots) 世代、\(report.objectsRead) オブジェクト "
                    + "(\(ByteCount(report.bytesRead))) を照合",
                "\(place): \(report.snapshots) snapshots, \(report.objectsRead) objects, "
                    + "\(ByteCount(report.bytesRead)) read"
            )
        )
        for (set, head) in report.heads.sorted(by: { $0.key < $1.key }) {
            // As --expect-head takes it: to be written down somewhere else.
            terminal.say(
                "  \(names[set] ?? set.hex)=\(head.sequence):\(head.name.hex) "
                    + (report.finished[set]?.rfc3339 ?? "")
            )
        }
        FindingLines.print(report.findings, terminal, names: names)
        terminal.conclude(report.verdict)
    }

    private func json(_ report: VerificationReport, _ place: String) -> JSONValue {
        let heads = report.heads.sorted { $0.key < $1.key }.map { set, head in
            JSONValue.object([
                "id": .string(head.name.hex), "sequence": .integer(Int64(clamping: head.sequence)),
                "setId": .string(set.hex),
            ])
        }
        return .object([
            "bytesRead": .integer(Int64(clamping: report.bytesRead)),
            "findings": FindingLines.json(report.findings),
            "heads": .array(heads),
            "objectsRead": .integer(Int64(report.objectsRead)),
            "snapshots": .integer(Int64(report.snapshots)),
            "store": .string(place),
            "verdict": .string(report.verdict.rawValue),
        ])
    }
}
