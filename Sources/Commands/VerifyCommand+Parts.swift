import Console
import Custody
import Format
import HostState
import Jobs
import Model
import ObjectStore
import Verification
import Workers

extension VerifyCommand {
    /// What is the same for all stores.
    struct Work {
        /// Whose stores; nil with a folder in place of a configuration.
        let site: Site?
        let plan: VerifyPlan
        /// What goes on with an identity; nil without one.
        let deep: DeepVerifyJob?
        let names: [SetID: String]
        let stop: StopFlag
    }

    /// How the verification of one store ended.
    private struct Outcome {
        let verdict: Verdict
        let code: Model.ExitCode
        let answer: JSONValue
        /// What can be forgotten; nil while it may be gone on with.
        let ended: ContinuableVerification?
    }

    /// Verifies one store after the other; one that cannot be looked at keeps no other from its
    /// turn, and leaves all not proven.
    ///
    /// - Parameters:
    ///   - parts: the stores.
    ///   - absent: those that could not be opened.
    ///   - work: what is the same for all.
    ///   - terminal: gets what was found.
    /// - Returns: how the command ends.
    /// - Throws: ``Stopped``, which ends the others too; of one store alone as
    ///   ``Verifier/run(goingOnFrom:progress:)``.
    func verify(
        _ parts: [VerifyPlan.Part],
        _ absent: [VerifyPlan.Absence],
        _ work: Work,
        _ terminal: Terminal
    ) throws -> Model.ExitCode {
        var outcomes = absent.map { unseen($0.error, $0.store, terminal) }
        let isAlone = parts.count + absent.count == 1
        for part in parts {
            do {
                outcomes.append(try verify(part, work, terminal))
            } catch  where !isAlone && !(error is Stopped) {
                outcomes.append(unseen(error, part.store.place, terminal))
            }
        }
        let verdict = outcomes.map(\.verdict).reduce(Verdict.proven) { $0.weaker($1) }
        var code = outcomes.map(\.code).reduce(Model.ExitCode.done) { $0.graver($1) }
        let ended = outcomes.compactMap(\.ended)
        // Not before all are done: one that is stopped in the last store has read the first.
        if ended.count == outcomes.count {
            let forgotten = attempt(terminal) { try ended.forEach { try $0.end() } }
            code = code.graver(forgotten)
        }
        terminal.answer(VerificationLines.json(outcomes.map(\.answer), verdict))
        return Model.ExitCode(verdict).graver(code)
    }

    /// A store that could not be looked at.
    private func unseen(_ error: any Error, _ store: String, _ terminal: Terminal) -> Outcome {
        let told = StoreByStore.complain(error, of: store, terminal)
        return Outcome(verdict: .notProven, code: told.code, answer: told.answer, ended: nil)
    }

    private func verify(
        _ part: VerifyPlan.Part,
        _ work: Work,
        _ terminal: Terminal
    ) throws -> Outcome {
        let place = part.store.place
        let verifier = Verifier(store: part.store, request: part.request, stop: work.stop)
        let reading = ContinuableVerification(
            verifier,
            of: part,
            in: work.site,
            for: .byHand,
            continuing: resume ? .seconds(Self.resumeDaysMax * 86_400) : nil,
            now: WallClock.now()
        )
        try tellStart(reading, terminal)
        var report = try read(reading, place, terminal)
        let opened = attempt(terminal) { try open(&report, part, work.deep, terminal) }
        VerificationLines.tell(report, of: place, terminal, names: work.names)
        let kept = attempt(terminal) {
            let remembered = try work.plan.remember(
                report,
                of: part,
                started: reading.started,
                finished: WallClock.now()
            )
            FindingLines.print(remembered.findings, terminal, names: work.names)
            tellDistrust(remembered.distrusted, terminal)
        }
        let written = attempt(terminal) { try writeSums(of: verifier) }
        // A deep part that was stopped needs what the keyless one has read, and a verdict that
        // could not be written down may be asked for again.
        let isEnded = opened == .done && kept == .done
        return Outcome(
            verdict: report.verdict,
            code: opened.graver(kept).graver(written),
            answer: VerificationLines.json(report, of: place),
            ended: isEnded ? reading : nil
        )
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
        } catch  where (error is Stopped || error is StoreError) && reading.isWrittenDown {
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
    ///
    /// - Parameters:
    ///   - terminal: gets the complaint if it goes wrong.
    ///   - work: what comes after.
    /// - Returns: how a command ends in which it went so.
    func attempt(_ terminal: Terminal, _ work: () throws -> Void) -> Model.ExitCode {
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
