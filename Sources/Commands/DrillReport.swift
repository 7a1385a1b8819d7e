import Catalog
import Clinical
import Configuration
import Console
import Custody
import Drills
import Format
import Jobs
import Model
import Orthanc
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
        terminal.say(story(outcome, terminal))
        DrillStepLines.show(outcome.timeline.reached, outcome.timeline.noted, terminal)
        let point = result.recoveryPoint.map { seconds($0) } ?? terminal.words("不明", "unknown")
        terminal.say(terminal.words("  復旧時点 (RPO実測)      ", "  recovery point          ") + point)
        DrillOutlookLines.show(result, terminal)
        DrillSampleLines.show(result.samples, terminal)
        for store in result.stores {
            show(store, terminal)
        }
        for orthanc in result.orthancs {
            show(orthanc, terminal)
        }
        for control in result.controls {
            let found = control.foundAs?.rawValue ?? terminal.words("見逃し", "MISSED")
            terminal.say("  \(control.set): \(control.sabotage) → \(found)")
        }
        FindingLines.print(result.findings, terminal)
        DrillOutlookLines.show(outcome.trend, terminal)
        DrillClaimLines.show(result.claims, terminal)
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

    /// An image server: what it says that it holds, and how much of that it read anew.
    private static func show(_ orthanc: JudgedOrthanc, _ terminal: Terminal) {
        let (held, check) = (orthanc.check.statistics, orthanc.check)
        terminal.say(
            "  \(orthanc.set)/orthanc: "
                + terminal.words(
                    "患者 \(held.patients)、検査 \(held.studies)、シリーズ \(held.series)、"
                        + "画像 \(held.instances)、読み直し \(check.attachments)",
                    "patients \(held.patients), studies \(held.studies), series "
                        + "\(held.series), images \(held.instances), read anew "
                        + "\(check.attachments)"
                )
        )
    }

    /// What was supposed to have happened, and what it was restored from.
    private static func story(_ outcome: DrillJob.Outcome, _ terminal: Terminal) -> String {
        let (scenario, back) = (outcome.scenario.rawValue, outcome.generation)
        var words = [terminal.words("  想定 \(scenario)", "  scenario \(scenario)")]
        if back > 0 {
            words.append(terminal.words("\(back) 世代前", "\(back) before the newest"))
        }
        if let store = outcome.store {
            words.append(terminal.words("保管先 \(store)", "store \(store)"))
        }
        return words.joined(separator: " · ")
    }

    /// What came of a drill, for programs, whose output is logged: names are the record's tokens.
    static func json(_ outcome: DrillJob.Outcome) -> JSONValue {
        let tokens = outcome.tokens
        let controls = outcome.result.controls.map { control in
            JSONValue.object([
                "foundAs": control.foundAs.map { .string($0.rawValue) } ?? .null,
                "sabotage": .string(control.sabotage), "set": .string(control.set),
            ])
        }
        let members: [String: JSONValue] = [
            "controls": .array(controls),
            "findings": FindingLines.json(
                outcome.result.findings,
                subject: { tokens.name(of: $0) },
                detail: { tokens.name(ofText: $0) }
            ),
            "generation": .integer(Int64(outcome.generation)),
            "id": .string(outcome.id),
            "level": .integer(Int64(outcome.result.level)),
            "orthancs": .array(
                outcome.result.orthancs.map { orthanc in
                    .object(["held": orthanc.json, "set": .string(orthanc.set)])
                }
            ),
            "plan": .string(outcome.plan),
            "recordKey": .string(outcome.recordKey),
            "recoveryPointSeconds": outcome.result.recoveryPoint.map {
                .integer($0.components.seconds)
            } ?? .null,
            "samples": DrillSampleLines.json(outcome.result.samples),
            "scenario": .string(outcome.scenario.rawValue),
            "stepsMilliseconds": outcome.timeline.json,
            "store": outcome.store.map { .string($0) } ?? .null,
            "stores": .array(
                outcome.result.stores.map { store in
                    .object(["judged": store.json, "set": .string(store.set)])
                }
            ),
            "verdict": .string(outcome.result.verdict.rawValue),
        ]
        return .object(members.merging(DrillOutlookLines.json(outcome)) { $1 })
    }

    /// A drill of the catalog for programs, with what else is known of it.
    static func json(_ drill: DrillRow, with more: [String: JSONValue]) -> JSONValue {
        let members: [String: JSONValue] = [
            "claim": .string(drill.claim),
            "finished": drill.finished.map { .string($0.rfc3339) } ?? .null,
            "id": .string(drill.id), "plan": .string(drill.plan),
            "recordKey": drill.recordKey.map { .string($0) } ?? .null,
            "started": .string(drill.started.rfc3339),
            "subject": .string(drill.subject), "verdict": .string(drill.verdict.rawValue),
        ]
        return .object(members.merging(more) { $1 })
    }

    /// By when each step was reached and what came back, for programs.
    static func members(of story: DrillStory) -> [String: JSONValue] {
        var times: [String: JSONValue] = [:]
        for (step, time) in story.reached {
            times[step.rawValue] = .integer(time.milliseconds)
        }
        return [
            "claims": story.claims?.json ?? .null,
            "notedSteps": .array(story.noted.map(\.json)),
            "stepsMilliseconds": .object(times),
        ]
    }

    /// The level that a drill of the catalog reached, and the forecast that it gave.
    static func showOutcome(of drill: DrillRow, _ terminal: Terminal) {
        if let level = drill.level {
            terminal.say(terminal.words("  レベル \(level)", "  level \(level)"))
        }
        if case .integer(let seconds)? = drill.claimed["forecastSeconds"],
            case .integer(let bytes)? = drill.claimed["forecastFromBytes"]
        {
            DrillOutlookLines.forecast(.seconds(seconds), UInt64(clamping: bytes), terminal)
        }
        DrillSampleLines.show(of: drill, terminal)
    }

    /// A time as reports have it, to the millisecond.
    static func seconds(_ time: Duration) -> String {
        let milliseconds = time.milliseconds
        let fraction = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000)."
            + String(repeating: "0", count: 3 - fraction.utf8.count) + "\(fraction) s"
    }
}
