import Model

extension FindingText {
    /// Of HL7 FHIR R4.
    static let fhir: [FindingCode: Words] = [
        .fhirInvalid: Words(
            ja: (
                "FHIR のファイルまたはリソースを正しく読み取れません。",
                "ファイルの欠けや書き換えを疑い、別の世代で復元訓練を行ってください。"
                    + "本番も同じなら、書き出したシステムのベンダーに確かめてください。"
            ),
            en: (
                "A FHIR file or resource cannot be read as what it should be.",
                "Suspect that it was cut or changed, and drill another snapshot; if the live store "
                    + "has it too, ask the vendor of the system that wrote it."
            )
        ),
        .fhirContainedInvalid: Words(
            ja: (
                "FHIR リソースの中に含まれるリソース（contained）が、規格どおりではありません。",
                "本番のデータを確かめ、もとからなら規則 F2 を設定の waive に理由とともに加えてください。"
            ),
            en: (
                "A resource contained in a FHIR resource is not as it may be there.",
                "Look at the live data; if it has always been so, waive rule F2 with the reason."
            )
        ),
        .fhirReferenceUnresolved: Words(
            ja: (
                "FHIR リソースの参照先が見つかりません。",
                "参照先のファイルが復元されているか確かめてください。"
                    + "もともと書き出さない種類なら、規則 F3 を設定の waive に理由とともに加えてください。"
            ),
            en: (
                "A FHIR resource refers to one that is not there.",
                "Check that the files of what it refers to were restored; if the export leaves "
                    + "that type out, waive rule F3 with the reason."
            )
        ),
        .fhirIdentifierTwice: Words(
            ja: (
                "同じ種類と id の FHIR リソースが二つあります。",
                "古い書き出しが混ざっていないか確かめ、別の世代で復元訓練を行ってください。"
            ),
            en: (
                "Two FHIR resources have one type and id.",
                "Check whether an older export was mixed in, and drill another snapshot."
            )
        ),
        .fhirVersionInvalid: Words(
            ja: (
                "FHIR リソースの版か更新日時が正しくないか、バックアップより後の診療日時があります。",
                "書き出したサーバーの時計を確かめ、データが書き換えられていないか前の世代と比べてください。"
            ),
            en: (
                "A FHIR resource's version or time is wrong, or a clinical time lies after the "
                    + "backup.",
                "Check the clock of the server that wrote it, and compare with an earlier snapshot "
                    + "whether data were changed."
            )
        ),
        .fhirBundleInvalid: Words(
            ja: (
                "FHIR の Bundle の中身が、種類、件数、アドレスの記載と合いません。",
                "エントリーの欠けや重複を疑い、別の世代で復元訓練を行い、サーバーの件数と比べてください。"
            ),
            en: (
                "A FHIR bundle contradicts its own type, total or addresses.",
                "Suspect lost or doubled entries: drill another snapshot, and compare with the "
                    + "server's count."
            )
        ),
    ]
}
