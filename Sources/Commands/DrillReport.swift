import Catalog
import Clinical
import Configuration
import Console
import Custody
import Drills
import Format
import Jobs
import Model
import Reporting

/// A drill as an operator reads it.
enum DrillReport {
    /// What came of a drill, the verdict last.
    static func show(
        _ outcome: DrillJob.Outcome,
        _ plan: Configuration.DrillPlan,
        _ terminal: Terminal
    ) {
        let result = outcome.result
        terminal.say(
            terminal.words(
                "復元訓練 \(outcome.plan) (\(outcome.id))",
                "drill \(outcome.plan) (\(outcome.id))"
            )
        )
        for step in DrillStep.allCases {
            if let time = outcome.timeline.reached[step] {
                let pad = String(repeating: " ", count: max(1, 24 - step.rawValue.utf8.count))
                terminal.say("  \(step.rawValue)\(pad)\(seconds(time))")
            }
        }
        let point = result.recoveryPoint.map { seconds($0) } ?? terminal.words("不明", "unknown")
        terminal.say(terminal.words("  復旧時点 (RPO実測)      ", "  recovery point          ") + point)
        for store in result.stores {
            show(store, terminal)
        }
        for control in result.controls {
            let found = control.foundAs?.rawValue ?? terminal.words("見逃し", "MISSED")
            terminal.say("  \(control.set): \(control.sabotage) → \(found)")
        }
        FindingLines.print(result.findings, terminal)
        terminal.conclude(
            result.verdict,
            terminal.words(
                " (レベル \(result.level) / 要求 \(plan.level.rawValue))",
                " (level \(result.level), asked \(plan.level.rawValue))"
            )
        )
    }

    /// A clinical store: what was read of it, and which rules were broken when it was backed up.
    private static func show(_ store: JudgedStore, _ terminal: Terminal) {
        let profile = store.judged.profile
        let files = ["\(profile.files)", ByteCount(profile.bytes).description]
            .joined(separator: ", ")
        terminal.say("  \(store.set)/\(profile.format.rawValue): \(files)")
        for (kind, number) in profile.counts.sorted(by: { $0.key < $1.key }) {
            let pad = String(repeating: " ", count: max(1, 20 - kind.utf8.count))
            terminal.say("    \(kind)\(pad)\(number)")
        }
        if let newest = profile.newest {
            let words = terminal.words("最新の診療時刻", "newest clinical time")
            terminal.say("    \(words) \(newest.rfc3339)")
        }
        let odd = [
            (terminal.words("形式外", "foreign"), profile.outcomes[.foreign] ?? 0),
            (terminal.words("解析不能", "unparsed"), profile.outcomes[.unparsed] ?? 0),
            (terminal.words("読取不能", "unread"), profile.unread),
        ].filter { $0.1 > 0 }
        if !odd.isEmpty {
            terminal.say("    " + odd.map { "\($0.0) \($0.1)" }.joined(separator: " · "))
        }
    }

    /// What came of a drill, for programs.
    static func json(_ outcome: DrillJob.Outcome) -> JSONValue {
        let controls = outcome.result.controls.map { control in
            JSONValue.object([
                "foundAs": control.foundAs.map { .string($0.rawValue) } ?? .null,
                "sabotage": .string(control.sabotage), "set": .string(control.set),
            ])
        }
        return .object([
            "controls": .array(controls),
            "findings": FindingLines.json(outcome.result.findings),
            "id": .string(outcome.id),
            "level": .integer(Int64(outcome.result.level)),
            "plan": .string(outcome.plan),
            "record": .string(outcome.recordKey),
            "recoveryPointSeconds": outcome.result.recoveryPoint.map {
                .integer($0.components.seconds)
            } ?? .null,
            "stepsMilliseconds": outcome.timeline.json,
            "stores": .array(
                outcome.result.stores.map { store in
                    .object(["judged": store.json, "set": .string(store.set)])
                }
            ),
            "verdict": .string(outcome.result.verdict.rawValue),
        ])
    }

    /// A drill of the catalog for programs.
    static func json(_ drill: DrillRow) -> JSONValue {
        .object([
            "claim": .string(drill.claim),
            "finished": drill.finished.map { .string($0.rfc3339) } ?? .null,
            "id": .string(drill.id), "plan": .string(drill.plan),
            "recordKey": drill.recordKey.map { .string($0) } ?? .null,
            "started": .string(drill.started.rfc3339),
            "subject": .string(drill.subject), "verdict": .string(drill.verdict.rawValue),
        ])
    }

    private static func seconds(_ time: Duration) -> String {
        let milliseconds = time.milliseconds
        let fraction = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)."
            + String(repeating: "0", count: 3 - fraction.utf8.count) + "\(fraction) s"
    }
}
