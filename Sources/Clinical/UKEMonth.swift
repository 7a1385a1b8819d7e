/// A month as claims have it: 診療年月, 請求年月.
struct UKEMonth: Hashable, Comparable, Sendable {
    /// The year of our era.
    let year: Int
    /// 1 ... 12.
    let month: Int

    /// Takes a month of the years 1900 to 2199; nil for any other.
    init?(year: Int, month: Int) {
        guard (1_900...2_199).contains(year), (1...12).contains(month) else {
            return nil
        }
        self.year = year
        self.month = month
    }

    /// Reads a month; nil for any other text.
    ///
    /// - Parameter text: `202606`; or `50806`, with the era before the year (年号区分コード: 1 明治,
    ///   2 大正, 3 昭和, 4 平成, 5 令和), as claims had it until 2020.
    init?(_ text: ArraySlice<UInt8>) {
        guard let number = UKELine.number(text) else {
            return nil
        }
        switch text.count {
        case 6: self.init(year: number / 100, month: number % 100)
        case 5:
            let eras = [1_867, 1_911, 1_925, 1_988, 2_018]
            let era = number / 10_000
            guard (1...eras.count).contains(era) else {
                return nil
            }
            self.init(year: eras[era - 1] + number / 100 % 100, month: number % 100)
        default: return nil
        }
    }

    /// Its number among all months: one more than that of the month before.
    var number: UInt64 { UInt64(year * 12 + month - 1) }

    /// How many days it has.
    var dayCount: Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year.isMultiple(of: 4) && (year != 1_900 && year != 2_100) ? 29 : 28
        default: 31
        }
    }

    /// The first of its days, or another, as 20260601.
    func day(_ day: Int) -> UInt32 { UInt32(year * 10_000 + month * 100 + day) }

    static func < (one: UKEMonth, other: UKEMonth) -> Bool {
        (one.year, one.month) < (other.year, other.month)
    }

    // MARK: - Folders

    /// The months that a path names, as `2026/06`, `2026-06`, `202606`, `20260610`, `50806`.
    ///
    /// - Parameter path: beneath the store's root.
    /// - Returns: each run of digits that can be a month.
    static func named(in path: [UInt8]) -> [UKEMonth] {
        var runs: [ArraySlice<UInt8>] = []
        var start: Int?
        for (place, byte) in path.enumerated() {
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            if isDigit {
                start = start ?? place
            } else if let first = start {
                runs.append(path[first..<place])
                start = nil
            }
        }
        if let start {
            runs.append(path[start...])
        }
        var months: [UKEMonth] = []
        for (place, run) in runs.enumerated() {
            switch run.count {
            case 5, 6: months += [UKEMonth(run)].compactMap { $0 }
            case 8: months += [UKEMonth(run.prefix(6))].compactMap { $0 }
            case 4
            where place + 1 < runs.count && runs[place + 1].count == 2
                && runs[place + 1].startIndex == run.endIndex + 1:
                months += [UKEMonth(run + runs[place + 1])].compactMap { $0 }
            default: break
            }
        }
        return months
    }
}
