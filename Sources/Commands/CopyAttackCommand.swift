import ArgumentParser
import Configuration
import Console
import Copying
import Format
import Jobs
import Model
import ObjectStore
import Reporting

/// `toride copy attack`.
struct CopyAttackCommand: Performing {
    static let configuration = CommandConfiguration(
        commandName: "attack",
        abstract: "Try to harm a store with this host's own credentials, as a thief would.",
        discussion: """
            Makes objects for it (attacks/…), tries to delete, overwrite and unlock them, and \
            looks after each attempt at what is left: what a store answers is not believed. No \
            snapshot is touched; the objects stay as long as their locks. What is tried against \
            a whole bucket, to stop its versions or its locks, is taken back at once if it \
            succeeds.

            Without --copy, every store is attacked that is to resist: those of class O4 or with \
            lock. The result is a signed record in the store.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(help: "Only this store, whether it is to resist or not.")
    var copy: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let stop = site.stop
        StopSignals.set(stop)
        let job = try AttackJob(site, store: copy, now: { WallClock.now() }, stop: stop)
        if job.stores.isEmpty {
            terminal.remark(
                terminal.words(
                    "攻撃に耐えるべき保管先（class O4 または lock）はありません。",
                    "no store is to resist an attacker (class O4, or lock)"
                )
            )
        }
        let (code, answers) = try StoreByStore.run(job.stores, named: \.name, terminal) { store in
            let outcome = try job.run(store)
            tell(outcome, of: store, terminal)
            return (ExitCode(outcome.verdict), json(outcome, of: store))
        }
        terminal.answer(.object(["attacks": .array(answers)]))
        return code
    }

    private func tell(
        _ outcome: AttackJob.Outcome,
        of store: Configuration.Store,
        _ terminal: Terminal
    ) {
        terminal.say(
            "\(store.name): \(VerdictText.word(outcome.verdict, terminal.language))"
        )
        for attempt in outcome.report.attempts where attempt.outcome != .notApplicable {
            terminal.say(AttackWords.line(attempt, terminal))
        }
        FindingLines.print(outcome.findings, terminal)
    }

    private func json(
        _ outcome: AttackJob.Outcome,
        of store: Configuration.Store
    ) -> JSONValue {
        .object([
            "attempts": .array(outcome.report.attempts.map(\.json)),
            "findings": FindingLines.json(outcome.findings),
            "record": outcome.recordKey.map { .string($0) } ?? .null,
            "store": .string(store.name),
            "verdict": .string(outcome.verdict.rawValue),
        ])
    }
}

/// What an attack is called, and what it came to.
private enum AttackWords {
    /// `✓ delete-version (its very version deleted): 403 AccessDenied → refused`.
    static func line(_ attempt: AttackReport.Attempt, _ terminal: Terminal) -> String {
        let mark =
            switch attempt.outcome {
            case .refused, .harmless, .notApplicable: "✓"
            case .harmed: "✗"
            case .unanswered: "?"
            }
        let what = "\(attempt.attack.rawValue) (\(name(attempt.attack, terminal)))"
        let answer = SafeText.escaped(attempt.word)
        return "  \(mark) \(what): \(answer) → \(word(attempt.outcome, terminal))"
    }

    private static func name(_ attack: Attack, _ terminal: Terminal) -> String {
        switch attack {
        case .delete: terminal.words("削除", "deleted")
        case .deleteVersion: terminal.words("版を指定した削除", "its very version deleted")
        case .deleteInBatch: terminal.words("版の一括削除", "its version deleted among many")
        case .bypass: terminal.words("ロックを越える権限での削除", "deleted by a bypass of locks")
        case .overwrite: terminal.words("上書き", "written over")
        case .shortenLock: terminal.words("ロック期限の短縮", "its lock made shorter")
        case .weakenLock: terminal.words("ロックの格下げ", "its lock made weaker")
        case .removeLock: terminal.words("ロックの解除", "its lock taken away")
        case .suspendVersions: terminal.words("版の保存の停止", "the store keeps no versions")
        case .disableLocks: terminal.words("ロック機能の停止", "the store locks nothing")
        }
    }

    private static func word(
        _ outcome: AttackReport.Outcome,
        _ terminal: Terminal
    ) -> String {
        switch outcome {
        case .refused: terminal.words("拒否", "refused")
        case .harmless: terminal.words("実害なし", "harmless")
        case .harmed: terminal.words("被害あり", "harmed")
        case .unanswered: terminal.words("応答なし", "unanswered")
        case .notApplicable: terminal.words("対象外", "not applicable")
        }
    }
}
