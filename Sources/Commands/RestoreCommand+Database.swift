import Console
import Custody
import Format
import Jobs
import Model
import Recovery
import Reporting
import Repository
import Workers

extension RestoreCommand {
    /// Restores into a database of a live server, and tells what came of it.
    func restore(
        _ opened: OpenedSnapshot,
        intoDatabase connection: String,
        _ outdated: [Finding],
        _ stop: StopFlag,
        _ terminal: Terminal
    ) throws -> Model.ExitCode {
        let job = DatabaseRestoreJob(
            opened,
            DatabaseRestoreJob.Request(connection: connection, makesRoles: withRoles),
            site: try Site(configPath: options.configPath),
            stop: stop
        )
        let line = terminal.progress(snapshot)
        defer { line.end() }
        var outcome = try job.run { step in
            if case .opening(let bytes, let total) = step {
                return line.show(bytes: bytes, total: total)
            }
            line.end()
            terminal.remark(DatabaseRestoreReport.words(step, terminal))
        }
        line.end()
        outcome.findings += outdated
        let source = opened.title
        DatabaseRestoreReport.show(outcome, of: source, terminal)
        terminal.answer(DatabaseRestoreReport.json(outcome, of: source))
        return ExitCode(outcome.verdict)
    }
}

/// A restored database as an operator reads of it.
enum DatabaseRestoreReport {
    /// What is being done.
    static func words(_ step: DatabaseRestoreJob.Step, _ terminal: Terminal) -> String {
        switch step {
        case .opening: terminal.words("ダンプを取り出しています", "opening the dump")
        case .makingRoles: terminal.words("ロールを作っています", "making roles")
        case .loading: terminal.words("データベースに読み込んでいます", "loading the database")
        case .comparing:
            terminal.words("すべての表をバックアップ時の記録と比べています", "comparing every table with the witness")
        case .leaving(let path):
            terminal.words(
                "復元したデータを \(path) から消せませんでした。手で消してください。",
                "restored data could not be removed from \(path): remove them"
            )
        }
    }

    /// What came of it, the verdict last.
    static func show(
        _ outcome: DatabaseRestoreOutcome,
        of source: String,
        _ terminal: Terminal
    ) {
        let database = SafeText.escaped(outcome.database)
        if let wasSuperuser = outcome.wasSuperuser {
            terminal.say(
                terminal.words(
                    "\(source) をデータベース \(database) に復元",
                    "restored \(source) into database \(database)"
                )
            )
            showRoles(outcome, terminal)
            if wasSuperuser {
                terminal.remark(
                    terminal.words(
                        "注意: 管理者権限で読み込みました。ダンプの中の関数も同じ権限で動きました。",
                        "note: loaded as a superuser; functions in the dump ran with its powers"
                    )
                )
            }
            terminal.remark(
                terminal.words(
                    "次に: 使い始める前に統計を作ってください: vacuumdb --analyze-in-stages",
                    "next: make statistics before it is used: vacuumdb --analyze-in-stages"
                )
            )
        } else {
            terminal.say(
                terminal.words(
                    "\(source) はデータベース \(database) に読み込んでいません",
                    "nothing of \(source) was loaded into database \(database)"
                )
            )
        }
        FindingLines.print(outcome.findings, terminal)
        terminal.conclude(outcome.verdict)
    }

    private static func showRoles(_ outcome: DatabaseRestoreOutcome, _ terminal: Terminal) {
        for role in outcome.rolesMade {
            let name = SafeText.escaped(role)
            terminal.say(terminal.words("  ロール \(name) を作成", "  made role \(name)"))
        }
        for power in outcome.powersWithheld {
            let name = SafeText.escaped(power)
            terminal.say(
                terminal.words(
                    "  与えていない権限: \(name) (必要なら ALTER ROLE または GRANT で)",
                    "  not given: \(name) (if it is needed: ALTER ROLE or GRANT)"
                )
            )
        }
    }

    /// For programs.
    static func json(_ outcome: DatabaseRestoreOutcome, of source: String) -> JSONValue {
        .object([
            "database": .string(outcome.database),
            "findings": FindingLines.json(outcome.findings),
            "loaded": .bool(outcome.wasSuperuser != nil),
            "powersWithheld": .array(outcome.powersWithheld.map { .string($0) }),
            "rolesMade": .array(outcome.rolesMade.map { .string($0) }),
            "snapshot": .string(source),
            "superuser": outcome.wasSuperuser.map { .bool($0) } ?? .null,
            "verdict": .string(outcome.verdict.rawValue),
        ])
    }
}
