import Clinical
import Configuration
import Console
import Custody

/// What a plan proves, sentence by sentence.
struct PlanExplanation {
    /// A sentence in both languages.
    struct Line {
        let japanese: String
        let english: String

        func `in`(_ terminal: Terminal) -> String { terminal.words(japanese, english) }
    }

    /// What the plan is about.
    let heading: Line
    /// What a verdict of `proven` will mean.
    private(set) var proves: [Line] = []
    /// What it will not mean.
    private(set) var leaves: [Line] = []

    let plan: Configuration.DrillPlan

    init(_ plan: Configuration.DrillPlan, _ configuration: Configuration) {
        self.plan = plan
        let (unit, level) = (plan.subject.name, plan.level.rawValue)
        heading = Line(
            japanese: "\(unit)、レベル \(level)、想定 \(plan.scenario.rawValue)",
            english: "\(unit), level \(level), \(plan.scenario.rawValue)"
        )
        for set in configuration.sets(of: plan) {
            explain(set)
        }
        if case .group(let name) = plan.subject, let group = configuration.group(named: name) {
            explain(group)
        }
        explainSentinels()
        explainScenario(configuration)
        explainTargets(configuration)
    }

    // MARK: - Sets

    private mutating func explain(_ set: Configuration.BackupSet) {
        guard plan.level >= .files else {
            return explainCopies(set)
        }
        defer { explainApplication(set) }
        switch set.source {
        case .files: explainFiles(set)
        case .postgresql where plan.level >= .applications: explainDatabase(set)
        case .postgresql:
            leave(
                "\(set.name): ダンプの中身は比べますが、データベースとして起動しません。判定は「未証明」になります",
                "\(set.name): the dump is compared, but the database is not asked: not-proven"
            )
        case .command:
            prove(
                "\(set.name): プログラムの出力が 1 バイトも変わらずに戻ること",
                "\(set.name): what the program wrote comes back, byte for byte"
            )
            leave("\(set.name): その中身の検査", "\(set.name): what is in it is not looked into")
        }
    }

    private mutating func explainFiles(_ set: Configuration.BackupSet) {
        if let aim = plan.sample {
            explainSample(set, aim)
        } else {
            explainAllFiles(set)
        }
        let stores = set.clinical?.stores ?? []
        for store in stores {
            let waived = store.waived.keys.sorted().joined(separator: ", ")
            if !waived.isEmpty {
                leave(
                    "\(set.name): 規則 \(waived) は、以前からの違反を除いて判定します",
                    "\(set.name): rules \(waived) are waived: what broke them before is not counted"
                )
            }
        }
        explainOrthanc(set)
        if stores.isEmpty {
            leave(
                "\(set.name): 診療データの形式の検査（clinical: {stores: …} がありません）",
                "\(set.name): no clinical format is judged (there is no clinical: {stores: …})"
            )
        }
    }

    private mutating func explainAllFiles(_ set: Configuration.BackupSet) {
        prove(
            "\(set.name): 全ファイルの中身・所有者・権限・時刻・属性が戻ること",
            "\(set.name): every file's content, owner, mode, times and attributes come back"
        )
        for store in set.clinical?.stores ?? [] {
            prove(
                "\(set.name): \(store.path) が \(store.format.rawValue) の規則を満たし、件数と中身の要約が"
                    + "バックアップ時と一致すること",
                "\(set.name): \(store.path) keeps the rules of \(store.format.rawValue), and its "
                    + "numbers and sums are those of the backup"
            )
        }
    }

    private mutating func explainDatabase(_ set: Configuration.BackupSet) {
        prove(
            "\(set.name): PostgreSQL が起動し、全表の行数と中身、定義、外部キー、索引がバックアップ時のとおりであること",
            "\(set.name): a PostgreSQL starts on it; every table's rows, the schema, foreign keys "
                + "and indexes are those of the backup"
        )
        if set.clinical?.firstRecord == nil {
            leave(
                "\(set.name): 最初の患者記録が読めるまでの時間（clinical: firstRecord がありません）",
                "\(set.name): the time to a first record (there is no clinical: firstRecord)"
            )
        }
        if plan.assertions.isEmpty {
            leave(
                "\(set.name): 病院独自の検査項目（assertions がありません）",
                "\(set.name): questions of the hospital's own (there are no assertions)"
            )
        }
    }

    // MARK: - The whole

    private mutating func explain(_ group: Configuration.Group) {
        prove(
            "\(group.name): 各セットの時点の差が許容範囲内であること",
            "\(group.name): the sets were taken within the lag that is allowed"
        )
        guard plan.level >= .files else {
            return
        }
        for join in group.joins {
            let (of, place) = (join.inner.set, join.outer.set)
            let what = words(join.key)
            prove(
                "\(group.name): \(of) の\(what.japanese)が \(place) にあること",
                "\(group.name): the \(what.english) of \(of) are in \(place)"
            )
        }
        if group.joins.isEmpty, group.sets.count > 1 {
            leave(
                "\(group.name): セット間の患者・検査の突き合わせ（joins がありません）",
                "\(group.name): whether the sets speak of the same patients (there are no joins)"
            )
        }
    }

    private func words(_ key: ClinicalJoin.Key) -> Line {
        switch key {
        case .patients: Line(japanese: "患者", english: "patients")
        case .studies: Line(japanese: "画像検査", english: "imaging studies")
        case .orders: Line(japanese: "実施済みの画像検査オーダー", english: "examinations that were done")
        case .visits: Line(japanese: "外来受診（患者と日）", english: "outpatients' visits by day")
        }
    }

    private mutating func explainTargets(_ configuration: Configuration) {
        if plan.rto == nil || plan.rpo == nil {
            leave(
                "目標復旧時間・目標復旧時点を守れるか（rto, rpo のどちらかがありません）",
                "whether the recovery targets are met (rto or rpo is missing)"
            )
        }
        if plan.level < .files, plan.rto != nil || plan.rpo != nil {
            leave(
                "rto と rpo は復元しなければ測れません。判定は「未証明」になります",
                "rto and rpo are measured by a restore alone: not-proven"
            )
        }
        if configuration.drill.identityOnThisHost {
            leave(
                "訓練用の鍵がこの機械にあり、侵入者は過去のバックアップを開けます（host-can-open-past）",
                "the drill identity is on this host: an intruder opens the past "
                    + "(host-can-open-past)"
            )
        }
        leave(
            "電子カルテの稼働復旧（医療者がカルテを開いて使えたと toride drill step \(plan.name) usable で"
                + "申告するまで「未証明」です）",
            "that the EHR works: not-proven until a clinician noted that charts open "
                + "(toride drill step \(plan.name) usable)"
        )
        leave(
            "端末、ネットワーク、部門システムとの接続、電子カルテのプログラム自体",
            "terminals, networks, interfaces, and the record system's own programs"
        )
    }

    mutating func prove(_ japanese: String, _ english: String) {
        proves.append(Line(japanese: japanese, english: english))
    }

    mutating func leave(_ japanese: String, _ english: String) {
        leaves.append(Line(japanese: japanese, english: english))
    }
}
