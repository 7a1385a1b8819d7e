import Model
import Scheduling
import Testing

@Suite struct CronScheduleTests {
    /// The schedule, the zone, a moment, the next run and the latest due, as the zone's law says;
    /// the moments are computed with Python's zoneinfo.
    static let moments: [(String, String, String, String, String)] = [
        // Tokyo has no summer time: 02:00 is 17:00 UTC of the day before.
        (
            "0 2 * * *", "Asia/Tokyo", "2026-11-22T16:59:59Z",
            "2026-11-22T17:00:00Z", "2026-11-21T17:00:00Z"
        ),
        (
            "0 2 * * *", "Asia/Tokyo", "2026-11-22T17:00:00Z",
            "2026-11-23T17:00:00Z", "2026-11-22T17:00:00Z"
        ),
        (
            "0 4 * * 0", "UTC", "2026-11-22T04:00:01Z", "2026-11-29T04:00:00Z",
            "2026-11-22T04:00:00Z"
        ),
        // The year's end, a month of 30 days, a leap day.
        ("@monthly", "UTC", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        (
            "0 0 31 * *", "UTC", "2026-04-01T00:00:00Z", "2026-05-31T00:00:00Z",
            "2026-03-31T00:00:00Z"
        ),
        (
            "0 0 29 2 *", "UTC", "2026-11-22T00:00:00Z", "2028-02-29T00:00:00Z",
            "2024-02-29T00:00:00Z"
        ),
        (
            "0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z",
            "2096-02-29T00:00:00Z"
        ),
        // London 2026-03-29: 01:00 is followed by 02:00; 01:30 does not exist.
        (
            "30 1 * * *", "Europe/London", "2026-03-29T00:59:59Z",
            "2026-03-29T01:00:00Z", "2026-03-28T01:30:00Z"
        ),
        (
            "30 1 * * *", "Europe/London", "2026-03-29T01:00:00Z",
            "2026-03-30T00:30:00Z", "2026-03-29T01:00:00Z"
        ),
        // London 2026-10-25: 01:30 comes at 00:30 UTC and again at 01:30 UTC.
        (
            "30 1 * * *", "Europe/London", "2026-10-25T00:29:59Z",
            "2026-10-25T00:30:00Z", "2026-10-24T00:30:00Z"
        ),
        (
            "30 1 * * *", "Europe/London", "2026-10-25T01:15:00Z",
            "2026-10-26T01:30:00Z", "2026-10-25T00:30:00Z"
        ),
        // New York 2026-11-01: 01:30 comes at 05:30 UTC and again at 06:30 UTC.
        (
            "30 1 * * *", "America/New_York", "2026-11-01T05:30:00Z",
            "2026-11-02T06:30:00Z", "2026-11-01T05:30:00Z"
        ),
        // New York 2026-03-08: 02:00 to 03:00 does not exist; all of it runs once, at 07:00 UTC.
        (
            "*/20 2 * * *", "America/New_York", "2026-03-08T06:59:00Z",
            "2026-03-08T07:00:00Z", "2026-03-07T07:40:00Z"
        ),
        (
            "*/20 2 * * *", "America/New_York", "2026-03-08T07:00:00Z",
            "2026-03-09T06:00:00Z", "2026-03-08T07:00:00Z"
        ),
        // Lord Howe changes by half an hour: 2026-10-04 02:15 does not exist (02:00 is 15:30 UTC),
        // and 2026-04-05 01:45 comes at 14:45 and at 15:15 UTC of the day before.
        (
            "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T15:29:59Z",
            "2026-10-03T15:30:00Z", "2026-10-02T15:45:00Z"
        ),
        (
            "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T15:20:00Z",
            "2026-04-05T15:15:00Z", "2026-04-04T14:45:00Z"
        ),
        // Samoa left out 2011-12-30: the day's run falls on the first moment of the 31st.
        (
            "0 2 * * *", "Pacific/Apia", "2011-12-29T12:00:01Z",
            "2011-12-30T10:00:00Z", "2011-12-29T12:00:00Z"
        ),
        (
            "0 2 * * *", "Pacific/Apia", "2011-12-30T10:00:00Z",
            "2011-12-30T12:00:00Z", "2011-12-30T10:00:00Z"
        ),
    ]

    @Test(arguments: moments)
    func `runs when the local clock says so`(
        schedule: String,
        zone: String,
        moment: String,
        next: String,
        latest: String
    ) throws {
        let cron = try CronSchedule(parsing: schedule)
        let zone = try SiteTimeZone(identifier: zone)
        let moment = try #require(Timestamp(rfc3339: moment))
        #expect(cron.next(after: moment, in: zone)?.rfc3339 == next)
        #expect(cron.latestDue(at: moment, in: zone)?.rfc3339 == latest)
    }

    @Test func `a fraction of a second past a run is past it`() throws {
        let daily = try CronSchedule(parsing: "@daily")
        let zone = try SiteTimeZone(identifier: "UTC")
        let past = try #require(Timestamp(seconds: 86_400, nanoseconds: 1))
        #expect(daily.next(after: past, in: zone) == Timestamp(seconds: 2 * 86_400))
        #expect(daily.latestDue(at: past, in: zone) == Timestamp(seconds: 86_400))
    }

    /// 2026-11-01 is a Sunday; the 13th a Friday.
    static let dayRules: [(String, [Int])] = [
        ("0 0 13 * 5", [6, 13, 20, 27]),
        ("0 0 10 * 5", [6, 10, 13, 20, 27]),
        ("0 0 * * 5", [6, 13, 20, 27]),
        ("0 0 10 * *", [10]),
        // A field that starts with a star is not restricted: both must fit.
        ("0 0 */2 * 5", [13, 27]),
        ("0 0 13 * */5", [13]),
        ("0 0 10 * */5", []),
        // The star does not stand in front.
        ("0 0 10,* * 5", Array(1...30)),
    ]

    @Test(arguments: dayRules)
    func `two restricted day fields are joined by or, as in Vixie cron`(
        schedule: String,
        days: [Int]
    ) throws {
        let cron = try CronSchedule(parsing: schedule)
        let zone = try SiteTimeZone(identifier: "UTC")
        let end = try #require(Timestamp(rfc3339: "2026-12-01T00:00:00Z"))
        var moment = try #require(Timestamp(rfc3339: "2026-10-31T23:59:59Z"))
        var found: [String] = []
        while let next = cron.next(after: moment, in: zone), next < end {
            found.append(String(next.rfc3339.prefix(10)))
            moment = next
        }
        #expect(found == days.map { "2026-11-\($0 < 10 ? "0" : "")\($0)" })
    }

    @Test(arguments: ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30 2 */2"])
    func `a day that no calendar has never comes`(schedule: String) throws {
        let cron = try CronSchedule(parsing: schedule)
        let zone = try SiteTimeZone(identifier: "Asia/Tokyo")
        #expect(cron.next(after: Timestamp(seconds: 0), in: zone) == nil)
        #expect(cron.latestDue(at: Timestamp(seconds: 0), in: zone) == nil)
        #expect(!cron.everRuns)
        #expect(!cron.isDue(since: nil, now: Timestamp(seconds: 0), in: zone))
    }

    @Test(arguments: [
        ("@hourly", true), ("0,30 3 1 * *", true), ("0 3,15 * * 0", true), ("@daily", false),
        ("0 3 1 * *", false),
    ])
    func `whether a day has several runs is known`(schedule: String, several: Bool) throws {
        #expect(try CronSchedule(parsing: schedule).runsSeveralTimesADay == several)
    }

    @Test func `the rarest day is found, decades away`() throws {
        // `*/6` starts with a star, so both fields count: a leap day on a Sunday or a Saturday.
        let cron = try CronSchedule(parsing: "0 0 29 2 */6")
        let zone = try SiteTimeZone(identifier: "UTC")
        let start = try #require(Timestamp(rfc3339: "2076-03-01T00:00:00Z"))
        #expect(cron.everRuns)
        #expect(cron.next(after: start, in: zone)?.rfc3339 == "2088-02-29T00:00:00Z")
    }

    @Test(arguments: [Int64.min, -62_135_596_801, 253_402_300_800, Int64.max])
    func `a clock beyond the calendar has no next run`(seconds: Int64) throws {
        let cron = try CronSchedule(parsing: "* * * * *")
        let zone = try SiteTimeZone(identifier: "Asia/Tokyo")
        let moment = Timestamp(seconds: seconds)
        #expect(cron.next(after: moment, in: zone) == nil)
        #expect(cron.latestDue(at: moment, in: zone) == nil)
        #expect(!cron.isDue(since: moment, now: moment, in: zone))
    }
}

@Suite struct CronScheduleDueTests {
    private let daily: CronSchedule
    private let zone: SiteTimeZone
    /// 02:00 in Tokyo.
    private let run = Timestamp(seconds: 1_795_366_800)

    init() throws {
        daily = try CronSchedule(parsing: "0 2 * * *")
        zone = try SiteTimeZone(identifier: "Asia/Tokyo")
    }

    private func isDue(lastRunDaysBack days: Int64?, secondsAfterRun seconds: Int64) -> Bool {
        let lastRun = days.map { Timestamp(seconds: run.seconds - $0 * 86_400) }
        return daily.isDue(since: lastRun, now: Timestamp(seconds: run.seconds + seconds), in: zone)
    }

    @Test func `the reference moment is a run`() {
        #expect(daily.latestDue(at: run, in: zone) == run)
    }

    @Test func `is due from the second of its run on, and not before`() {
        #expect(!isDue(lastRunDaysBack: 1, secondsAfterRun: -1))
        #expect(isDue(lastRunDaysBack: 1, secondsAfterRun: 0))
        #expect(isDue(lastRunDaysBack: 1, secondsAfterRun: 86_000))
    }

    @Test func `one run makes up for all that were missed`() {
        #expect(isDue(lastRunDaysBack: 30, secondsAfterRun: 4_000))
        // The run that makes up begins now; nothing is due again until tomorrow's.
        let began = Timestamp(seconds: run.seconds + 4_000)
        let later = Timestamp(seconds: run.seconds + 86_399)
        #expect(!daily.isDue(since: began, now: began, in: zone))
        #expect(!daily.isDue(since: began, now: later, in: zone))
        let tomorrow = Timestamp(seconds: run.seconds + 86_400)
        #expect(daily.isDue(since: began, now: tomorrow, in: zone))
    }

    @Test func `what never ran is due`() {
        #expect(isDue(lastRunDaysBack: nil, secondsAfterRun: 12_345))
    }

    @Test func `a last run from the future holds a run up for a day at most`() {
        #expect(!isDue(lastRunDaysBack: -1, secondsAfterRun: 0))
        #expect(isDue(lastRunDaysBack: -1, secondsAfterRun: -1))
        #expect(isDue(lastRunDaysBack: -30_000, secondsAfterRun: 0))
    }

    @Test func `a repeated hour is not run twice, a missing one is run once`() throws {
        let cron = try CronSchedule(parsing: "30 1 * * *")
        let london = try SiteTimeZone(identifier: "Europe/London")
        let first = try #require(Timestamp(rfc3339: "2026-10-25T00:30:00Z"))
        let second = try #require(Timestamp(rfc3339: "2026-10-25T01:30:00Z"))
        #expect(cron.isDue(since: Timestamp(seconds: first.seconds - 1), now: first, in: london))
        #expect(!cron.isDue(since: first, now: second, in: london))
        let gap = try #require(Timestamp(rfc3339: "2026-03-29T01:00:00Z"))
        let before = Timestamp(seconds: gap.seconds - 1)
        #expect(
            !cron.isDue(since: Timestamp(seconds: gap.seconds - 80_000), now: before, in: london)
        )
        #expect(cron.isDue(since: before, now: gap, in: london))
        #expect(!cron.isDue(since: gap, now: Timestamp(seconds: gap.seconds + 3_600), in: london))
    }
}
