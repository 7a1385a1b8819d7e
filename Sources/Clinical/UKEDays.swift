/// On which days of its month a claim's treatments were given.
struct UKEDays {
    /// How many days the month has; 0 if it is none.
    private let dayCount: Int
    /// How many treatments were given on each day; the first place is no day's.
    private(set) var counts = [UInt64](repeating: 0, count: 32)
    /// Whether there is a day at all.
    private(set) var isEmpty = true

    /// The field of the first day, from 0 (記録条件仕様 医科用, 診療行為レコード: 算定日情報).
    private static let firstField = 13

    /// Starts with no day.
    ///
    /// - Parameter month: of the claim; nil if it has none.
    init(_ month: UKEMonth?) {
        dayCount = month?.dayCount ?? 0
    }

    /// Takes the days of a treatment.
    ///
    /// - Parameter line: of 診療行為, without its end.
    /// - Returns: a day that the month does not have, if it was given on one.
    mutating func take(_ line: [UInt8]) -> Int? {
        guard dayCount > 0 else {
            return nil
        }
        var day = 1 - Self.firstField
        var wrong: Int?
        var isBefore = true
        for byte in line {
            if byte == UInt8(ascii: ",") {
                day += 1
                isBefore = true
            } else if isBefore {
                // The first character of a field tells whether it has any.
                isBefore = false
                guard byte != UInt8(ascii: "0"), day >= 1, day <= 31 else {
                    continue
                }
                if day <= dayCount {
                    counts[day] &+= 1
                    isEmpty = false
                } else {
                    wrong = day
                }
            }
        }
        return wrong
    }

    /// The number of a day's field, as 記録条件仕様 counts.
    static func item(of day: Int) -> Int { firstField + day }
}
