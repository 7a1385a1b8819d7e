/// One claim, レセプト: what its RE says, and what was counted of the records after it.
struct UKEClaim {
    /// In which line it begins.
    let line: UInt64
    /// レセプト番号; nil if it is no number.
    let serial: Int?
    /// 診療年月; nil if it is no month.
    let month: UKEMonth?
    /// How many payers its type tells of: the third digit of レセプト種別コード; nil if there is none.
    let payersTold: Int?
    /// Whether it is an outpatient's (入院外): the last digit of レセプト種別コード is even (別表).
    let isOutpatient: Bool
    /// レセプト総括区分 2 and 3: a part of another claim, which has its points. A digit alone stands in
    /// this field in DPC files only: others have 検索番号 there, or 未来院請求 of two digits.
    let isPart: Bool
    /// Whether it is of a DPC file, by the same field.
    let isDPC: Bool
    /// カルテ番号等; empty if it has none.
    let chart: ArraySlice<UInt8>

    /// Whether it has a record of the insurer.
    private(set) var hasInsurer = false
    /// How many records of public payers it has.
    private(set) var publicPayers = 0
    /// 合計点数 of the main payer: the insurer, or else the first public one; nil if there is none.
    private(set) var points: Int?

    /// Reads RE.
    ///
    /// - Parameters:
    ///   - fields: of RE.
    ///   - number: its line, from 1.
    ///   - chartField: where カルテ番号等 stands; nil for nowhere.
    init(_ fields: UKELine, line number: UInt64, chartField: Int?) {
        line = number
        serial = fields.number(1)
        month = UKEMonth(fields[3])
        let type = fields[2]
        payersTold = type.count == 4 ? UKELine.number(type.dropFirst(2).prefix(1)) : nil
        let last = type.count == 4 ? UKELine.number(type.suffix(1)) : nil
        isOutpatient = last?.isMultiple(of: 2) == true
        let summary = fields[18]
        isDPC = summary.count == 1 && UKELine.number(summary).map { $0 <= 3 } == true
        isPart = isDPC && UKELine.number(summary).map { $0 >= 2 } == true
        chart = chartField.map { fields[$0] } ?? []
    }

    /// How many payers it has.
    var payers: Int { (hasInsurer ? 1 : 0) + publicPayers }

    /// Takes HO.
    ///
    /// - Returns: false if it has one already: then this one is another claim's.
    mutating func takeInsurer(_ fields: UKELine) -> Bool {
        guard !hasInsurer else {
            return false
        }
        hasInsurer = true
        points = fields.number(5) ?? 0
        return true
    }

    /// Takes KO.
    mutating func takePublicPayer(_ fields: UKELine) {
        publicPayers += 1
        points = points ?? fields.number(5) ?? 0
    }
}
