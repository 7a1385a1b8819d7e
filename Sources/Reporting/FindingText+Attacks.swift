import Model

extension FindingText {
    /// Of what an attacker could do to stores that are to resist him.
    static let attacks: [FindingCode: Words] = [
        .attackSucceeded: Words(
            ja: (
                "攻撃を試したところ、このホストの鍵で保管データか削除防止を損なうことができました。",
                "この鍵から削除やロック解除の権限を外すか、鍵の届かない場所に別の控えを置いてください。"
            ),
            en: (
                "An attack with this host's own credentials harmed what the store is to keep.",
                "Take their right to delete and to unlock away, or keep a copy out of their reach."
            )
        ),
        .attackUnanswered: Words(
            ja: (
                "攻撃を試しましたが、保管先が答えず、耐えたかどうか分かりません。",
                "保管先とネットワークを確かめ、toride copy attack をもう一度実行してください。"
            ),
            en: (
                "The store gave no answer to an attack, so it is not known whether it resisted.",
                "Look at the store and the network, then run `toride copy attack` again."
            )
        ),
        .attackNever: Words(
            ja: (
                "書き換えられないはずの保管先が、攻撃に耐えるかどうか一度も試されていません。",
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
    ]
}
