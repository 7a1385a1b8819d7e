import Model

extension FindingText {
    /// Of what only an identity shows, and of what follows from it.
    static let opening: [FindingCode: Words] = [
        .packTableDiffers: Words(
            ja: (
                "保管データの中の目次が正しくないか、索引と合いません。",
                "別の世代を復元し、この世代を取ったサーバーを調べてください。"
            ),
            en: (
                "A pack's own table is not valid, or is not what the index tells of it.",
                "Restore another snapshot, and look into the host that made this one."
            )
        ),
        .snapshotInvalid: Words(
            ja: (
                "世代の鍵、索引、または中の見出しが、あるべきものではありません。",
                "別の世代を復元し、この世代を取ったサーバーを調べてください。"
            ),
            en: (
                "A snapshot's keys, index or root are not what they must be.",
                "Restore another snapshot, and look into the host that made this one."
            )
        ),
        .snapshotUnopened: Words(
            ja: (
                "開けなかった世代があり、中身を確かめていません。",
                "その世代の宛先の鍵を --identity に指定するか、壊れた保管データを戻してから、もう一度照合してください。"
            ),
            en: (
                "A snapshot was not opened, so nothing in it was checked.",
                "Give an identity that it is sealed to, or mend what is damaged; verify again."
            )
        ),
        .epochBegun: Words(
            ja: (
                "セットの秘密を新しくし、以前のデータを使わずに、すべてを保存し直しました。",
                "自分で替えたのでなければ、最後の照合（--deep）か復元訓練で何が見つかったか確かめてください。"
            ),
            en: (
                "The set has a new secret: everything was stored anew, on nothing from before.",
                "If you did not rotate it, see what the last deep check or drill found."
            )
        ),
    ]
}
