/// The five fields of a schedule, in their order.
package enum CronField: String, Hashable, Sendable, CaseIterable {
    /// Minute of the hour.
    case minute
    /// Hour of the day.
    case hour
    /// Day of the month.
    case dayOfMonth = "day of month"
    /// Month of the year.
    case month
    /// Day of the week; 0 and 7 are Sunday.
    case dayOfWeek = "day of week"

    /// The numbers that may be written.
    package var numbers: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        }
    }

    /// The numbers that `*` stands for: Sunday once.
    var all: ClosedRange<Int> {
        self == .dayOfWeek ? 0...6 : numbers
    }

    /// The names that may stand for numbers, from the lowest number on; capitals do not matter.
    package var names: [String] {
        switch self {
        case .minute, .hour, .dayOfMonth:
            []
        case .month:
            [
                "jan", "feb", "mar", "apr", "may", "jun",
                "jul", "aug", "sep", "oct", "nov", "dec",
            ]
        case .dayOfWeek:
            ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        }
    }

    /// What may be written, for people: `1-12 or jan-dec`.
    package var allowed: String {
        let range = "\(numbers.lowerBound)-\(numbers.upperBound)"
        switch self {
        case .minute, .hour, .dayOfMonth: return range
        case .month: return "\(range) or jan-dec"
        case .dayOfWeek: return "\(range) or sun-sat (0 and 7 are Sunday)"
        }
    }
}
