import Model

extension FindingText {
    /// Of what the policy demands and has not got.
    static let policy: [FindingCode: Words] = [
        .neverBackedUp: Words(
            ja: (
                "一度もバックアップされていません。",
                "toride backup を実行し、スケジュールを確かめてください。"
            ),
            en: (
                "This set was never backed up.",
                "Run `toride backup` and check the schedule."
            )
        ),
        .backupLate: Words(
            ja: (
                "最後のバックアップが、決めた間隔より古くなっています。",
                "torided が動いているか、前回の実行で何が起きたかを toride status で確かめてください。"
            ),
            en: (
                "The last backup is older than its schedule allows.",
                "See with `toride status` whether torided runs and what its last run met."
            )
        ),
        .neverVerified: Words(
            ja: (
                "一度も照合されていません。",
                "toride verify を実行してください。"
            ),
            en: (
                "This copy was never verified.",
                "Run `toride verify`."
            )
        ),
        .verificationLate: Words(
            ja: (
                "最後の照合が、決めた間隔または 90 日より古くなっています。",
                "toride verify を実行し、torided の前回の実行で何が起きたかを toride status で確かめてください。"
            ),
            en: (
                "The last verification is older than its schedule, or 90 days, allows.",
                "Run `toride verify`, and see with `toride status` what torided's last run met."
            )
        ),
        .neverDrilled: Words(
            ja: (
                "一度も復元訓練を行っていません。復元できることは証明されていません。",
                "toride drill run を実行してください。"
            ),
            en: (
                "No drill was ever run: nothing proves that this set can be restored.",
                "Run `toride drill run`."
            )
        ),
        .verificationNotProven: Words(
            ja: (
                "最後の照合は、すべてを確かめるところまで至っていません。",
                "toride verify を実行し、理由を確かめてください。"
            ),
            en: (
                "The last verification could not prove everything that was asked.",
                "Run `toride verify` and see why."
            )
        ),
        .verificationFailed: Words(
            ja: (
                "最後の照合で、壊れたデータが見つかっています。",
                "toride verify を実行し、影響する世代を確かめてください。"
            ),
            en: (
                "The last verification found damaged data.",
                "Run `toride verify` and see which snapshots are broken."
            )
        ),
        .drillNotProven: Words(
            ja: (
                "最後の復元訓練は、復元できることを証明するところまで至っていません。",
                "toride drill show で理由を確かめ、訓練をやり直してください。"
            ),
            en: (
                "The last drill could not prove that the set can be restored.",
                "See why with `toride drill show`, then drill again."
            )
        ),
        .drillFailed: Words(
            ja: (
                "最後の復元訓練は失敗しています。このままでは復元できません。",
                "toride drill show で失敗した点を確かめ、直してから訓練をやり直してください。"
            ),
            en: (
                "The last drill failed: as things are, the set cannot be restored.",
                "See what failed with `toride drill show`, mend it and drill again."
            )
        ),
        .drillLate: Words(
            ja: (
                "最後の復元訓練が、決めた間隔より古くなっています。",
                "toride drill run を実行し、訓練のスケジュールを確かめてください。"
            ),
            en: (
                "The last drill is older than its schedule allows.",
                "Run `toride drill run` and check the drill's schedule."
            )
        ),
        .recoveryKeyNeverChecked: Words(
            ja: (
                "復旧鍵が使えることを、一度も確かめていません。",
                "鍵の保管者に、ネットワークから離れた機械で toride key check を実行してもらってください。"
            ),
            en: (
                "Nobody ever checked that the recovery key works.",
                "Have its custodian run `toride key check` on a machine without a network."
            )
        ),
        .recoveryKeyCheckLate: Words(
            ja: (
                "復旧鍵が使えることを、一年以上確かめていません。",
                "鍵の保管者に toride key check を実行してもらってください。"
            ),
            en: (
                "The recovery key was not checked for more than a year.",
                "Have its custodian run `toride key check`."
            )
        ),
        .datedInTheFuture: Words(
            ja: (
                "日時が未来になっている世代か記録があります。",
                "サーバーの時刻同期（NTP）を確かめてください。時計が直るまで、新しさは判定できません。"
            ),
            en: (
                "A snapshot or record is dated in the future.",
                "Check the hosts' clocks (NTP); until they are right, no age can be judged."
            )
        ),
    ]
}
