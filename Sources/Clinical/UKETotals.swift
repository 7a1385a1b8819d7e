/// What the last record of a claim file must say.
struct UKETotals {
    /// Payers of all claims, each once for each claim: 総件数.
    private var payers = 0
    /// The same, by the types of the claims.
    private var payersTold = 0
    /// 総合計点数.
    private var points = 0

    /// Takes a claim that is over.
    mutating func take(_ claim: UKEClaim) {
        guard !claim.isPart else {
            return
        }
        payers &+= claim.payers
        payersTold &+= claim.payersTold ?? 0
        points &+= claim.points ?? 0
    }

    /// Compares.
    ///
    /// - Parameter last: the fields of GO.
    /// - Returns: the items that differ, as 記録条件仕様 numbers them.
    func differences(from last: UKELine) -> [Int] {
        var items: [Int] = []
        // A local scheme's payer may have a record and not count, by some makers.
        if let count = last.number(1), count == payers || count == payersTold {
        } else {
            items.append(2)
        }
        if last.number(2) != points {
            items.append(3)
        }
        return items
    }
}
