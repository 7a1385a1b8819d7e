import Configuration
import Console
import Format
import Jobs
import Model
import Reporting
import Scheduling

/// What shows that stores are of their class, for people and for programs.
enum CopyClassLines {
    /// A store, its class and what shows it: `vault [O4]: attacked 2026-11-01T03:00:07+09:00,
    /// proven`.
    static func line(
        _ standing: ClassStanding,
        _ zone: SiteTimeZone,
        _ terminal: Terminal
    ) -> String {
        let codes = standing.codes.map(\.rawValue).joined(separator: ", ")
        return "\(standing.store.name) [\(standing.copyClass.rawValue)]: "
            + evidence(standing, zone, terminal) + (codes.isEmpty ? "" : " (\(codes))")
    }

    private static func evidence(
        _ standing: ClassStanding,
        _ zone: SiteTimeZone,
        _ terminal: Terminal
    ) -> String {
        switch standing.evidence {
        case nil:
            return terminal.words("裏付けがありません", "nothing shows it")
        case .attack(let finished):
            let word = VerdictText.word(standing.verdict, terminal.language)
            return terminal.words("攻撃試験 ", "attacked ") + zone.text(finished)
                + terminal.words("、", ", ") + word
        case .media(let stays) where standing.copyClass == .detachedMedium:
            return terminal.words("媒体 ", "media ")
                + stays.map { place($0, zone, terminal) }.joined(separator: "; ")
        case .media(let stays):
            return stays.map { online($0, terminal) }.joined(separator: "; ")
        }
    }

    private static func place(
        _ stay: ClassStanding.Stay,
        _ zone: SiteTimeZone,
        _ terminal: Terminal
    ) -> String {
        guard !stay.isUntold else {
            return stay.label
                + terminal.words(
                    "（接続の有無を確かめられません）",
                    " (whether it is connected cannot be told)"
                )
        }
        guard let away = stay.away else {
            return "\(stay.label) " + presence(stay, terminal)
        }
        let none = terminal.words("なし", "none")
        let (since, due) = (zone.text(away), stay.due.map { zone.text($0) } ?? none)
        return terminal.words(
            "\(stay.label) \(since) から取り外し中（返却期限 \(due)）",
            "\(stay.label) away since \(since), due \(due)"
        )
    }

    private static func presence(_ stay: ClassStanding.Stay, _ terminal: Terminal) -> String {
        if stay.isConnected {
            return terminal.words("接続中（マウントなし）", "connected, not mounted")
        }
        return stay.seen == nil
            ? terminal.words("まだ一度も接続されていません", "was never here")
            : terminal.words("接続中", "here")
    }

    private static func online(_ stay: ClassStanding.Stay, _ terminal: Terminal) -> String {
        let minutes = stay.online.components.seconds / 60
        return terminal.words(
            "\(stay.label) 過去 \(ClassStanding.onlineDays) 日間に \(minutes) 分接続",
            "\(stay.label) online \(minutes) min in the last \(ClassStanding.onlineDays) days"
        )
    }

    /// The same for programs.
    static func json(_ standing: ClassStanding) -> JSONValue {
        let shownBy: String? =
            switch standing.evidence {
            case .attack: "attack"
            case .media: "media"
            case nil: nil
            }
        return .object([
            "at": standing.at.map { .string($0.rfc3339) } ?? .null,
            "class": .string(standing.copyClass.rawValue),
            "codes": .array(standing.codes.map { .string($0.rawValue) }),
            "shownBy": shownBy.map { .string($0) } ?? .null,
            "store": .string(standing.store.name),
            "verdict": .string(standing.verdict.rawValue),
        ])
    }
}
