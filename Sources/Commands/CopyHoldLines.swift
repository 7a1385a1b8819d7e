import Catalog
import Console
import Copying
import Format
import Jobs
import Model
import Reporting
import Scheduling

/// Legal holds, for people and for programs.
enum CopyHoldLines {
    /// Says who can lift a hold that is set with this host's credentials.
    static func warn(_ terminal: Terminal) {
        terminal.remark(
            terminal.words(
                "注意: このホストの認証情報でかけたリーガルホールドは、それを盗んだ者にも解除できます。"
                    + "--credentials で別の人の認証情報を指定してください。",
                "note: whoever has this host's credentials can lift this hold; --credentials names "
                    + "others"
            )
        )
    }

    /// Tells what was held or released.
    ///
    /// - Parameters:
    ///   - outcome: what came of it.
    ///   - store: the store's name.
    ///   - names: what this host calls its sets.
    ///   - terminal: where it is told.
    static func tell(
        _ outcome: HoldJob.Outcome,
        in store: String,
        names: [SetID: String],
        _ terminal: Terminal
    ) {
        let snapshot = SubjectText.describe(outcome.snapshot, names: names)
        let verdict = VerdictText.word(outcome.verdict, terminal.language)
        terminal.say("\(snapshot) → \(store): \(verdict)")
        terminal.say("  " + words(outcome, terminal))
        if outcome.leavesHeld, !outcome.report.isBlocked {
            terminal.say(
                terminal.words(
                    "  失われた一覧だけが示していた保管データは、ホールドされたまま残ります。",
                    "  what only the missing manifest or lists named stays held"
                )
            )
        }
        FindingLines.print(outcome.findings, terminal, names: names)
        terminal.answer(json(outcome, store: store, set: names[outcome.snapshot.set]))
    }

    private static func words(_ outcome: HoldJob.Outcome, _ terminal: Terminal) -> String {
        let report = outcome.report
        let size = ByteCount(report.bytes)
        switch outcome.action {
        case .place:
            return terminal.words(
                "リーガルホールド中 \(report.objects) 個、\(size)",
                "\(report.objects) objects are held, \(size)"
            )
        case .release where report.isBlocked:
            return terminal.words(
                "何も解除していません。何が必要とされているのか、すべては分からないためです。",
                "nothing was released: it is not known what this or another held snapshot needs"
            )
        case .release:
            return terminal.words(
                "解除 \(report.objects) 個、\(size)。ほかの世代のために残したもの \(report.kept) 個",
                "\(report.objects) objects were released, \(size); \(report.kept) stay held for "
                    + "other snapshots"
            )
        }
    }

    private static func json(
        _ outcome: HoldJob.Outcome,
        store: String,
        set: String?
    ) -> JSONValue {
        .object([
            "action": .string(outcome.action.rawValue),
            "bytes": .integer(Int64(clamping: outcome.report.bytes)),
            "findings": FindingLines.json(outcome.findings),
            "kept": .integer(Int64(outcome.report.kept)),
            "objects": .integer(Int64(outcome.report.objects)),
            "reason": .string(outcome.reason),
            "record": outcome.recordKey.map { .string($0) } ?? .null,
            "sequence": .integer(Int64(clamping: outcome.snapshot.sequence)),
            "set": set.map { .string($0) } ?? .null,
            "setId": .string(outcome.snapshot.set.hex),
            "store": .string(store),
            "verdict": .string(outcome.verdict.rawValue),
        ])
    }

    // MARK: - What is held

    /// `ehr-db@3 is held in vault since 2026-11-24T02:01:12+09:00: incident 12`.
    static func line(
        _ hold: CopyStanding.Hold,
        _ zone: SiteTimeZone,
        _ terminal: Terminal
    ) -> String {
        let snapshot = SafeText.escaped("\(hold.set)@\(hold.row.head.sequence)")
        let store = SafeText.escaped(hold.store)
        let since = zone.text(hold.row.placed)
        let reason = SafeText.escaped(hold.row.reason)
        return terminal.words(
            "\(snapshot) は \(since) から \(store) でリーガルホールド中: \(reason)",
            "\(snapshot) is held in \(store) since \(since): \(reason)"
        )
    }

    /// The same for programs.
    static func json(_ hold: CopyStanding.Hold) -> JSONValue {
        .object([
            "placed": .string(hold.row.placed.rfc3339),
            "reason": .string(hold.row.reason),
            "record": hold.row.recordKey.map { .string($0) } ?? .null,
            "sequence": .integer(Int64(clamping: hold.row.head.sequence)),
            "set": .string(hold.set),
            "store": .string(hold.store),
        ])
    }
}
