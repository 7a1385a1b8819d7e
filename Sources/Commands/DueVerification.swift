import Configuration
import Console
import FileSystem
import Format
import Jobs
import Model
import Workers

/// `toride verify --due`: reads what the stores' deadlines ask for, the oldest first.
struct DueVerification {
    let site: Site
    /// This store alone; nil for all.
    let copy: String?
    let limitRate: ByteRate?
    /// For how long; nil until nothing is due.
    let lasting: Duration?

    /// Reads, and tells of each store what was read.
    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let stop = site.stop
        StopSignals.set(stop)
        let job = try LedgerJob(
            site,
            copy: copy,
            limit: limitRate.map { RateLimit($0, stop: stop) },
            lasting: lasting,
            now: { WallClock.now() },
            uptime: { FileHandle.uptime() },
            stop: stop
        )
        let names = try site.setNames()
        var verdict: Verdict = .proven
        let (code, answers) = try StoreByStore.run(job.stores, named: \.name, terminal) { store in
            let report = try run(job, store, terminal)
            tell(report, terminal, names)
            verdict = verdict.weaker(report.verdict)
            let failure = report.failure.map { complain($0, terminal) }
            return (failure ?? .done, json(report))
        }
        // What was read by then is written down, and nobody read the rest.
        try stop.check()
        // Of a store that was not looked at, or not to its end, nothing is shown; nor of none.
        if code != .done || answers.isEmpty {
            verdict = verdict.weaker(.notProven)
        }
        terminal.conclude(verdict)
        terminal.answer(VerificationLines.json(answers, verdict))
        return ExitCode(verdict).graver(code)
    }

    private func run(
        _ job: LedgerJob,
        _ store: Configuration.Store,
        _ terminal: Terminal
    ) throws -> LedgerJob.Report {
        let line = terminal.progress(store.name)
        defer { line.end() }
        return try job.run(store) { line.show(bytes: $0, total: $1) }
    }

    private func complain(_ error: any Error, _ terminal: Terminal) -> Model.ExitCode {
        let complaint = Complaint(error)
        terminal.complain(complaint)
        return complaint.code
    }

    private func tell(
        _ report: LedgerJob.Report,
        _ terminal: Terminal,
        _ names: [SetID: String]
    ) {
        let read = ByteCount(report.bytesRead)
        let left = ByteCount(report.bytesLeft)
        terminal.say(
            terminal.words(
                "\(report.place): \(report.objectsRead) オブジェクト (\(read)) を最後まで読みました。"
                    + "期限の近い残り \(report.objectsLeft) 個 (\(left))、新しいもの \(report.new) 個、"
                    + "なくなったもの \(report.gone) 個",
                "\(report.place): read \(report.objectsRead) objects, \(read); due yet "
                    + "\(report.objectsLeft), \(left); new \(report.new), gone \(report.gone)"
            )
        )
        FindingLines.print(report.findings, terminal, names: names)
    }

    private func json(_ report: LedgerJob.Report) -> JSONValue {
        .object([
            "bytesLeft": .integer(Int64(clamping: report.bytesLeft)),
            "bytesRead": .integer(Int64(clamping: report.bytesRead)),
            "findings": FindingLines.json(report.findings),
            "gone": .integer(Int64(report.gone)),
            "new": .integer(Int64(report.new)),
            "objectsLeft": .integer(Int64(clamping: report.objectsLeft)),
            "objectsRead": .integer(Int64(clamping: report.objectsRead)),
            "store": .string(report.place),
            "verdict": .string(report.verdict.rawValue),
        ])
    }
}
