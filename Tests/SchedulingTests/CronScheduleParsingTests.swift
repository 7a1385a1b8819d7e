import Model
import Scheduling
import Testing

@Suite struct CronScheduleParsingTests {
    @Test(arguments: [
        "* * * * *", "0 2 * * *", "00 02 * * *", "59 23 31 12 7", "0 0 1 1 0",
        "*/15 * * * *", "0-59/59 0-23/23 1-31/31 1-12/12 0-7/6", "1,2,3 4-6,8 * * *",
        "0 4 * JAN,Feb-apr Sun", "0 4 * * mon-fri", "  0\t4 * *  1 ",
        "@hourly", "@daily", "@weekly", "@monthly",
    ])
    func `reads a schedule`(text: String) throws {
        _ = try CronSchedule(parsing: text)
    }

    @Test func `keeps its text with single blanks`() throws {
        #expect(try CronSchedule(parsing: " 0\t 2 * * *").description == "0 2 * * *")
    }

    @Test(arguments: [
        ("@daily", "0 0 * * *"), ("@hourly", "0 * * * *"), ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"), ("0 0 * * 7", "0 0 * * sun"), ("0 0 * * 5-7", "0 0 * * 0,5,6"),
        ("0 0 * 1 *", "0 0 * jan *"), ("*/20 * * * *", "0,20,40 * * * *"),
        ("10-30/10 * * * *", "10,20,30 * * * *"), ("0 0 * * 0-7", "0 0 * * 0-6"),
    ])
    func `two spellings mean the same`(one: String, other: String) throws {
        let zone = try SiteTimeZone(identifier: "Asia/Tokyo")
        let schedules = (try CronSchedule(parsing: one), try CronSchedule(parsing: other))
        var moment = Timestamp(seconds: 1_800_000_000)
        for _ in 0..<50 {
            let next = schedules.0.next(after: moment, in: zone)
            #expect(next == schedules.1.next(after: moment, in: zone))
            moment = try #require(next)
        }
    }

    @Test(arguments: [("", 0), ("0 2 * *", 4), ("0 2 * * * *", 6), ("daily", 1)])
    func `rejects any number of fields but five`(text: String, count: Int) {
        #expect(throws: ScheduleError.fieldCount(count)) { try CronSchedule(parsing: text) }
    }

    @Test(arguments: ["@reboot", "@Daily", "@yearly", "@", "@daily 2"])
    func `rejects a shorthand that is not ours`(text: String) {
        #expect(throws: ScheduleError.shorthand(text)) { try CronSchedule(parsing: text) }
    }

    static let faults: [(String, CronField, String, CronFault)] = [
        ("0 13am * * *", .hour, "13am", .notANumber),
        ("-1 0 * * *", .minute, "", .empty),
        ("60 0 * * *", .minute, "60", .outOfRange),
        ("0 24 * * *", .hour, "24", .outOfRange),
        ("0 0 0 * *", .dayOfMonth, "0", .outOfRange),
        ("0 0 32 * *", .dayOfMonth, "32", .outOfRange),
        ("0 0 * 0 *", .month, "0", .outOfRange),
        ("0 0 * 13 *", .month, "13", .outOfRange),
        ("0 0 * * 8", .dayOfWeek, "8", .outOfRange),
        ("0 0 * * sunday", .dayOfWeek, "sunday", .notANumber),
        ("0 0 * mon *", .month, "mon", .notANumber),
        ("mon 0 * * *", .minute, "mon", .notANumber),
        ("1,,2 0 * * *", .minute, "", .empty),
        ("1, 0 * * *", .minute, "", .empty),
        ("5-1 0 * * *", .minute, "5-1", .backwards),
        ("0 0 * * sat-sun", .dayOfWeek, "sat-sun", .backwards),
        ("1-2-3 0 * * *", .minute, "2-3", .notANumber),
        ("1- 0 * * *", .minute, "", .empty),
        ("5/2 0 * * *", .minute, "5/2", .stepWithoutRange),
        ("*/0 0 * * *", .minute, "*/0", .step),
        ("*/60 0 * * *", .minute, "*/60", .step),
        ("0 */24 * * *", .hour, "*/24", .step),
        ("*/ 0 * * *", .minute, "*/", .step),
        ("*/2/2 0 * * *", .minute, "*/2/2", .step),
        ("*/-2 0 * * *", .minute, "*/-2", .step),
        ("+5 0 * * *", .minute, "+5", .notANumber),
        ("٣ 0 * * *", .minute, "٣", .notANumber),
        ("0 0 ? * *", .dayOfMonth, "?", .notANumber),
        ("0 0 L * *", .dayOfMonth, "L", .notANumber),
        ("** 0 * * *", .minute, "**", .notANumber),
        ("99999999999999999999 0 * * *", .minute, "99999999999999999999", .notANumber),
    ]

    @Test(arguments: faults)
    func `says which field is wrong and how`(
        text: String,
        field: CronField,
        part: String,
        fault: CronFault
    ) {
        #expect(throws: ScheduleError.field(field, part: part, fault)) {
            try CronSchedule(parsing: text)
        }
    }

    @Test func `tells the operator the field, the part and what is allowed`() throws {
        let error = try #require(throws: ScheduleError.self) {
            try CronSchedule(parsing: "0 13am * * *")
        }
        #expect(error.description == "hour: ‘13am’ is neither a number nor a name")
        #expect(error.hint.hasPrefix("allowed are 0-23, "))
        #expect(error.exitCode == .usage)
    }
}
