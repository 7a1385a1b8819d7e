import Model

extension FindingText {
    /// Of media that are carried away and come back.
    static let media: [FindingCode: Words] = [
        .mediumOverdue: Words(
            ja: (
                "媒体が、戻るはずの日を過ぎても戻っていません。",
                "保管者に連絡して媒体を戻してもらい、toride media attach を実行してください。"
            ),
            en: (
                "A medium is not back on its day.",
                "Ask its custodian to bring it, then run `toride media attach`."
            )
        ),
        .mediumMissing: Words(
            ja: (
                "媒体が長い間現れていません。失われたおそれがあります。",
                "保管場所を調べ、見つからなければ toride media retire で外し、代わりの媒体を作ってください。"
            ),
            en: (
                "A medium was not seen for so long that it may be lost.",
                "Search where it is kept; if it is lost, run `toride media retire`; make another."
            )
        ),
        .mediumOnline: Words(
            ja: (
                "媒体が、決めた時間を超えてつながったままです。",
                "toride media detach を実行し、媒体を外して保管場所へ戻してください。"
            ),
            en: (
                "A medium is here for longer than the policy allows.",
                "Run `toride media detach` and take it away."
            )
        ),
        .mediumUnread: Words(
            ja: (
                "媒体が、期限までに最後まで読まれていません。",
                "媒体をつなぎ、toride verify --copy で照合してください。"
            ),
            en: (
                "A medium was not read to its last byte within its deadline.",
                "Attach it, and run `toride verify --copy` on its store."
            )
        ),
        .mediumUnknown: Words(
            ja: (
                "台帳にない媒体がつながっています。",
                "自院の媒体なら、同じラベルで toride media init を実行して台帳に加えてください。違うなら外し、誰のものか調べてください。"
            ),
            en: (
                "A medium is mounted that the catalog does not know.",
                "If it is yours, run `toride media init` with its label; if not, find its owner."
            )
        ),
        .mediumWrong: Words(
            ja: (
                "媒体が、別の保管庫のものか、ほかの媒体のラベルを名乗っているか、写した世代を失っているか、"
                    + "作成時とは別のデバイス（またはファイルシステム）にあります。",
                "書き込まずに取り外し、どの媒体がどこにあるはずかを toride media list で確かめ、"
                    + "正しい媒体をつないで toride media attach を実行してください。"
            ),
            en: (
                "A medium is of another repository, has the label of another medium, lacks what "
                    + "was copied to it, or lies on another device than it was made on.",
                "Take it out, see with `toride media list` which one should be here, and attach "
                    + "that one."
            )
        ),
    ]
}
