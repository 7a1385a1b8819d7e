/// The numbers that one field of a schedule allows.
///
/// The syntax is that of Vixie cron's crontab(5), which extends POSIX crontab by names, steps and
/// 7 for Sunday: elements joined by `,`, each of them `*`, a number, or a range `1-5`, the first
/// and the last optionally with a step (`*/2`, `1-9/2`). A name may stand wherever a number may.
struct CronFieldSet: Hashable, Sendable {
    /// Bit n is set if n is allowed. Sunday is bit 0 only.
    private let bits: UInt64
    /// Whether the field is written with `*` in front, `*/2` included: what the rule for the two
    /// day fields asks (see ``CronSchedule``).
    let startsWithStar: Bool

    /// Reads one field.
    ///
    /// - Throws: ``ScheduleError/field(_:part:_:)`` with the element that is wrong.
    init(parsing text: Substring, as field: CronField) throws(ScheduleError) {
        var bits: UInt64 = 0
        for element in text.split(separator: ",", omittingEmptySubsequences: false) {
            for number in try CronFieldSet.numbers(of: element, in: field) {
                bits |= 1 << UInt64(field == .dayOfWeek ? number % 7 : number)
            }
        }
        self.bits = bits
        startsWithStar = text.hasPrefix("*")
    }

    /// Whether the field allows `number`.
    func contains(_ number: Int) -> Bool {
        (0..<64).contains(number) && bits >> UInt64(number) & 1 == 1
    }

    private static func numbers(
        of element: Substring,
        in field: CronField
    ) throws(ScheduleError) -> StrideThrough<Int> {
        let parts = element.split(
            separator: "/",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let range = try range(of: parts[0], in: field)
        guard parts.count == 2 else {
            return stride(from: range.lowerBound, through: range.upperBound, by: 1)
        }
        guard parts[0].contains("-") || parts[0] == "*" else {
            throw .field(field, part: String(element), .stepWithoutRange)
        }
        // A step that leaves only the first number is a slip: `*/60` was meant to be something.
        guard let step = decimal(parts[1]), step >= 1, step <= field.all.upperBound else {
            throw .field(field, part: String(element), .step)
        }
        return stride(from: range.lowerBound, through: range.upperBound, by: step)
    }

    private static func range(
        of text: Substring,
        in field: CronField
    ) throws(ScheduleError) -> ClosedRange<Int> {
        if text == "*" {
            return field.all
        }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try number(ends[0], in: field)
        guard ends.count == 2 else {
            return first...first
        }
        let last = try number(ends[1], in: field)
        guard first <= last else {
            throw .field(field, part: String(text), .backwards)
        }
        return first...last
    }

    private static func number(
        _ text: Substring,
        in field: CronField
    ) throws(ScheduleError) -> Int {
        guard !text.isEmpty else {
            throw .field(field, part: "", .empty)
        }
        if let index = field.names.firstIndex(of: text.lowercased()) {
            return field.numbers.lowerBound + index
        }
        guard let number = decimal(text) else {
            throw .field(field, part: String(text), .notANumber)
        }
        guard field.numbers.contains(number) else {
            throw .field(field, part: String(text), .outOfRange)
        }
        return number
    }

    /// One to nine ASCII digits: no sign, no blank, nothing behind.
    private static func decimal(_ text: Substring) -> Int? {
        let digits = text.utf8
        guard (1...9).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            return nil
        }
        return Int(text)
    }
}
