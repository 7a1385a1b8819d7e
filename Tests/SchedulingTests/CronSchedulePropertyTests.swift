import Model
import Scheduling
import TestSupport
import Testing

/// A schedule made by chance: the fields as sets, and their text.
private struct RandomSchedule {
    var minutes: Set<Int> = []
    var hours: Set<Int> = []
    var days: Set<Int> = []
    var months: Set<Int> = []
    var weekdays: Set<Int> = []
    var daysAreJoinedByOr = false
    var text = ""

    init(using generator: inout SeededGenerator) {
        var texts: [String] = []
        func field(_ range: ClosedRange<Int>, star: Double) -> (Set<Int>, Bool) {
            let kind = Double.random(in: 0..<1, using: &generator)
            if kind < star {
                texts.append("*")
                return (Set(range), true)
            }
            let step = Int.random(in: 1...max(1, range.upperBound / 2), using: &generator)
            if kind < star + 0.15 {
                texts.append("*/\(step)")
                return (
                    Set(stride(from: range.lowerBound, through: range.upperBound, by: step)), true
                )
            }
            let one = Int.random(in: range, using: &generator)
            let other = Int.random(in: range, using: &generator)
            if kind < star + 0.3 {
                texts.append("\(min(one, other))-\(max(one, other))/\(step)")
                return (
                    Set(stride(from: min(one, other), through: max(one, other), by: step)), false
                )
            }
            texts.append("\(one),\(other)")
            return ([one, other], false)
        }
        (minutes, _) = field(0...59, star: 0.2)
        (hours, _) = field(0...23, star: 0.4)
        let (days, daysHaveStar) = field(1...31, star: 0.6)
        (months, _) = field(1...12, star: 0.8)
        let (weekdays, weekdaysHaveStar) = field(0...6, star: 0.6)
        (self.days, self.weekdays) = (days, weekdays)
        daysAreJoinedByOr = !daysHaveStar && !weekdaysHaveStar
        text = texts.joined(separator: " ")
    }

    func fits(localMinute: Int64) -> Bool {
        let day = Int64((Double(localMinute) / 1_440).rounded(.down))
        let minute = Int(localMinute - day * 1_440)
        let date = CivilDate(daysSinceEpoch: day)
        let weekday = Int(((day + 4) % 7 + 7) % 7)
        let inMonth = days.contains(Int(date.day))
        let inWeek = weekdays.contains(weekday)
        return minutes.contains(minute % 60) && hours.contains(minute / 60)
            && months.contains(Int(date.month))
            && (daysAreJoinedByOr ? inMonth || inWeek : inMonth && inWeek)
    }
}

@Suite struct CronSchedulePropertyTests {
    /// A zone and 12 days around one of its clock changes, in 2026.
    struct Window: Sendable, CustomTestStringConvertible {
        let zone: String
        let start: String
        var testDescription: String { "\(zone) \(start)" }
    }

    static let windows: [Window] = [
        Window(zone: "Europe/London", start: "2026-03-23T12:00:00Z"),
        Window(zone: "Europe/London", start: "2026-10-19T12:00:00Z"),
        Window(zone: "America/New_York", start: "2026-03-02T12:00:00Z"),
        Window(zone: "America/New_York", start: "2026-10-26T12:00:00Z"),
        Window(zone: "Australia/Lord_Howe", start: "2026-03-30T12:00:00Z"),
        Window(zone: "Australia/Lord_Howe", start: "2026-09-28T12:00:00Z"),
        Window(zone: "America/Havana", start: "2026-10-26T12:00:00Z"),
        Window(zone: "Asia/Tokyo", start: "2026-12-27T12:00:00Z"),
    ]

    /// Walks minute by minute and notes what the clock on the wall shows and skips. The first time
    /// that a local minute is shown or skipped is its moment.
    private func runs(
        of schedule: RandomSchedule,
        from start: Int64,
        through end: Int64,
        in zone: SiteTimeZone
    ) -> [Int64] {
        var found: [Int64] = []
        var latest: Int64?
        for moment in stride(from: start - 86_400, through: end, by: 60) {
            let offset = Int64(zone.offsetSeconds(at: Timestamp(seconds: moment)))
            let local = (moment + offset) / 60
            let new = (latest ?? local - 1) + 1
            if new <= local, (new...local).contains(where: schedule.fits(localMinute:)) {
                found.append(moment)
            }
            latest = max(latest ?? local, local)
        }
        return found.filter { $0 > start }
    }

    @Test(arguments: windows, Array(UInt64(0)..<12))
    func `next and latestDue agree with a walk through every minute`(
        window: Window,
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let random = RandomSchedule(using: &generator)
        let cron = try CronSchedule(parsing: random.text)
        let zone = try SiteTimeZone(identifier: window.zone)
        let start = try #require(Timestamp(rfc3339: window.start)).seconds
        let end = start + 12 * 86_400
        let walked = runs(of: random, from: start, through: end, in: zone)
        var computed: [Int64] = []
        var moment = Timestamp(seconds: start)
        while let next = cron.next(after: moment, in: zone), next.seconds <= end {
            computed.append(next.seconds)
            moment = next
        }
        #expect(computed == walked, "\(random.text), seed \(seed)")
        for _ in 0..<40 {
            let probe = Int64.random(in: start...end, using: &generator)
            let next = cron.next(after: Timestamp(seconds: probe), in: zone)
            let latest = cron.latestDue(at: Timestamp(seconds: probe), in: zone)
            if let expected = walked.first(where: { $0 > probe }) {
                #expect(next?.seconds == expected, "\(random.text), seed \(seed), \(probe)")
            }
            if let expected = walked.last(where: { $0 <= probe }) {
                #expect(latest?.seconds == expected, "\(random.text), seed \(seed), \(probe)")
            }
        }
    }

    @Test(arguments: UInt64(0)..<20)
    func `arbitrary text is read or refused, and never traps`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("0123456789*/-,@ \tsunJAN７é")
        for _ in 0..<500 {
            let length = Int.random(in: 0...20, using: &generator)
            let characters = (0..<length).compactMap { _ in
                alphabet.randomElement(using: &generator)
            }
            if let cron = try? CronSchedule(parsing: String(characters)) {
                #expect(cron.text.hasPrefix("@") || cron.text.split(separator: " ").count == 5)
            }
        }
    }
}
