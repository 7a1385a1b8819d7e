import Catalog
import Model
import Testing

@testable import Jobs

/// What the last drills of a plan say about the next.
@Suite struct DrillTrendTests {
    private static let week: Int64 = 7 * 86_400

    private func moment(_ week: Int64) -> Timestamp {
        Timestamp(seconds: 1_795_402_800 + week * Self.week)
    }

    /// Drills of each week, which took so many seconds; the last is the one at hand.
    private func trend(_ seconds: [Int64], points: [Int64]? = nil) -> DrillTrend {
        let all = seconds.enumerated().map { week, time in
            DrillTrend.Point(
                started: moment(Int64(week)),
                time: .seconds(time),
                recoveryPoint: points.map { .seconds($0[week]) }
            )
        }
        return DrillTrend(past: Array(all.dropLast()).reversed(), present: all.last)
    }

    /// The next three weeks after so many drills.
    private func dates(_ drills: Int) -> [Timestamp] {
        (0..<3).map { moment(Int64(drills + $0)) }
    }

    private func time(
        _ seconds: [Int64],
        atMost max: Duration?,
        lead: Duration = .zero,
        forecast: Duration? = nil
    ) -> [Finding] {
        trend(seconds).timeRisk(
            of: "weekly",
            atMost: max,
            dates: dates(seconds.count),
            lead: lead,
            forecast: forecast
        )
    }

    // MARK: - Comparing

    @Test func `a drill is compared with the median of the last five before it`() {
        #expect(trend([9, 100, 1, 2, 30, 4, 50]).median == .seconds(4))
        #expect(trend([10, 20, 99]).median == .seconds(15))
        #expect(trend([10, 20, 99]).compared == 2)
        #expect(trend([99]).median == nil)
    }

    // MARK: - The trend

    @Test func `drills that grow towards the objective put it at risk`() {
        // 100 s more each week: 600 s in three weeks.
        let found = time([100, 200, 300], atMost: .seconds(599))
        #expect(found.map(\.code) == [.recoveryTimeAtRisk])
        #expect(
            found.first?.evidence == [
                "drills": "3", "maxSeconds": "599", "trendSeconds": "600",
            ]
        )
        #expect(Verdict(found) == .proven, "what may come fails no drill")
    }

    @Test func `drills that stay within it, or fall, do not`() {
        #expect(time([100, 200, 300], atMost: .seconds(600)) == [])
        #expect(time([300, 300, 300], atMost: .seconds(301)) == [])
        #expect(time([590, 300, 100], atMost: .seconds(599)) == [])
        #expect(time([100, 200, 300], atMost: nil) == [])
    }

    @Test func `two drills show no direction, nor do many of one day`() {
        #expect(time([100, 300], atMost: .seconds(301)) == [])
        let points = (Int64(0)..<5).map { number in
            DrillTrend.Point(
                started: Timestamp(seconds: moment(0).seconds + number * 3_600),
                time: .seconds(100 * (number + 1)),
                recoveryPoint: nil
            )
        }
        let trend = DrillTrend(past: Array(points.dropLast()), present: points.last)
        let found = trend.timeRisk(of: "weekly", atMost: .seconds(600), dates: dates(1))
        #expect(found == [])
    }

    @Test func `what people took counts, and so does what everything would take`() {
        let flat: [Int64] = [100, 100, 100]
        #expect(time(flat, atMost: .seconds(700), lead: .seconds(600)) == [])
        let rising: [Int64] = [100, 101, 102]
        let led = time(rising, atMost: .seconds(700), lead: .seconds(600))
        #expect(led.first?.evidence["trendSeconds"] == "705")
        let forecast = time(flat, atMost: .seconds(700), lead: .seconds(1), forecast: .seconds(700))
        #expect(
            forecast.first?.evidence == ["forecastSeconds": "701", "maxSeconds": "700"]
        )
        #expect(time(flat, atMost: .seconds(700), forecast: .seconds(700)) == [])
    }

    @Test func `recovery points that grow put theirs at risk`() {
        let trend = trend([1, 1, 1], points: [3_600, 7_200, 10_800])
        let found = trend.pointRisk(of: "weekly", atMost: .seconds(21_599), dates: dates(3))
        #expect(found.map(\.code) == [.recoveryPointAtRisk])
        #expect(found.first?.evidence["trendSeconds"] == "21600")
        #expect(trend.pointRisk(of: "weekly", atMost: .seconds(21_600), dates: dates(3)) == [])
        let blind = self.trend([1, 1, 1]).pointRisk(
            of: "weekly",
            atMost: .seconds(1),
            dates: dates(3)
        )
        #expect(blind == [])
    }

    // MARK: - Reading the catalog

    private func row(_ steps: String, _ claim: String = "{}") -> DrillRow {
        DrillRow(
            id: "1",
            plan: "weekly",
            subject: "ehr",
            snapshots: [],
            started: moment(0),
            finished: nil,
            level: 2,
            verdict: .proven,
            claim: claim,
            steps: steps,
            recordKey: nil
        )
    }

    @Test func `a drill counts by the machine's time, if it found all whole`() throws {
        let whole = #"{"begun":5000,"checked":7000,"declared":0,"proven":7100}"#
        let point = try #require(
            DrillTrend.Point(row(whole, #"{"recoveryPointSeconds":60}"#))
        )
        #expect(point.time == .seconds(2))
        #expect(point.recoveryPoint == .seconds(60))
        #expect(DrillTrend.Point(row(#"{"checked":7000}"#)) == nil)
        #expect(DrillTrend.Point(row("[]")) == nil)
        // As the first drafts wrote it.
        let draft = try #require(DrillTrend.Point(row(#"{"checked":7000,"usable":7100}"#)))
        #expect(draft.time == .seconds(7))
        #expect(draft.recoveryPoint == nil)
    }

    @Test func `times beyond all reason are none`() {
        let far = #"{"begun":-1,"checked":9223372036854775807,"proven":1}"#
        #expect(DrillTrend.Point(row(far)) == nil)
    }
}
