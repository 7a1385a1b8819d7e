import Scheduling
import TestSupport
import Testing

@Suite struct DurationTextTests {
    @Test(
        arguments: [
            ("1s", 1), ("90s", 90), ("15m", 900), ("4h", 14_400), ("24h", 86_400), ("7d", 604_800),
            ("999999d", 86_399_913_600),
        ] as [(String, Int64)]
    )
    func `reads a number and a unit`(text: String, seconds: Int64) throws {
        #expect(try DurationText.parse(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "s", "15", "15 m", " 15m", "15m ", "0s", "0d", "015m", "-5m", "+5m", "1.5h", "1h30m",
        "15min", "15M", "1w", "1000000s", "１５m", "1_0s", "1e3s", "0x1s", "15m\n",
    ])
    func `rejects every other spelling`(text: String) {
        #expect(throws: ScheduleError.duration(text)) { try DurationText.parse(text) }
    }

    @Test(
        arguments: [
            (0, "0s"), (1, "1s"), (60, "1m"), (90, "90s"), (3_600, "1h"), (5_400, "90m"),
            (86_400, "24h"), (90_000, "25h"), (172_800, "2d"), (604_800, "7d"), (-900, "-15m"),
        ] as [(Int64, String)]
    )
    func `writes the largest unit that leaves no rest`(seconds: Int64, text: String) {
        #expect(DurationText.format(.seconds(seconds)) == text)
    }

    @Test func `drops fractions of a second`() {
        #expect(DurationText.format(.milliseconds(1_999)) == "1s")
        #expect(DurationText.format(.milliseconds(999)) == "0s")
    }

    @Test(arguments: UInt64(0)..<10)
    func `reads back what it wrote`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let duration = Duration.seconds(Int64.random(in: 1...999_999, using: &generator))
            #expect(try DurationText.parse(DurationText.format(duration)) == duration)
        }
    }
}
