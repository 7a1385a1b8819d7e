package import Model

/// Why a schedule, a time zone or a duration cannot be used. Nothing is guessed: `13am` is not 1,
/// and a zone that cannot be had is not UTC.
package enum ScheduleError: ToldError, Hashable {
    /// A schedule that has not five fields; how many it has.
    case fieldCount(Int)
    /// An `@word` that is not one of ours.
    case shorthand(String)
    /// One field, and the part of it that cannot be read.
    case field(CronField, part: String, CronFault)
    /// The time zone is not known by that name.
    case timeZone(String)
    /// No time zone but UTC can be had: the program was linked without their data.
    case noTimeZones
    /// A duration that is not written as ``DurationText`` says.
    case duration(String)

    package var description: String {
        switch self {
        case .fieldCount(let count):
            "a schedule has five fields, this has \(count)"
        case .shorthand(let word):
            "‘\(word)’ is not a schedule"
        case .field(let field, let part, let fault):
            "\(field.rawValue): ‘\(part)’ \(fault.rawValue)"
        case .timeZone(let identifier):
            "‘\(identifier)’ is not a time zone"
        case .noTimeZones:
            "this program was built without time zones"
        case .duration(let text):
            "‘\(text)’ is not a duration"
        }
    }

    package var hint: String {
        switch self {
        case .fieldCount:
            "write minute, hour, day of month, month, day of week, as `0 2 * * *` for 02:00 daily"
        case .shorthand:
            "use one of \(CronSchedule.shorthands.joined(separator: ", ")), or five fields"
        case .field(let field, _, _):
            "allowed are \(field.allowed), `*`, lists `1,2`, ranges `1-5` and steps `*/2`, `1-9/2`"
        case .timeZone:
            "write it as Area/City with its capitals, such as Asia/Tokyo, or UTC"
        case .noTimeZones:
            "install Toride from its package; this build must not be used"
        case .duration:
            "write a whole number above zero and one of s, m, h, d, such as 90s, 15m, 4h, 7d"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .noTimeZones: .internalFault
        default: .usage
        }
    }
}

/// What is wrong with a part of a field.
package enum CronFault: String, Hashable, Sendable {
    /// Nothing stands where a value must.
    case empty = "is empty"
    /// Neither a number nor a name of this field.
    case notANumber = "is neither a number nor a name"
    /// A number beyond what the field allows.
    case outOfRange = "is out of range"
    /// A range that ends before it starts.
    case backwards = "runs backwards"
    /// A step that is not a number, is zero, or is longer than the field.
    case step = "has a step that is not allowed"
    /// A step behind a single number.
    case stepWithoutRange = "has a step but no range"
}
