import Clinical
import Configuration
import Model

/// What a sample of the files shows, and what it cannot.
extension PlanExplanation {
    mutating func explainSample(_ set: Configuration.BackupSet, _ aim: SampleAim) {
        let (name, count) = (set.name, aim.filesMin)
        prove(
            "\(name): 誰にも選べない \(count) ファイルの中身・所有者・権限・時刻・属性が戻ること。全体の"
                + " \(aim.defects) 以上に異常があれば、\(aim.confidence) の確率で見つかります"
                + "（全部で \(count) 以下なら、すべて復元します）",
            "\(name): \(count) files that nobody can choose come back with content, owner, mode, "
                + "times and attributes; if \(aim.defects) of all or more were bad, that would "
                + "show with \(aim.confidence) confidence (of no more than \(count) files, all "
                + "come back)"
        )
        prove(
            "\(name): 最新の 1 日 (\(Limits.sampleNewestMax) まで)、最古の 1 年"
                + " (\(Limits.sampleOldestMax) まで)、最後に変わった \(Limits.sampleChangedMax)、"
                + "最大のファイルと確認用レコードは、必ず復元すること",
            "\(name): the newest day (\(Limits.sampleNewestMax) at most), the oldest year "
                + "(\(Limits.sampleOldestMax) at most), the \(Limits.sampleChangedMax) files "
                + "changed last, the largest one and the canary always come back"
        )
        for store in set.clinical?.stores ?? [] {
            prove(
                "\(name): \(store.path) から抽出したファイルが、それぞれ \(store.format.rawValue) の規則を"
                    + "満たすこと",
                "\(name): each file that is drawn of \(store.path) keeps by itself the rules of "
                    + "\(store.format.rawValue)"
            )
        }
        leave(
            "\(name): 件数、ファイルどうしの関係、セット間の突き合わせ（全ファイルが要るため、調べません）",
            "\(name): numbers, rules between files and joins, which need every file"
        )
        leave(
            "\(name): 空のファイル、フォルダー、リンク、余分なファイル（抽出の対象でないため、調べません）",
            "\(name): empty files, folders, links and files that should not be there, which are "
                + "no part of a sample"
        )
        leave(
            "\(name): \(aim.defects) 未満のファイルの異常（数人の患者だけの改ざんなど）。見つからないことがあります",
            "\(name): what is wrong with fewer than \(aim.defects) of the files, such as charts "
                + "of a few patients: it can escape"
        )
        leave(
            "\(name): 全ファイルの復元にかかる時間（抽出分の速さから予測するだけです）",
            "\(name): how long everything takes, which is forecast from the sample alone"
        )
    }
}
