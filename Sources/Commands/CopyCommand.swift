import ArgumentParser
import Configuration
import Console
import Copying
import Format
import Jobs
import Model
import Reporting
import Workers

/// `toride copy`: the same objects in further stores.
struct CopyCommand: CommandGroup {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Bring snapshots to further stores, see how far a copy is, attack and hold it.",
        discussion: Model.ExitCode.help,
        subcommands: [
            CopyRunCommand.self, CopyStatusCommand.self, CopyAttackCommand.self,
            CopyReachCommand.self, CopyHoldCommand.self, CopyReleaseCommand.self,
        ]
    )
}

/// `toride copy run`.
struct CopyRunCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Bring to each further store what the sets' snapshots need there.",
        discussion: """
            Each object is read, checked against the hash that is its name, and stored; what is \
            there already is not sent again, so one that was stopped goes on where it was. What is \
            damaged in a set's first store is taken from another that has it whole. In a store \
            with lock: each object's lock is read back, and made longer before it ends. What is \
            to be under a legal hold is looked at, in whichever store; with --to in that one only.

            No key is needed, and nothing is opened.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The sets; all if none is named.")
    var sets: [String] = []

    @Option(help: "Only to this store.")
    var to: String?

    @Option(help: "Take it from this store, in place of each set's first.")
    var from: String?

    @Option(help: "Read at most so much a second, such as 40M (of 1,024² bytes).")
    var limitRate: String?

    func validate() throws {
        guard limitRate == nil || limitRate.flatMap(ByteRate.init) != nil else {
            throw ValidationError(
                "--limit-rate is a number and K, M or G, from \(ByteRate.slowest)"
            )
        }
    }

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let stop = site.stop
        StopSignals.set(stop)
        let job = try CopyJob(
            site,
            sets: sets,
            to: to,
            from: from,
            limit: limitRate.flatMap(ByteRate.init).map { RateLimit($0, stop: stop) },
            now: { WallClock.now() },
            stop: stop
        )
        if job.parts.isEmpty {
            terminal.remark(
                terminal.words(
                    "送るものがありません。控えを置く保管先、取得済みの世代、つながっている媒体のいずれかがありません。",
                    "nothing to bring: no further store, no snapshot, or no medium that is mounted"
                )
            )
        }
        let names = try site.setNames()
        let (code, answers) = try StoreByStore.run(job.parts, named: \.store, terminal) { part in
            let report = try run(part, job, terminal)
            tell(report, of: part, terminal, names)
            return (ExitCode(report.verdict), json(report, of: part))
        }
        terminal.answer(.object(["copies": .array(answers)]))
        return code
    }

    private func run(
        _ part: CopyJob.Part,
        _ job: CopyJob,
        _ terminal: Terminal
    ) throws -> CopyReport {
        let line = terminal.progress(part.store)
        defer { line.end() }
        return try job.run(part) { line.show(bytes: $0) }
    }

    private func tell(
        _ report: CopyReport,
        of part: CopyJob.Part,
        _ terminal: Terminal,
        _ names: [SetID: String]
    ) {
        let sets = part.sets.values.sorted().joined(separator: ", ")
        guard !part.isLook else {
            terminal.say(
                terminal.words(
                    "\(part.store): \(sets) のリーガルホールドを確認しました。",
                    "\(part.store): the legal holds of \(sets) were looked at"
                )
            )
            FindingLines.print(report.findings, terminal, names: names)
            return
        }
        terminal.say(
            terminal.words(
                "\(part.store) ← \(sets): \(report.snapshots) 世代がそろいました。"
                    + "送信 \(report.objects) 個、\(ByteCount(report.bytes))、既存 \(report.present) 個",
                "\(part.store) ← \(sets): \(report.snapshots) snapshots are whole there; sent "
                    + "\(report.objects) objects, \(ByteCount(report.bytes)); "
                    + "\(report.present) were there"
            )
        )
        if !report.incomplete.isEmpty {
            let refs = report.incomplete.sorted().prefix(8)
                .map { SubjectText.describe($0, names: names) }
            terminal.say(
                terminal.words("  そろわない世代: ", "  not whole there: ")
                    + refs.joined(separator: " ")
            )
        }
        FindingLines.print(report.findings, terminal, names: names)
    }

    private func json(_ report: CopyReport, of part: CopyJob.Part) -> JSONValue {
        .object([
            "bytes": .integer(Int64(clamping: report.bytes)),
            "findings": FindingLines.json(report.findings),
            "heads": .object(
                Dictionary(
                    uniqueKeysWithValues: part.sets.map { set, name in
                        let sequence = report.heads[set]?.sequence
                        return (name, sequence.map { .integer(Int64(clamping: $0)) } ?? .null)
                    }
                )
            ),
            "objects": .integer(Int64(report.objects)),
            "present": .integer(Int64(report.present)),
            "snapshots": .integer(Int64(report.snapshots)),
            "store": .string(part.store),
            "verdict": .string(report.verdict.rawValue),
        ])
    }
}
