import Model
import Scheduling
import Testing

@Suite struct SiteTimeZoneTests {
    @Test(arguments: [
        ("UTC", 0), ("Etc/UTC", 0), ("Asia/Tokyo", 32_400), ("Asia/Kolkata", 19_800),
        ("America/New_York", -18_000), ("Australia/Lord_Howe", 39_600),
    ])
    func `finds a zone and its offset`(identifier: String, seconds: Int) throws {
        let zone = try SiteTimeZone(identifier: identifier)
        #expect(zone.identifier == identifier)
        #expect(zone.offsetSeconds(at: Timestamp(seconds: 1_700_000_000)) == seconds)
    }

    @Test(arguments: [
        "", "Tokyo", "Asia/Tokio", "asia/tokyo", "Asia/Tokyo ", "JST", "EST", "Japan", "GMT+9",
        "GMT+0900", "+09:00", "/", "../UTC", "Asia/../Asia/Tokyo", "/usr/share/zoneinfo/Asia/Tokyo",
        "Asia/Tokyo\u{0}",
    ])
    func `throws where there is no such zone`(identifier: String) {
        #expect(throws: ScheduleError.timeZone(identifier)) {
            try SiteTimeZone(identifier: identifier)
        }
    }

    @Test(arguments: [
        ("Asia/Tokyo", "2026-11-23T02:38:08+09:00"), ("UTC", "2026-11-22T17:38:08+00:00"),
        ("America/St_Johns", "2026-11-22T14:08:08-03:30"),
    ])
    func `writes local time with its offset`(identifier: String, text: String) throws {
        let zone = try SiteTimeZone(identifier: identifier)
        let moment = try #require(Timestamp(rfc3339: "2026-11-22T17:38:08Z"))
        #expect(zone.text(moment) == text)
    }

    @Test(arguments: [Int64.min, Int64.max])
    func `a clock beyond the calendar still has an offset`(seconds: Int64) throws {
        let zone = try SiteTimeZone(identifier: "UTC")
        #expect(zone.offsetSeconds(at: Timestamp(seconds: seconds)) == 0)
    }
}
