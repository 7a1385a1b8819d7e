import Model

extension FindingText {
    /// Of copies, and of what protects them.
    static let copies: [FindingCode: Words] = [
        .copyBehind: Words(
            ja: (
                "控えに、最初の保管先にある世代がそろっていません。",
                "toride copy run を実行し、その後も残るなら、表示される理由を解消してください。"
            ),
            en: (
                "A copy lacks snapshots that the first store has.",
                "Run `toride copy run`; if it stays, mend what that says."
            )
        ),
        .copyFailed: Words(
            ja: (
                "最後の控えの作成で、壊れた保管データか、守られていない保管データが見つかっています。",
                "toride copy run を実行し、表示される異常を解消してください。"
            ),
            en: (
                "The last copy run met objects that are damaged, or not protected as they must be.",
                "Run `toride copy run`, and mend what it says."
            )
        ),
        .copyNotProven: Words(
            ja: (
                "最後の控えの作成では、すべてがそろったことを示せませんでした。",
                "toride copy run を実行し、表示される理由を解消してください。"
            ),
            en: (
                "The last copy run could not show that all of the copy is well.",
                "Run `toride copy run`, and see why."
            )
        ),
        .objectReadAgain: Words(
            ja: (
                "保管データが一度は壊れて読め、読み直すと正しく読めました。",
                "カーネルのログとメモリー、ケーブルを調べてください。次は正しく読めるとは限りません。"
            ),
            en: (
                "An object read wrong at first, and right at the second look.",
                "Look into the kernel log, at memory and cables: next time it may stay wrong."
            )
        ),
        .readingLate: Words(
            ja: (
                "期限までに最後まで読み直していない保管データがあります。",
                "toride verify --due を、もっと頻繁に、または長く実行してください。"
            ),
            en: (
                "Some objects were not read to the last byte within the store's deadline.",
                "Run `toride verify --due` more often, or for longer."
            )
        ),
        .readingAtRisk: Words(
            ja: (
                "測った速さでは、次の読み直しの期限に間に合いません。",
                "toride verify --due の時間か --limit-rate を増やすか、readWithin を長くしてください。"
            ),
            en: (
                "At the speed that was measured, the next deadline for reading will be missed.",
                "Give `toride verify --due` more time or rate, or lengthen readWithin."
            )
        ),
        .objectHealed: Words(
            ja: (
                "壊れたか失われた保管データを、別の控えから直しました。",
                "原因を調べてください。元のデータがあれば quarantine か古い版に残っています。"
            ),
            en: (
                "A damaged or missing object was put right from another copy.",
                "Find out why; what was there lies in quarantine, or is an older version."
            )
        ),
        .objectNotLocked: Words(
            ja: (
                "保管データに、設定どおりの削除防止ロックがかかっていません。",
                "バケットのオブジェクトロックと、この認証情報の権限を確かめ、toride copy run をもう一度実行してください。"
            ),
            en: (
                "A stored object is not locked as the policy says.",
                "Look at the bucket's object lock and these rights; `toride copy run` tries again."
            )
        ),
        .objectLockedAnew: Words(
            ja: (
                "ロックのない保管データが見つかり、いまロックをかけ直しました。",
                "それまでは消すことができました。この保管先に、Toride 以外の誰が書いているかを調べてください。"
            ),
            en: (
                "A stored object was found without its lock, and is locked now.",
                "Until then it could be removed; find out who else writes there or forgets locks."
            )
        ),
        .objectHasVersions: Words(
            ja: (
                "一度しか書かれないはずの保管データに、複数の版があります。",
                "誰が書いたかを調べ、toride verify で正しい版が残っているか確かめてください。"
            ),
            en: (
                "An object that is written once has more than one version.",
                "Find out who wrote there; `toride verify` tells whether the right one is left."
            )
        ),
        .objectDeleteMarked: Words(
            ja: (
                "保管データに削除の印が付けられ、見えなくなっています。",
                "Toride は削除しません。誰が消したかを調べ、保管先の認証情報を替えて、印を外してください。"
            ),
            en: (
                "An object was marked as deleted and is hidden.",
                "Toride deletes nothing: find out who did, change the keys, remove the marker."
            )
        ),
        .storeNotProtected: Words(
            ja: (
                "保管先が、版の保存か削除防止ロックを止めています。",
                "バケットのバージョニングとオブジェクトロックを有効に戻し、誰が止めたか調べてください。"
            ),
            en: (
                "The store keeps no versions, or can lock nothing.",
                "Turn the bucket's versioning and object lock on again; find out who stopped it."
            )
        ),
    ]
}
