import Model

extension FindingText {
    /// Of how a drill was run, and of what it measured.
    static let drillRun: [FindingCode: Words] = [
        .canaryMissing: Words(
            ja: (
                "確認用レコードが、復元したデータにありません。",
                "この世代は新しいデータを欠いている疑いがあります。別の世代で復元訓練を行ってください。"
            ),
            en: (
                "The canary is not in the restored data.",
                "This snapshot may lack recent data; drill another one."
            )
        ),
        .canaryDiffers: Words(
            ja: (
                "確認用レコードが、このバックアップで書き込んだものではありません。",
                "データが書き換えられた疑いがあります。別の世代と比べ、責任者に連絡してください。"
            ),
            en: (
                "The canary is not the one that this very backup wrote.",
                "Data may have been altered; compare with another snapshot and raise an alarm."
            )
        ),
        .sentinelMissing: Words(
            ja: (
                "診療記録の見本が、復元したデータにありません。",
                "この世代を復旧に使わず、別の世代で復元訓練を行い、本番にその記録があるか確かめてください。"
            ),
            en: (
                "A clinical sentinel is not in the restored data.",
                """
                Do not recover from this snapshot; drill another one, and see whether the live \
                system has the record.
                """
            )
        ),
        .sentinelDiffers: Words(
            ja: (
                "診療記録の見本の中身が、登録したものと異なります。",
                "本番の同じ記録と比べてください。本番が正しく変わったのなら sha256 を登録し直し、違うなら別の世代で復元訓練を行ってください。"
            ),
            en: (
                "A clinical sentinel came back as another than it is known to be.",
                """
                Compare it with the live record: if that was rightly changed, write its new \
                sha256; if not, drill another snapshot.
                """
            )
        ),
        .controlMissed: Words(
            ja: (
                "わざと壊したデータを、検査が見つけられませんでした。",
                "この復元訓練の結果は使えません。Toride の不具合として報告してください。"
            ),
            en: (
                "A check did not find damage that was done on purpose.",
                "This drill proves nothing; report it as a fault of Toride."
            )
        ),
        .controlsNotRun: Words(
            ja: (
                "わざと壊したデータで検査を試していません。",
                "破損検出試験を省かずに、復元訓練をやり直してください。"
            ),
            en: (
                "The checks were not tried on damage done on purpose.",
                "Drill again with negative controls."
            )
        ),
        .drillAborted: Words(
            ja: (
                "前の復元訓練が、最後まで行われずに途切れました。",
                "残っていた平文は消し、未証明の記録を残しました。電源や空き容量など、途切れた原因を調べてください。"
            ),
            en: (
                "An earlier drill did not come to its end.",
                """
                What it left was removed, and a record says that it proved nothing; find out what \
                ended it, such as power or a full disk.
                """
            )
        ),
        .isolationMissing: Words(
            ja: (
                "復元訓練を、隔離された場所で行えませんでした。",
                "bubblewrap が入っているか toride doctor で確かめ、復元訓練をやり直してください。"
            ),
            en: (
                "The drill did not run in isolation.",
                "Look with `toride doctor` whether bubblewrap is installed, then drill again."
            )
        ),
        .partSkipped: Words(
            ja: (
                "復元訓練で行わなかった部分があります。",
                "記録にある理由を確かめ、足りないものをそろえて復元訓練をやり直してください。"
            ),
            en: (
                "A part of the drill was skipped.",
                "Provide what the record says was lacking, then drill again."
            )
        ),
        .filesSampled: Words(
            ja: (
                "一部のファイルだけを抽出して復元し、検査しました。",
                "見つかるのは、異常なファイルが示された割合以上あるときだけです。全ファイルの復元訓練も定期的に行ってください。"
            ),
            en: (
                "A sample of the files was restored and judged, and not all of them.",
                """
                It finds what is wrong with the share of files that is named, or with more; drill \
                all of them now and then.
                """
            )
        ),
        .snapshotIncomplete: Words(
            ja: (
                "復元した世代は、バックアップ時に読めなかったファイルがある不完全な世代です。",
                "読めなかった原因を取り除いてバックアップし、その世代で復元訓練を行ってください。"
            ),
            en: (
                "The snapshot is incomplete: some files could not be read when it was taken.",
                "Mend what could not be read, back up, and drill the new snapshot."
            )
        ),
        .scenarioNotMet: Words(
            ja: (
                "復元訓練が、想定した災害（scenario）の条件どおりではありませんでした。",
                "示された条件を整えてから（鍵を別の機械に置く、控えを取るなど）、復元訓練をやり直してください。"
            ),
            en: (
                "The drill was not run as its scenario demands.",
                """
                Provide what is named, such as the key on another machine or a copy in that store, \
                then drill again.
                """
            )
        ),
        .lagExceeded: Words(
            ja: (
                "グループ内のセットのバックアップ時刻が、許した差より離れています。ひとまとまりとして復元できません。",
                "セットのスケジュールを近づけるか、業務上問題がなければ lag: を広げてください。"
            ),
            en: (
                """
                The sets of the group were backed up further apart than its lag allows: together \
                they are no unit.
                """,
                """
                Bring the sets' schedules together, or widen lag: where the applications allow it.
                """
            )
        ),
        .recoveryTimeExceeded: Words(
            ja: (
                "復元に、目標復旧時間（RTO）より長くかかりました。",
                "記録で時間のかかった段階を確かめ、機器を増強するか目標を見直してください。"
            ),
            en: (
                "The restore took longer than the recovery time objective.",
                "See in the record which step took long; add hardware or set another objective."
            )
        ),
        .recoveryPointExceeded: Words(
            ja: (
                "復元したデータが、目標復旧時点（RPO）より古いものでした。",
                "バックアップの間隔を短くするか、目標を見直してください。"
            ),
            en: (
                "The restored data are older than the recovery point objective allows.",
                "Back up more often, or set another objective."
            )
        ),
        .recoveryPointUnknown: Words(
            ja: (
                "どの時点まで復元できたかを測れませんでした。",
                "診療時刻の列を clinical: time に設定するか、確認用レコードを使ってください。"
            ),
            en: (
                "Up to which moment the data came back could not be measured.",
                "Name columns of clinical time under `clinical: time`, or use a canary."
            )
        ),
        .firstRecordUnknown: Words(
            ja: (
                "最初の診療記録が読めるまでの時間を測れませんでした。",
                "clinical: firstRecord に、診療記録を一件読む SQL を設定してください。"
            ),
            en: (
                "The time to the first readable patient record could not be measured.",
                "Set a query for one record under `clinical: firstRecord`."
            )
        ),
        .recoveryTimeAtRisk: Words(
            ja: (
                "このままでは、目標復旧時間（RTO）を守れなくなる見込みです。",
                "これまでの復元訓練の記録を比べて時間の延びた段階を確かめ、機器を増強するか目標を見直してください。"
            ),
            en: (
                "If all goes on as it did, the recovery time objective will be missed.",
                """
                Compare the records of the last drills to see which step grows; add hardware or \
                set another objective.
                """
            )
        ),
        .recoveryPointAtRisk: Words(
            ja: (
                "このままでは、目標復旧時点（RPO）を守れなくなる見込みです。",
                "バックアップが遅れたり長引いたりしていないか確かめ、間隔を短くするか目標を見直してください。"
            ),
            en: (
                "If all goes on as it did, the recovery point objective will be missed.",
                """
                See whether backups begin late or take ever longer; back up more often, or set \
                another objective.
                """
            )
        ),
        .deletedNotWiped: Words(
            ja: (
                "復元した平文は削除しましたが、完全には消去していません。",
                "作業場所を tmpfs か暗号化したディスクに変えてください。"
            ),
            en: (
                "The restored plaintext was deleted, but not wiped.",
                "Put the scratch folder on tmpfs or on an encrypted disk."
            )
        ),
        .hostCanOpenPast: Words(
            ja: (
                "このサーバーは、過去のバックアップを開ける鍵を持っています。",
                "復元訓練を別の機械で行い、identityOnThisHost を外してください。"
            ),
            en: (
                "This host holds a key that opens its own past backups.",
                "Drill on another machine and remove identityOnThisHost."
            )
        ),
    ]
}
