import ArgumentParser
import Console
import Copying
import Format
import Jobs
import Model
import ObjectStore
import Reporting
import Verification
import Workers

/// `toride repair`: puts right what is damaged or missing, from the other stores.
struct RepairCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Put damaged and missing objects right from another store that has them whole.",
        discussion: """
            --plan verifies each store and says what would be done; it writes nothing. --apply \
            does it: the good object is read from another store, checked against the hash that is \
            its name, and stored; what lay there is moved to quarantine/, or stays as an older \
            version. Each is read back, and the store is verified again.

            No key is needed. One that is stopped or killed is simply run again.

            With --plan 0 means that there is nothing to do, and 1 that something is damaged. With \
            --apply 0 means that all is whole now, and 1 that it is not. With both 3 means that \
            nothing is known to be damaged, and not all could be shown to be whole.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(help: "Only this store.")
    var copy: String?

    @Flag(help: "Say what would be done, and write nothing.")
    var plan = false

    @Flag(help: "Do it.")
    var apply = false

    func validate() throws {
        guard plan != apply else {
            throw ValidationError("give --plan or --apply: what is written should have been seen")
        }
    }

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let stop = site.stop
        StopSignals.set(stop)
        let job = try RepairJob(site, copy: copy, now: { WallClock.now() }, stop: stop)
        let visit = try job.visit()
        // What went wrong before weighs more than that the medium's time could not be ended.
        defer { _ = try? visit?.end() }
        if apply, let label = visit?.unknown.first {
            throw MediaError.unknown(label)
        }
        let names = try site.setNames()
        let absent = StoreByStore.tell(job.absent, terminal)
        let (code, answers) = try StoreByStore.run(
            job.parts,
            named: { $0.store.place },
            terminal
        ) { part in
            let report = try run(job, part, terminal)
            tell(report, terminal, names)
            if let failure = report.failure {
                terminal.complain(Complaint(failure))
            }
            return (Model.ExitCode(report.verdict), json(report))
        }
        terminal.answer(.object(["stores": .array(answers + absent.answers)]))
        return code.graver(absent.code)
    }

    private func run(
        _ job: RepairJob,
        _ part: VerifyPlan.Part,
        _ terminal: Terminal
    ) throws -> RepairJob.Report {
        let line = terminal.progress(part.store.place)
        defer { line.end() }
        if apply {
            return try job.repair(part) { line.show(bytes: $0, total: $1) }
        }
        return try job.look(at: part) { line.show(bytes: $0, total: $1) }
    }

    private func tell(
        _ report: RepairJob.Report,
        _ terminal: Terminal,
        _ names: [SetID: String]
    ) {
        let healable = report.plan.healable.count
        let lost = report.plan.lost.count
        terminal.say(
            terminal.words(
                "\(report.place): 直したもの \(report.healed.count) 個、直せるもの \(healable) 個、"
                    + "どこにも完全なものがない \(lost) 個",
                "\(report.place): \(report.healed.count) put right, \(healable) can be, \(lost) "
                    + "are whole nowhere"
            )
        )
        for step in report.plan.healable {
            let source = step.source ?? ""
            terminal.say("  \(SafeText.escaped(step.item.key)) ← \(SafeText.escaped(source))")
        }
        FindingLines.print(report.healed + report.findings, terminal, names: names)
        for store in report.unreachable {
            terminal.remark(
                terminal.words("見られなかった保管先: \(store)", "could not be looked at: \(store)")
            )
        }
        if report.isWhole {
            terminal.say(
                terminal.words("  直すものはありません。", "  nothing is to be put right")
            )
        }
    }

    private func json(_ report: RepairJob.Report) -> JSONValue {
        let steps = report.plan.steps.map { step in
            JSONValue.object([
                "key": .string(step.item.key),
                "source": step.source.map { .string($0) } ?? .null,
            ])
        }
        return .object([
            "error": report.failure.map { Complaint($0).json } ?? .null,
            "findings": FindingLines.json(report.findings),
            "healed": FindingLines.json(report.healed),
            "left": .array(steps),
            "store": .string(report.place),
            "unreachable": .array(report.unreachable.map { .string($0) }),
            "whole": .bool(report.isWhole),
        ])
    }
}
