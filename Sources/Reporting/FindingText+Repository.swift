import Model

extension FindingText {
    /// Of the repository, judged without a key.
    static let repository: [FindingCode: Words] = [
        .descriptorMissing: Words(
            ja: (
                "保管先に toride.json がありません。",
                "正しい保管先がつながっているか確かめ、正しければ別の控えから toride.json を戻してください。"
            ),
            en: (
                "The store has no toride.json.",
                "Check that the right store is mounted; if so, bring toride.json from a copy."
            )
        ),
        .descriptorDamaged: Words(
            ja: (
                "toride.json が壊れているか、署名付きの目録が示すものと異なります。",
                "今のファイルは残したまま、別の控えから toride.json を戻してください。"
            ),
            en: (
                "toride.json is damaged, or is not the one that the signed manifests name.",
                "Keep the file aside and bring toride.json back from another copy."
            )
        ),
        .objectMissing: Words(
            ja: (
                "世代に必要な保管データが見つかりません。",
                "別の控えから同じ名前のファイルを戻し、もう一度照合してください。"
            ),
            en: (
                "A stored object that a snapshot needs is missing.",
                "Bring it back from another copy, then verify again."
            )
        ),
        .objectDamaged: Words(
            ja: (
                "保管データの中身が変わっています。名前が示すハッシュと一致しません。",
                "別の控えから正しいものを戻し、保管先のディスクを点検し、誰かが書き換えていないか調べてください。"
            ),
            en: (
                "A stored object has changed: its bytes do not hash to its name.",
                "Bring it back from another copy, test the store's disks, and ask who wrote there."
            )
        ),
        .objectMisnamed: Words(
            ja: (
                "保管データの名前か置き場所が正しくありません。",
                "誰かが保管先のファイルを動かしていないか調べ、正しいデータを別の控えから戻してください。"
            ),
            en: (
                "A stored object has a name or a place that is not its own.",
                "Find out who moved files in the store, and bring the right ones back from a copy."
            )
        ),
        .objectUnreadable: Words(
            ja: (
                "保管データを最後まで読めませんでした。",
                "保管先のディスク、ネットワーク、アクセス権を確かめ、もう一度照合してください。"
            ),
            en: (
                "A stored object could not be read to its end.",
                "Check the store's disks, network and permissions, then verify again."
            )
        ),
        .objectUnreferenced: Words(
            ja: (
                "どの世代にも使われていない保管データがあります。",
                "中断したバックアップの残りです。データは正常で、対応は要りません。"
            ),
            en: (
                "A stored object is sound, but no snapshot needs it.",
                "It is what an interrupted backup left; there is nothing to do."
            )
        ),
        .objectForeign: Words(
            ja: (
                "保管先に Toride のものではないファイルがあります。",
                "心当たりがなければ、誰が置いたかを調べてください。"
            ),
            en: (
                "The store holds a file that is not Toride's.",
                "If you did not put it there, find out who did."
            )
        ),
        .objectUnfinished: Words(
            ja: (
                "書きかけのファイル、または隔離した破損データがあります。",
                "世代には影響しません。quarantine の中身は、原因が分かるまで消さないでください。"
            ),
            en: (
                "There is a half-written file, or damaged data that was set aside.",
                "No snapshot uses it; keep what is in quarantine until its cause is known."
            )
        ),
        .manifestDamaged: Words(
            ja: (
                "世代の目録が壊れていて読めません。",
                "別の控えから同じ名前の目録を戻し、もう一度照合してください。"
            ),
            en: (
                "A snapshot's manifest is damaged.",
                "Bring the manifest back from another copy, then verify again."
            )
        ),
        .manifestSignatureInvalid: Words(
            ja: (
                "目録の署名が正しくありません。改ざんの疑いがあります。",
                "保管先への書き込みを止め、別の控えと比べ、責任者に連絡してください。"
            ),
            en: (
                "A manifest's signature is wrong; it may have been forged.",
                "Stop writing to the store, compare with another copy, and raise an alarm."
            )
        ),
        .manifestSignerUnknown: Words(
            ja: (
                "信頼していない鍵で署名された目録があります。",
                "サーバーを入れ替えたなら新しい公開鍵を設定に加え、心当たりがなければ責任者に連絡してください。"
            ),
            en: (
                "A manifest is signed with a key that is not trusted.",
                "If the server was replaced, trust its new public key; if not, raise an alarm."
            )
        ),
        .signerNotEntitled: Words(
            ja: (
                "目録か記録が、その種類やセットには使えないはずの署名鍵で署名されています。",
                "その鍵を使うサーバーを調べてください。正しい署名なら toride signer add で種類とセットを加えます。"
            ),
            en: (
                "A manifest or record is signed with a key that is pinned for other kinds or sets.",
                "Look into the server that has the key; if it is right, pin the key for this too."
            )
        ),
        .signerRetired: Words(
            ja: (
                "廃止した署名鍵で、廃止の後に署名された目録か記録があります。",
                "盗まれた鍵が使われた疑いがあります。この世代を使わず、責任者に連絡してください。"
            ),
            en: (
                "A manifest or record is signed with a retired key, beyond what is believed of it.",
                "The key may have been stolen: do not use the snapshot, and raise an alarm."
            )
        ),
    ]
}
