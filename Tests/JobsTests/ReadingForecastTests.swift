import Catalog
import Model
import Testing

@testable import Jobs

@Suite struct ReadingForecastTests {
    private let now = Timestamp(seconds: 1_000_000)

    private func later(_ seconds: Int64) -> Timestamp {
        Timestamp(seconds: now.seconds + seconds)
    }

    private func miss(
        _ demands: [(Int64, UInt64)],
        rate: Double = 10,
        share: Double = 1
    ) -> ReadingForecast.Miss? {
        ReadingForecast(
            demands.map { (deadline: later($0.0), bytes: $0.1) },
            bytesPerSecond: rate,
            share: share
        ).firstMiss(after: now)
    }

    @Test func `what fits is no risk`() {
        #expect(miss([]) == nil)
        #expect(miss([(100, 1_000)]) == nil)
        #expect(miss([(100, 500), (200, 1_500)]) == nil)
    }

    @Test func `the first deadline that is missed is told, with all that comes before it`() {
        let expected = ReadingForecast.Miss(deadline: later(200), bytes: 2_001)
        #expect(miss([(100, 500), (200, 1_501), (300, 90_000)]) == expected)
        #expect(miss([(100, 1_000)], share: 0.5)?.deadline == later(100))
    }

    @Test func `what is late already takes its time`() {
        #expect(miss([(-50, 900), (100, 100)]) == nil)
        #expect(miss([(-50, 901), (100, 100)])?.deadline == later(100))
        #expect(miss([(-50, 9_000)]) == nil, "that it is late is told elsewhere")
    }

    @Test func `sizes and times that no store has do no harm`() {
        let end = ReadingForecast(
            [(deadline: Timestamp(seconds: .max), bytes: .max), (deadline: now, bytes: .max)],
            bytesPerSecond: 1,
            share: 1
        )
        _ = end.firstMiss(after: Timestamp(seconds: .min))
        let deadline = ReadingDeadline(within: .seconds(86_400), now: Timestamp(seconds: .min))
        _ = (deadline.due, deadline.late, deadline.freshLate)
    }

    @Test func `a store is in time until its oldest object is not`() {
        func isKept(arrived: Int64?, read: Int64?) -> Bool {
            ReadingDeadline(within: .seconds(10 * 86_400), now: now).isKept(
                ReadingStanding(
                    listed: now,
                    objects: 2,
                    bytes: 2,
                    unread: 1,
                    damaged: 0,
                    oldestArrival: arrived.map(later),
                    oldestRead: read.map(later)
                )
            )
        }
        #expect(isKept(arrived: nil, read: nil))
        #expect(isKept(arrived: -86_400, read: -864_000))
        #expect(!isKept(arrived: -86_401, read: nil))
        #expect(!isKept(arrived: nil, read: -864_001))
    }
}
