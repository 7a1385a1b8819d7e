import Console
import Drills
import Reporting

/// What came back, as an operator reads it: two lines, never one.
enum DrillClaimLines {
    /// Says both; that nothing is known, if an old record says nothing.
    static func show(_ claims: DrillClaims?, _ terminal: Terminal) {
        let chart = terminal.words("参照用カルテの復旧", "reference chart recovered")
        say(chart, claims?.referenceChart, terminal, isOfSample: claims?.isOfSample ?? false)
        let working = terminal.words("電子カルテの稼働復旧", "working EHR recovered")
        say(working, claims?.workingEHR, terminal, isOfSample: claims?.isOfSample ?? false)
    }

    private static func say(
        _ what: String,
        _ claim: DrillClaims.Claim?,
        _ terminal: Terminal,
        isOfSample: Bool
    ) {
        guard let claim else {
            terminal.say("  \(what): \(terminal.words("不明", "unknown"))")
            return
        }
        let word = VerdictText.word(claim.verdict, terminal.language)
        let sample = terminal.words("抽出したファイルについてだけ", "of a sample of the files alone")
        let reasons = ((isOfSample ? [sample] : []) + claim.lacks.map { reason($0, terminal) })
            .joined(separator: terminal.words("、", "; "))
        terminal.say("  \(what): \(word)" + (reasons.isEmpty ? "" : " (\(reasons))"))
    }

    private static func reason(_ lack: DrillClaims.Lack, _ terminal: Terminal) -> String {
        switch lack {
        case .dataFailed: terminal.words("データに異常があります", "the data came back wrong")
        case .dataNotProven:
            terminal.words("データが正しいと証明されていません", "the data were not proven right")
        case .recordNotRead:
            terminal.words("診療記録を読んで確かめていません", "no patient's record was read")
        case .applicationsNotRun:
            terminal.words("プログラムを動かしていません", "no application ran on the data")
        case .usableNotNoted:
            terminal.words(
                "カルテを開いて使えたという申告がありません: toride drill step PLAN usable --by 氏名",
                "nobody noted that charts open: toride drill step PLAN usable --by NAME"
            )
        }
    }
}
