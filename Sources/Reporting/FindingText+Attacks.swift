import Model

extension FindingText {
    /// Of what an attacker could do to stores that are to resist him.
    static let attacks: [FindingCode: Words] = [
        .attackSucceeded: Words(
            ja: (
                "攻撃を試したところ、このホストの認証情報で保管データか削除防止を損なうことができました。",
                "この認証情報から削除やロック解除の権限を外すか、それが届かない場所に別の控えを置いてください。"
            ),
            en: (
                "An attack with this host's own credentials harmed what the store is to keep.",
                "Take their right to delete and to unlock away, or keep a copy out of their reach."
            )
        ),
        .attackUnanswered: Words(
            ja: (
                "攻撃を試しましたが結果が確定せず、保管先が耐えるかどうか分かりません。",
                "reason の原因を取り除き、toride copy attack をもう一度実行してください。"
            ),
            en: (
                "An attack was tried and showed nothing, so it is not known whether the store "
                    + "resists.",
                "Mend what `reason` says, then run `toride copy attack` again."
            )
        ),
        .attackNever: Words(
            ja: (
                "攻撃に耐えるはずの保管先が、一度も試されていません。",
                "toride copy attack を実行してください。"
            ),
            en: (
                "A store that is to resist an attacker was never attacked to see whether it does.",
                "Run `toride copy attack`."
            )
        ),
        .attackLate: Words(
            ja: (
                "保管先が攻撃に耐えるかどうかを最後に試してから、100 日を過ぎています。",
                "toride copy attack を実行し、その後も定期的に実行してください。"
            ),
            en: (
                "The last attack on a store that is to resist is older than 100 days.",
                "Run `toride copy attack`, and have it run regularly."
            )
        ),
        .areaNotSeparate: Words(
            ja: (
                "別の領域（O3）のはずの保管先に、ほかの認証情報か認証情報なしで入れるか、所有者がほかのバケットと同じです。",
                "専用のアカウントと認証情報を用意し、それ以外からは入れないようにしてください。"
            ),
            en: (
                "Others can enter, or also own, a store that is declared to be a separate area "
                    + "(O3).",
                "Give it an account and credentials of its own, and keep everybody else out."
            )
        ),
        .storeReachable: Words(
            ja: (
                "ネットワークで隔てたはずの保管先（O5）に、隔てた側のネットワークから接続できました。",
                "ファイアウォールで遮断し、toride copy attack をもう一度実行してください。"
            ),
            en: (
                "A store that only the network keeps apart (O5) was reached from that network.",
                "Have the firewall drop it, then run `toride copy attack` again."
            )
        ),
        .classNotProven: Words(
            ja: (
                "宣言された class（O1〜O5）を裏付けるものがありません。",
                "根拠となる設定（O1・O2 は media、O3 は専用バケット、O5 は probe）を加えるか、class を外してください。"
            ),
            en: (
                "Nothing shows that a store is of the class (O1 to O5) that it is declared to be.",
                "Configure what shows it (media, a bucket of its own, a probe), or remove class."
            )
        ),
        .objectNotHeld: Words(
            ja: (
                "リーガルホールドをかけたはずの世代に、かかっていない保管データがあります。",
                "reason を確かめ、誰かが解除したのなら調べたうえで、toride copy hold をもう一度実行してください。"
            ),
            en: (
                "An object of a snapshot that is to be held is under no legal hold.",
                "See `reason`; if somebody lifted it, find out who. Then run `toride copy hold` "
                    + "again."
            )
        ),
    ]
}
