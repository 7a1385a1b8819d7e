import Configuration

/// What a plan's level and scenario make of it.
extension PlanExplanation {
    /// A set at level 0 or 1: looked at where it lies.
    mutating func explainCopies(_ set: Configuration.BackupSet) {
        if plan.level == .copies {
            prove(
                "\(set.name): 世代が必要とする保管データが、すべて元の大きさで保管先にあること",
                "\(set.name): every object of the snapshot is in the store, at its full size"
            )
            leave(
                "\(set.name): 保管データの中身（読みません）",
                "\(set.name): the bytes of the objects, which are not read"
            )
        } else {
            prove(
                "\(set.name): 世代が必要とする保管データの全バイトが、保存した時のままであること",
                "\(set.name): every byte of the snapshot's objects is as it was stored"
            )
        }
        leave(
            "\(set.name): 復元できること（復元しません）",
            "\(set.name): that it can be restored, which is not tried"
        )
        if case .postgresql = set.source {
            leave(
                "\(set.name): データベースとして起動しません。判定は「未証明」になります",
                "\(set.name): the database is not asked: not-proven"
            )
        }
        explainOrthanc(set)
        explainApplication(set)
    }

    /// What has happened, and what is left then.
    mutating func explainScenario(_ configuration: Configuration) {
        switch plan.scenario {
        case .failure: return
        case .cyber:
            prove(
                "最新から \(plan.generation) 世代前の完全な世代を使えること",
                "the complete snapshot \(plan.generation) before the newest is what is left"
            )
            if configuration.drill.identityOnThisHost {
                leave(
                    "鍵がこの機械にあるので、攻撃を受けた想定になりません。判定は「未証明」になります",
                    "an attacked host has no key, and this one has (identityOnThisHost): not-proven"
                )
            }
        case .disaster:
            let store = plan.store ?? ""
            prove(
                "保管先 \(store) の控えだけを使い、この機械の台帳や覚えている世代に頼らないこと",
                "the copy in \(store) is enough, without the catalog and the memory of this host"
            )
        }
    }

    /// The sentinels of level 4, and the look at them that no program takes.
    mutating func explainSentinels() {
        guard plan.level == .sentinels else {
            return
        }
        let names = plan.sentinels.map(\.name)
        prove(
            "診療記録の見本が、登録したとおりに戻ること: \(names.joined(separator: "、"))",
            "the clinical sentinels come back as they are known: \(names.joined(separator: ", "))"
        )
        leave(
            "医療者が画面で診療記録を確かめること（氏名とともに toride drill step で記録してください）",
            "a clinician's own look at the charts: note it by name with `toride drill step`"
        )
    }
}
