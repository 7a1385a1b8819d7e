/// Who claims, for which month: the first record of a claim file.
///
/// Positions are those of 記録条件仕様 less one, seen in public files and implementations (2026-11):
/// IR of 医科 in files made by 日レセ; UK and IR of 歯科, and YK, in implementations of the papers of
/// 令和8年6月; HI in a reader of returned files. DPC's IR is taken to be that of 医科.
struct UKEHead {
    /// Which papers a file follows.
    enum Kind: String, Hashable, Sendable {
        /// 医科 and DPC, which begin alike.
        case medical
        /// 歯科.
        case dental
        /// 調剤.
        case dispensing
        /// 返戻: claims that the payers sent back.
        case returned
    }

    /// Where a record has what.
    private struct Layout {
        let payer: Int
        let table: Int
        let institution: Int
        let month: Int
        let volume: Int
    }

    /// Which papers the file follows.
    let kind: Kind
    /// 審査支払機関: 1 社保, 2 国保.
    let payer: ArraySlice<UInt8>
    /// 点数表.
    let table: ArraySlice<UInt8>
    /// 医療機関コード, 薬局コード.
    let institution: ArraySlice<UInt8>
    /// 請求年月; nil if it is no month.
    let month: UKEMonth?
    /// Which field that is, as 記録条件仕様 numbers it.
    let monthItem: Int
    /// マルチボリューム識別情報: 0 for the first or only one; nil if it is no number.
    let volume: Int?

    /// Reads the first record; nil if no file begins with such a one.
    ///
    /// - Parameters:
    ///   - record: which one.
    ///   - line: its fields.
    init?(_ record: UKERecord, _ line: UKELine) {
        let layout: Layout
        switch record {
        case .ir:
            kind = .medical
            layout = Layout(payer: 1, table: 3, institution: 4, month: 7, volume: 8)
        case .uk:
            kind = .dental
            layout = Layout(payer: 1, table: 3, institution: 4, month: 7, volume: 9)
        case .yk:
            kind = .dispensing
            layout = Layout(payer: 1, table: 3, institution: 4, month: 6, volume: 7)
        case .hi:
            kind = .returned
            layout = Layout(payer: 1, table: 4, institution: 5, month: 2, volume: 7)
        default: return nil
        }
        payer = line[layout.payer]
        table = line[layout.table]
        institution = line[layout.institution]
        month = UKEMonth(line[layout.month])
        monthItem = layout.month + 1
        volume = line.number(layout.volume)
    }

    /// In which field a claim has カルテ番号等; nil if it has none: 調剤録番号等 is the pharmacy's.
    var chartField: Int? {
        switch kind {
        case .medical, .returned: 13
        case .dental: 15
        case .dispensing: nil
        }
    }

    /// What all volumes of a claim have in common.
    ///
    /// - Parameter volume: which one of them.
    /// - Returns: its key.
    func key(volume: Int) -> UInt64 {
        KeyHash.of(
            institution,
            payer,
            table,
            Array(kind.rawValue.utf8)[...],
            Array("\(month?.number ?? 0) \(volume)".utf8)[...]
        )
    }

    /// Whose series of months the file belongs to.
    var seriesValue: UInt64 {
        KeyHash.of(institution, payer, table, Array(kind.rawValue.utf8)[...])
    }
}
