import Model

extension FindingText {
    /// Of a set's manifests as a chain, and of their freshness.
    static let chain: [FindingCode: Words] = [
        .manifestMisplaced: Words(
            ja: (
                "目録が、別の場所か別の保管庫のために作られたものです。",
                "誰かがファイルをコピーしたか動かしています。保管先を調べ、別の控えと比べてください。"
            ),
            en: (
                "A manifest was made for another place or another repository.",
                "Someone copied or moved files; look into the store and compare with another copy."
            )
        ),
        .manifestListInvalid: Words(
            ja: (
                "世代に必要なデータの一覧が、署名された目録と合いません。",
                "別の控えから lists のファイルを戻し、もう一度照合してください。"
            ),
            en: (
                "The list of what a snapshot needs does not agree with its signed manifest.",
                "Bring the file under lists/ back from another copy, then verify again."
            )
        ),
        .recordDamaged: Words(
            ja: (
                "照合や復元訓練の記録が壊れています。",
                "別の控えから記録を戻してください。戻せなければ、照合か復元訓練をやり直してください。"
            ),
            en: (
                "A record of a verification or a drill is damaged.",
                "Bring the record back from another copy, or verify or drill once more."
            )
        ),
        .recordSignerUnknown: Words(
            ja: (
                "信頼していない鍵で署名された記録があります。",
                "照合用や訓練用のサーバーのものなら、その鍵を toride signer add で加えてください。"
            ),
            en: (
                "A record is signed with a key that is not trusted.",
                "If it is a verifier's or a drill host's, pin its key with `toride signer add`."
            )
        ),
        .recordChainBroken: Words(
            ja: (
                "記録のつながりが切れています。記録が抜けているか、差し替えられています。",
                "別の控えから記録を戻してください。戻せなければ、誰が消したか調べてください。"
            ),
            en: (
                "A chain of records is broken: one is missing, or was replaced.",
                "Bring the record back from a copy; if there is none, find out who removed it."
            )
        ),
        .recordsNotJudged: Words(
            ja: (
                "誰の署名を信じるか決めていない種類の記録があり、調べていません。",
                "確かめるには、署名する機械の鍵を toride signer add --kind で加えてください。"
            ),
            en: (
                "Records were not judged: nobody said whose records of this kind are believed.",
                "To have them judged, pin their signer's key with `toride signer add --kind`."
            )
        ),
        .recordNotStored: Words(
            ja: (
                "照合の署名付き記録を保管先に書けませんでした。記録はカタログだけに残っています。",
                "読み取り専用の媒体ならそのままで構いません。そうでなければ、書けない理由を調べてください。"
            ),
            en: (
                """
                The signed record of this verification could not be stored beside what it is \
                about; the catalog alone has it.
                """,
                """
                On a read-only medium nothing is to be done; else see why the store cannot be \
                written.
                """
            )
        ),
        .chainBroken: Words(
            ja: (
                "世代のつながりが切れています。前の世代の目録と合いません。",
                "世代が差し替えられた疑いがあります。別の控えと比べ、責任者に連絡してください。"
            ),
            en: (
                "The chain of snapshots is broken: one does not name the one before it.",
                "A snapshot may have been replaced; compare with a copy and raise an alarm."
            )
        ),
        .sequenceGap: Words(
            ja: (
                "世代番号が抜けています。",
                "失われたか消された世代があります。別の控えから戻してください。"
            ),
            en: (
                "Snapshots are missing from the sequence.",
                "They were lost or removed; bring them back from another copy."
            )
        ),
        .historyForked: Words(
            ja: (
                "同じ番号の世代が二つあります。",
                "同じセットを二台で取っていないか、サーバーを古い状態に戻していないか調べてください。"
            ),
            en: (
                "Two snapshots have the same number.",
                "Find out whether two hosts back up this set, or a host was rolled back."
            )
        ),
        .headBehind: Words(
            ja: (
                "保管先の最新世代が、覚えている世代より古くなっています。",
                "新しい世代が消されたか、保管先が古い状態に戻されました。別の控えから戻してください。"
            ),
            en: (
                "The newest snapshot in the store is older than the one remembered.",
                "Newer ones were removed, or the store was rolled back; mend it from a copy."
            )
        ),
        .headDiffers: Words(
            ja: (
                "覚えている世代と、保管先にある同じ番号の世代が異なります。",
                "世代が差し替えられた疑いがあります。別の控えと比べ、責任者に連絡してください。"
            ),
            en: (
                "The snapshot in the store is not the one remembered under its number.",
                "It may have been replaced; compare with a copy and raise an alarm."
            )
        ),
        .recipientsChanged: Words(
            ja: (
                "暗号化の宛先（復旧鍵）が前の世代から変わりました。",
                "予定した変更か確かめ、心当たりがなければ設定の recipients を調べてください。"
            ),
            en: (
                "The recovery keys that backups are sealed to have changed.",
                "If nobody meant to change them, look at `recipients` in the configuration."
            )
        ),
        .freshnessNotAsked: Words(
            ja: (
                "最新の世代かどうかは調べていません。",
                "調べるには、覚えている世代を --expect-head SET=SEQ:HASH で示して照合してください。"
            ),
            en: (
                "Whether this is the newest snapshot was not asked.",
                "To ask it, verify with --expect-head SET=SEQ:HASH."
            )
        ),
        .freshnessUnknown: Words(
            ja: (
                "最新の世代かどうかを確かめる手がかりがありません。",
                "台帳のあるサーバーで照合するか、控えておいた番号とハッシュを --expect-head で示してください。"
            ),
            en: (
                "Nothing tells whether this is the newest snapshot.",
                "Verify on the host with the catalog, or give a noted head with --expect-head."
            )
        ),
        .nothingToVerify: Words(
            ja: (
                "照合できる世代がありません。",
                "保管先が正しいか確かめ、まだ一度も取っていなければ toride backup を実行してください。"
            ),
            en: (
                "There is no snapshot to verify.",
                "Check that this is the right store; if it is new, run `toride backup`."
            )
        ),
    ]
}
