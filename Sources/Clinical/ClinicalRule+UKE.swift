import Model

extension ClinicalRule {
    /// A file cannot be read as claims, or not to its end.
    static let ukeReadable = ClinicalRule(
        "U1",
        .ukeUnreadable,
        .absolute,
        "記録条件仕様 第1章 3(3): Shift_JIS, CSV, first IR, UK or YK, last GO"
    )
    /// A record has a name that is not known here.
    static let ukeRecordKnown = ClinicalRule(
        "U1a",
        .ukeUnreadable,
        .absolute,
        "記録条件仕様 第1章 3(3) ウ: レコード識別情報; fail closed"
    )
    /// A line ends otherwise than in CR LF, or a field has text of the wrong width.
    static let ukeLayout = ClinicalRule(
        "U1b",
        .ukeUnreadable,
        // Not absolute as in DOMAIN §3.5 U1: other programs save it so, and every field reads.
        .compared,
        "記録条件仕様 第1章 3(3) ウ and エ: CR LF, EOF 1A, 英数モード, 漢字モード"
    )
    /// The last record's numbers are not those of the claims before it.
    static let ukeTotal = ClinicalRule(
        "U2",
        .ukeTotalDiffers,
        // DOMAIN §3.5 U2 counts REs; in the published samples GO counts payers: HO and each KO.
        .absolute,
        "記録条件仕様 診療報酬請求書レコード: 総件数, 総合計点数; 電子レセプトの作成手引き: "
            + "each payer of a claim is one, points are the main payer's"
    )
    /// As ``ukeTotal``, where the counting was not seen in real files (DPC, 調剤, 返戻); and claims
    /// whose type tells of another number of payers.
    static let ukeTotalLoose = ClinicalRule(
        "U2a",
        .ukeTotalDiffers,
        .compared,
        "記録条件仕様 診療報酬請求書レコード; 別表 レセプト種別コード, third digit"
    )
    /// A volume is missing that another tells of.
    static let ukeVolume = ClinicalRule(
        "U2b",
        .ukeTotalDiffers,
        .compared,
        "記録条件仕様 マルチボリューム識別情報: 00, 01 …; 99 in the last GO"
    )
    /// A record stands where it may not, or claims are not numbered one after another.
    static let ukeOrder = ClinicalRule(
        "U3",
        .ukeRecordMisplaced,
        .absolute,
        "記録条件仕様 第1章 3(3) イ: details within RE; レセプト番号 from 1, rising by one"
    )
    /// A month is none, or is later than the month of the claim.
    static let ukeMonth = ClinicalRule(
        "U4",
        .ukeMonthDiffers,
        .absolute,
        "記録条件仕様 請求年月, 診療年月; DOMAIN §3.5 U4"
    )
    /// The folder names another month, a day is in no month, or an institution's code changes.
    static let ukeMonthLoose = ClinicalRule(
        "U4a",
        .ukeMonthDiffers,
        // Not absolute as in DOMAIN §3.5 U4: people name folders, and hospitals get new codes.
        .compared,
        "DOMAIN §3.5 U4: month of the folder, institution code constant"
    )
    /// Between the first month of a series and its last, one has no file. Judged between files, by
    /// ``UKERelation/month``.
    static let ukeMonthMissing = ClinicalRule(
        "U5",
        .ukeMonthMissing,
        .compared,
        "DOMAIN §3.5 U5: a file for every month that was claimed"
    )
    /// A claim is about a patient whom the store of reference does not have. Judged between stores,
    /// by ``Relation/patientMentioned``.
    static let ukePatient = ClinicalRule(
        "U6",
        .patientUnknown,
        .compared,
        "記録条件仕様 レセプト共通レコード: カルテ番号等"
    )

    static let ukeRules = [
        ukeReadable, ukeRecordKnown, ukeLayout, ukeTotal, ukeTotalLoose, ukeVolume, ukeOrder,
        ukeMonth, ukeMonthLoose, ukeMonthMissing, ukePatient,
    ]
}
