import Model

extension FindingText {
    /// Of what a drill found in SS-MIX2 storage and in other HL7 messages.
    static let ssmix2: [FindingCode: Words] = [
        .ssmix2PathInvalid: Words(
            ja: (
                "SS-MIX2 に、置き場所か名前が規則に合わないファイルがあります。",
                "誰かが名前を変えていないか調べ、前の世代でも復元訓練を行ってください。"
                    + "本番が以前からそうなら、設定の waive に S1 と理由を書いてください。"
            ),
            en: (
                "A file of the SS-MIX2 storage has a name or a place that the rules do not allow.",
                "Find out whether someone renamed it, and drill an earlier snapshot; "
                    + "if the live storage has always been so, waive S1 with the reason."
            )
        ),
        .ssmix2TypeInvalid: Words(
            ja: (
                "データ種別が SS-MIX2 にないか、電文の種類と合わないファイルがあります。",
                "別の世代で復元訓練を行い、同じ結果ならベンダーに電文の作り方を確かめてください。"
                    + "本番が以前からそうなら、設定の waive に S2 と理由を書いてください。"
            ),
            en: (
                "A file's data type is none of SS-MIX2's, or its message is of another type.",
                "Drill another snapshot; if it is the same there, ask the vendor about it; "
                    + "if the live storage has always been so, waive S2 with the reason."
            )
        ),
        .ssmix2DateInvalid: Words(
            ja: (
                "診療日が、暦にない日か、あり得ない未来の日になっているファイルがあります。",
                "本番の同じフォルダーと比べ、違えば前の世代で復元訓練を行ってください。"
                    + "本番が以前からそうなら、設定の waive に S3 と理由を書いてください。"
            ),
            en: (
                "A file's day of care is in no calendar, or lies where it cannot: in the future.",
                "Compare with the live folder; if they differ, drill an earlier snapshot. "
                    + "If the live storage has always been so, waive S3 with the reason."
            )
        ),
        .ssmix2TimestampInvalid: Words(
            ja: (
                "ファイル名の日時が、正しくないか、バックアップより後になっています。",
                "電子カルテとバックアップの機器の時計を確かめ、前の世代でも復元訓練を行ってください。"
                    + "本番が以前からそうなら、設定の waive に S4 と理由を書いてください。"
            ),
            en: (
                "The time in a file's name is no time, or lies after the backup.",
                "Check the clocks of the record system and of this host, and drill an earlier "
                    + "snapshot; if the live storage has always been so, waive S4 with the reason."
            )
        ),
        .ssmix2CurrentTwice: Words(
            ja: (
                "一つのオーダーに、有効なファイル（フラグ 1）が二つ以上あります。",
                "本番の同じフォルダーを見てください。一つしかなければ別の世代で復元訓練を行い、"
                    + "本番にも二つあれば、どちらが正しいかベンダーに確かめてください。"
            ),
            en: (
                "Two or more files of one order are current (flag 1).",
                "Look into the live folder; if there is one only, drill another snapshot, "
                    + "and if there are two, ask the vendor which of them is right."
            )
        ),
        .ssmix2TextDamaged: Words(
            ja: (
                "電文の文字が壊れているか、ISO-2022-JP で書かれていません。",
                "暗号化や文字コードの変換を受けた疑いがあります。この世代を復旧に使わず、"
                    + "前の世代で復元訓練を行い、本番の同じファイルを調べてください。"
                    + "本番が以前からそうなら、設定の waive に S6 と理由を書いてください。"
            ),
            en: (
                "The text of a message is damaged, or is not written in ISO-2022-JP.",
                "It may have been enciphered or converted. Do not recover from this snapshot; "
                    + "drill an earlier one, and look at the live file; if the live storage has "
                    + "always been so, waive S6 with the reason."
            )
        ),
        .ssmix2HeaderInvalid: Words(
            ja: (
                "電文として読めないか、ヘッダーや区切りが SS-MIX2 の規則と違うファイルがあります。",
                "本番の同じファイルと比べ、違えば別の世代で復元訓練を行ってください。"
                    + "本番が以前からそうなら、設定の waive に S7 と理由を書いてください。"
            ),
            en: (
                "A file cannot be read as a message, or its header or segments are not SS-MIX2's.",
                "Compare with the live file; if they differ, drill another snapshot. "
                    + "If the live storage has always been so, waive S7 with the reason."
            )
        ),
        .ssmix2FieldMissing: Words(
            ja: (
                "電文の必須項目に、バックアップ時にはなかった空欄があります。",
                "この世代を復旧に使わず、別の世代で復元訓練を行い、本番の同じファイルと比べてください。"
            ),
            en: (
                "A required field of a message is empty, and was not when it was backed up.",
                "Do not recover from this snapshot; drill another, and compare with the live file."
            )
        ),
        .ssmix2SegmentsMisordered: Words(
            ja: (
                "電文のセグメントが、バックアップ時と違って、欠けているか順序が乱れています。",
                "この世代を復旧に使わず、別の世代で復元訓練を行い、本番の同じファイルと比べてください。"
            ),
            en: (
                "Segments of a message are missing or out of order, and were not when backed up.",
                "Do not recover from this snapshot; drill another, and compare with the live file."
            )
        ),
        .ssmix2CareDateDiffers: Words(
            ja: (
                "電文の日付が診療日と合わないか、日付どうしが矛盾しています。",
                "別の日の記録と入れ替わった疑いがあります。別の世代で復元訓練を行い、"
                    + "本番の同じファイルと比べてください。"
            ),
            en: (
                "A date in a message is not the day of care, or contradicts another date.",
                "It may have changed places with another day's. Drill another snapshot, "
                    + "and compare with the live file."
            )
        ),
        .ssmix2PatientDiffers: Words(
            ja: (
                "電文の患者 ID が、置かれているフォルダーの患者 ID と一致しません。",
                "別の患者の記録と入れ替わった疑いがあります。この世代を復旧に使わず、"
                    + "別の世代で復元訓練を行い、本番の同じファイルと比べてください。"
            ),
            en: (
                "A message's patient is not the one in whose folder it lies.",
                "Records of two patients may have been exchanged. Do not recover from this "
                    + "snapshot; drill another, and compare with the live file."
            )
        ),
        .ssmix2OrderDiffers: Words(
            ja: (
                "電文のオーダー番号が、ファイル名のオーダー番号と一致しません。",
                "別のオーダーの記録と入れ替わった疑いがあります。別の世代で復元訓練を行い、"
                    + "本番の同じファイルと比べてください。"
            ),
            en: (
                "A message's order number is not the one in its file's name.",
                "It may have changed places with another order's. Drill another snapshot, "
                    + "and compare with the live file."
            )
        ),
        .ssmix2ValueNotNumeric: Words(
            ja: (
                "数値であるはずの検査結果が、バックアップ時と違って、数値ではありません。",
                "検査結果が書き換わった疑いがあります。この世代を復旧に使わず、"
                    + "別の世代で復元訓練を行い、本番の同じファイルと比べてください。"
            ),
            en: (
                "A result that should be a number is none, and was one when it was backed up.",
                "Results may have been altered. Do not recover from this snapshot; "
                    + "drill another, and compare with the live file."
            )
        ),
        .ssmix2PatientRecordMissing: Words(
            ja: (
                "有効な患者基本情報（ADT-00）がない患者、または二つ以上ある患者がいます。",
                "記録が示すフォルダーを本番と比べ、本番にあるなら別の世代で復元訓練を行ってください。"
            ),
            en: (
                "A patient has no current demographic record (ADT-00), or more than one.",
                "Compare the folder with the live one; if the record is there, drill another "
                    + "snapshot."
            )
        ),
        .ssmix2ResultOrphaned: Words(
            ja: (
                "もとのオーダーが見つからない結果や実施通知が、バックアップ時より増えています。",
                "オーダーのファイルが失われた疑いがあります。別の世代で復元訓練を行い、"
                    + "本番にそのオーダーがあるか確かめてください。"
            ),
            en: (
                "The order of a result is missing, and was there when it was backed up.",
                "Files of orders may be lost. Drill another snapshot, and check whether the live "
                    + "storage has the order."
            )
        ),
        .ssmix2IndexDiffers: Words(
            ja: (
                "インデックスデータベースの内容と、実際のファイルが一致しません。",
                "書き出しがファイルと同じ時点のものか確かめ、別の世代でも復元訓練を行ってください。"
                    + "一致しないままなら、ベンダーに本番のインデックスの点検を依頼してください。"
            ),
            en: (
                "The index database and the files do not agree.",
                "Check that its export is of the same moment as the files, and drill another "
                    + "snapshot; if they still differ, have the vendor check the live index."
            )
        ),
        .ssmix2LogDiffers: Words(
            ja: (
                "トランザクションストレージの内容と、実際のファイルが一致しません。",
                "失われたファイルがないか本番と比べ、別の世代でも復元訓練を行ってください。"
                    + "書式が読めない場合は、ベンダーに書式を確かめ、設定の waive に S17 と理由を書いてください。"
            ),
            en: (
                "The transaction storage and the files do not agree.",
                "Compare with the live storage for lost files, and drill another snapshot; "
                    + "if its layout cannot be read, ask the vendor, and waive S17 with the reason."
            )
        ),
        .ssmix2KeyInTwoVolumes: Words(
            ja: (
                "同じ電文のファイルが二つあります。",
                "分割したボリュームの間で重なりがないか、本番と比べてください。"
                    + "本番で一つなら、別の世代で復元訓練を行ってください。"
            ),
            en: (
                "One message is kept in two files, perhaps in two volumes.",
                "Look for overlaps between the volumes of the live storage; if there is one file "
                    + "only, drill another snapshot."
            )
        ),
        .ssmix2ExtendedInvalid: Words(
            ja: (
                "拡張ストレージの文書が、名前どおりの場所や形式になっていません。",
                "本番の同じ文書が開けるか確かめ、開ければ別の世代で復元訓練を行ってください。"
                    + "本番が以前からそうなら、設定の waive に S20 と理由を書いてください。"
            ),
            en: (
                "A document of the extended storage is not where or what its name says.",
                "Try to open the live document; if it opens, drill another snapshot. "
                    + "If the live storage has always been so, waive S20 with the reason."
            )
        ),
        .ssmix2DiseaseCodeInvalid: Words(
            ja: (
                "病名の ICD-10 の版に、空欄でも 2003 でも 2013 でもない値があります。",
                "病名の電文が書き換わった疑いがあります。別の世代で復元訓練を行い、"
                    + "本番の同じファイルと比べてください。"
            ),
            en: (
                "The edition of an ICD-10 code is neither empty nor 2003 nor 2013.",
                "The diagnosis may have been altered. Drill another snapshot, "
                    + "and compare with the live file."
            )
        ),
        .hl7Invalid: Words(
            ja: (
                "HL7 の電文が途中で切れているか、ヘッダーのとおりに読めません。",
                "この世代を復旧に使わず、別の世代で復元訓練を行い、本番の同じファイルと比べてください。"
            ),
            en: (
                "An HL7 message is cut, or is not what its header says.",
                "Do not recover from this snapshot; drill another, and compare with the live file."
            )
        ),
    ]
}
