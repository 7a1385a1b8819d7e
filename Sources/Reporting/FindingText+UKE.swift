import Model

extension FindingText {
    /// Of 電子レセプト.
    static let uke: [FindingCode: Words] = [
        .ukeUnreadable: Words(
            ja: (
                "レセ電（UKE）ファイルを正しく読み取れません。",
                "文字化け、途中切れ、書き換えを疑い、別の世代で復元訓練を行ってください。"
                    + "本番も同じなら、レセコンで作り直せるか確かめてください。"
            ),
            en: (
                "A file of fee claims (UKE) cannot be read as what it should be.",
                "Suspect damaged text, a cut or a change, and drill another snapshot; if the live "
                    + "file has it too, see whether the billing system can make it anew."
            )
        ),
        .ukeTotalDiffers: Words(
            ja: (
                "レセ電ファイルの件数または合計点数が、中のレセプトと合いません。",
                "レセプトの欠けを疑い、この世代を復旧に使わず、請求時の控え（受付結果、総括表）と比べてください。"
            ),
            en: (
                "The number or points of claims in a UKE file are not those of the claims in it.",
                "Suspect that claims are missing: do not recover from this snapshot, and compare "
                    + "with the receipt of what was claimed."
            )
        ),
        .ukeRecordMisplaced: Words(
            ja: (
                "レセ電ファイルの行の順序か、レセプト番号が正しくありません。",
                "行の欠けや入れ替わりを疑い、別の世代で復元訓練を行い、レセコンの点検機能で確かめてください。"
            ),
            en: (
                "Records of a UKE file are out of place, or its claims are not numbered in order.",
                "Suspect lost or moved lines: drill another snapshot, and have the billing system "
                    + "check the file."
            )
        ),
        .ukeMonthDiffers: Words(
            ja: (
                "レセ電ファイルの年月か医療機関コードが、フォルダーや他のファイルと合いません。",
                "別の月や別の施設のファイルが混ざっていないか確かめてください。"
            ),
            en: (
                "A month or an institution's code in a UKE file is not that of its folder or of "
                    + "other files.",
                "Check whether a file of another month or institution was put there."
            )
        ),
        .ukeMonthMissing: Words(
            ja: (
                "レセ電ファイルのない月があります。",
                "その月の請求があったか確かめ、あったなら前の世代から復元できるか試してください。"
            ),
            en: (
                "A month has no file of claims.",
                "Find out whether anything was claimed for it; if so, see whether an earlier "
                    + "snapshot has the file."
            )
        ),
    ]
}
