import Glibc
package import Model

/// Keeps threads together below a number of bytes a second: whoever took bytes waits until they are
/// paid for.
package final class RateLimit: Sendable {
    /// What is paid for, without a clock of its own.
    struct Account: Sendable {
        let rate: ByteRate
        /// Until when all that was taken is paid for, since any fixed moment.
        private var paidUntil: Duration = .zero

        init(_ rate: ByteRate) {
            self.rate = rate
        }

        /// Takes bytes.
        ///
        /// - Parameters:
        ///   - bytes: how many.
        ///   - now: since the same moment, never less than before.
        /// - Returns: how long the taker waits. What was not taken earlier is not saved up.
        mutating func take(_ bytes: Int, now: Duration) -> Duration {
            let price = Duration.seconds(Double(bytes) / Double(rate.bytesPerSecond))
            paidUntil = max(paidUntil, now) + price
            return paidUntil - now
        }
    }

    /// Between two looks whether to stop.
    private static let napMax = Duration.milliseconds(200)

    private let account: Monitor<Account>
    private let stop: StopFlag
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant

    /// Limits to `rate`; once `stop` is set nobody waits any more.
    package init(_ rate: ByteRate, stop: StopFlag) {
        account = Monitor(Account(rate))
        self.stop = stop
        start = clock.now
    }

    /// Notes that bytes were taken, and waits until they are paid for.
    package func take(_ bytes: Int) {
        let wait = account.withQuietLock { $0.take(bytes, now: clock.now - start) }
        let end = clock.now + wait
        while !stop.isStopping {
            let left = end - clock.now
            guard left > .zero else {
                return
            }
            usleep(UInt32(min(left, RateLimit.napMax) / .microseconds(1)))
        }
    }
}
