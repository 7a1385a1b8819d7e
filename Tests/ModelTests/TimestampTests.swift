import Model
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
        (951_782_400, "2000-02-29T00:00:00Z"), (1_763_833_088, "2025-11-22T17:38:08Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
    ])
    func `writes and reads RFC 3339`(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds))
    }

    @Test(arguments: [
        "2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-01-01T24:00:00Z",
        "2025-01-01T00:00:60Z", "2025-01-01 00:00:00Z", "2025-01-01T00:00:00", "", "Z",
    ])
    func `refuses what is not a moment`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: [
        (Int64.min, "-292277022657-01-27T08:29:52Z"), (.max, "292277026596-12-04T15:30:07Z"),
    ])
    func `writes any second that a file list may hold`(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).rfc3339 == text)
    }

    @Test(arguments: [
        ("2026-11-23T09:00:00+09:00", "2026-11-23T00:00:00Z"),
        ("2026-11-22T18:30:00-05:30", "2026-11-23T00:00:00Z"),
        ("2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"),
    ])
    func `reads what people write, with their offset`(text: String, utc: String) {
        #expect(Timestamp(rfc3339WithOffset: text)?.rfc3339 == utc)
    }

    @Test(arguments: [
        "2026-11-23T09:00:00", "2026-11-23T09:00:00+0900", "2026-11-23T09:00:00+24:00",
        "2026-11-23T09:00:00+09:60", "2026-11-23T09:00:00*09:00", "2026-11-23T09:00:00+x9:00",
        "2026-02-30T09:00:00+09:00", "",
    ])
    func `refuses what is no moment with an offset`(text: String) {
        #expect(Timestamp(rfc3339WithOffset: text) == nil)
    }

    @Test func `counts days both ways over four centuries`() {
        for days in stride(from: Int64(-146_097), through: 146_097, by: 1) {
            #expect(CivilDate(daysSinceEpoch: days).daysSinceEpoch == days)
        }
    }

    @Test func `refuses a second of more than a thousand million nanoseconds`() {
        #expect(Timestamp(seconds: 0, nanoseconds: 999_999_999) != nil)
        #expect(Timestamp(seconds: 0, nanoseconds: 1_000_000_000) == nil)
    }
}
