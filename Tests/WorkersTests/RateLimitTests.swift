import Model
import TestSupport
import Testing

@testable import Workers

/// The account is asked with times of our own; only stopping needs a clock.
@Suite(.timeLimit(.minutes(15))) struct RateLimitTests {
    private let rate: ByteRate

    init() throws {
        rate = try #require(ByteRate("1M"))
    }

    @Test func `what was taken is paid for before more is`() {
        var account = RateLimit.Account(rate)
        #expect(account.take(1 << 20, now: .zero) == .seconds(1))
        #expect(account.take(1 << 19, now: .zero) == .seconds(1.5), "another thread's")
        #expect(account.take(1 << 20, now: .seconds(1.5)) == .seconds(1))
    }

    @Test func `what was not taken is not saved up`() {
        var account = RateLimit.Account(rate)
        #expect(account.take(1 << 20, now: .seconds(3_600)) == .seconds(1))
        #expect(account.take(0, now: .seconds(3_601)) == .zero)
    }

    @Test func `all that is taken together is never more than the rate`() {
        var account = RateLimit.Account(rate)
        var random = SeededGenerator(seed: 4)
        var now = Duration.zero
        var bytes = 0
        for _ in 0..<1_000 {
            let block = Int.random(in: 0...(256 << 10), using: &random)
            bytes += block
            now += account.take(block, now: now)
            now += .microseconds(Int.random(in: 0...9, using: &random))
            #expect(Double(bytes) <= (now / .seconds(1)) * Double(1 << 20) + 1)
        }
    }

    @Test func `nobody waits once the work is to stop`() {
        let stop = StopFlag()
        let limit = RateLimit(rate, stop: stop)
        // Nine hundred hours of waiting.
        Workers.run(2) { _ in
            limit.take(1 << 41)
        } lead: {
            stop.set()
        }
        #expect(stop.isStopping)
    }
}
