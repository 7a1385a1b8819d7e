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
        abstract: "Try to get through what a store is to resist, as an attacker would.",
        discussion: """
            With this host's own credentials, for class O4 or lock: makes objects for it \
            (attacks/…), tries to delete, overwrite and unlock them, and looks after each attempt \
            at what is left: what a store answers is not believed. No snapshot is touched; the \
            objects stay as long as their locks. What is tried against a whole bucket, to stop its \
            versions or its locks, is taken back at once if it succeeds.

            For class O3: tries to list, read, delete and write with the credentials of every \
            other bucket, and with none, and asks who owns the buckets and who may enter.

            For class O5, its probe: tries to connect from the other network.

            Without --copy, every store is tried that is to resist and that is here: those of \
            class O3, O4 or O5, or with lock. The result is a signed record in the store.

            \(Model.ExitCode.help)
            """
    )

    @OptionGroup var options: GlobalOptions

    @Option(help: "Only this store; if it is to resist nothing, with this host's credentials.")
    var copy: String?

    func perform(_ terminal: Terminal) throws -> Model.ExitCode {
        let site = try Site(configPath: options.configPath)
        let stop = site.stop
        StopSignals.set(stop)
        let job = try AttackJob(site, store: copy, now: { WallClock.now() }, stop: stop)
        if job.stores.isEmpty {
            terminal.remark(
                terminal.words(
                    "攻撃に耐えるべき保管先（class O3〜O5 または lock）がないか、その媒体が外されています。",
                    "no store is to resist an attacker (class O3 to O5, or lock), or none is here"
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
        if let access = outcome.report.access {
            terminal.say(AttackWords.line(access, terminal))
        }
        FindingLines.print(outcome.findings, terminal)
    }

    private func json(
        _ outcome: AttackJob.Outcome,
        of store: Configuration.Store
    ) -> JSONValue {
        .object([
            "access": outcome.report.access?.json ?? .null,
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
    /// How much of an owner's name is told, in characters; the answer in JSON has all of it.
    private static let ownerMax = 16

    /// `✓ delete-version (its very version deleted): 403 AccessDenied → refused`.
    static func line(_ attempt: AttackReport.Attempt, _ terminal: Terminal) -> String {
        let mark =
            switch attempt.outcome {
            case .refused, .harmless, .notApplicable: "✓"
            case .harmed: "✗"
            case .unanswered: "?"
            }
        let target = [attempt.trial.by, attempt.trial.target].compactMap(\.self)
        let whom = target.isEmpty ? "" : " \(SafeText.escaped(target.joined(separator: " → ")))"
        let what = "\(attempt.trial.name)\(whom) (\(name(attempt.trial, terminal)))"
        let answer = SafeText.escaped(attempt.word)
        return "  \(mark) \(what): \(answer) → \(word(attempt, terminal))"
    }

    /// `area: owner 79a59df900b949e5…, also: none`.
    static func line(_ access: AccessList, _ terminal: Terminal) -> String {
        var others = access.grantees.map { SafeText.escaped($0) }
        if access.unnamed > 0 {
            others.append(
                terminal.words(
                    "メールアドレスで \(access.unnamed) 名",
                    "\(access.unnamed) by e-mail address"
                )
            )
        }
        let also = others.isEmpty ? terminal.words("なし", "none") : others.joined(separator: ", ")
        let owner = access.owner.prefix(ownerMax)
        let short = owner.count < access.owner.count ? "\(owner)…" : "\(owner)"
        return terminal.words(
            "  領域: 所有者 \(SafeText.escaped(short))、ほか: \(also)",
            "  area: owner \(SafeText.escaped(short)), also: \(also)"
        )
    }

    private static func name(_ trial: Trial, _ terminal: Terminal) -> String {
        switch trial {
        case .attack(let attack): name(attack, terminal)
        case .trespass(.anyone):
            terminal.words("認証情報なしでの侵入", "entered without credentials")
        case .trespass(.store):
            terminal.words("ほかの認証情報での侵入", "entered with other credentials")
        case .owners: terminal.words("所有者と許可", "owned or shared by others")
        case .reach: terminal.words("隔てたネットワークからの接続", "reached from another network")
        }
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
        case .liftHold: terminal.words("リーガルホールドの解除", "its legal hold lifted")
        case .suspendVersions: terminal.words("版の保存の停止", "the store keeps no versions")
        case .disableLocks: terminal.words("ロック機能の停止", "the store locks nothing")
        }
    }

    private static func word(
        _ attempt: AttackReport.Attempt,
        _ terminal: Terminal
    ) -> String {
        switch attempt.outcome {
        case .refused: withstood(attempt.trial, terminal)
        case .harmless: terminal.words("実害なし", "harmless")
        case .harmed: terminal.words("被害あり", "harmed")
        case .unanswered: terminal.words("判定不能", "not known")
        case .notApplicable: terminal.words("対象外", "not applicable")
        }
    }

    private static func withstood(_ trial: Trial, _ terminal: Terminal) -> String {
        switch trial {
        case .attack, .trespass: terminal.words("拒否", "refused")
        case .owners: terminal.words("分離", "separate")
        case .reach: terminal.words("到達せず", "kept out")
        }
    }
}
