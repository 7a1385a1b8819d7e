import Glibc
package import Workers

/// Asks again what was only ``StoreError/busy(operation:key:place:reason:)``, after growing pauses,
/// until it goes well or the time for it is over.
///
/// Pauses are drawn by chance between nothing and a ceiling that doubles, so that many clients of
/// one store do not come back all at once: "full jitter" of Marc Brooker, "Exponential Backoff And
/// Jitter", AWS Architecture Blog (2015).
package struct Patience: Sendable {
    /// How time goes by; tests have a time of their own.
    package struct Time: Sendable {
        /// The time since any fixed moment; never runs back.
        package let now: @Sendable () -> Duration
        /// Waits for about so long.
        package let sleep: @Sendable (Duration) -> Void

        /// The machine's.
        package static let real: Time = {
            let start = ContinuousClock.now
            return Time(
                now: { ContinuousClock.now - start },
                sleep: { usleep(UInt32($0 / .microseconds(1))) }
            )
        }()

        /// States how time goes by.
        package init(
            now: @escaping @Sendable () -> Duration,
            sleep: @escaping @Sendable (Duration) -> Void
        ) {
            self.now = now
            self.sleep = sleep
        }
    }

    /// The first pause's ceiling.
    static let ceilingMin = Duration.milliseconds(200)
    /// No pause is longer.
    static let ceilingMax = Duration.seconds(20)
    /// Between two looks whether to stop.
    static let napMax = Duration.milliseconds(200)

    private let stop: StopFlag
    private let timeout: Duration
    private let random: @Sendable () -> UInt64
    private let time: Time

    /// Is patient.
    ///
    /// - Parameters:
    ///   - stop: once it is set, nothing is asked again and nobody waits any more.
    ///   - timeout: for how long one thing is asked again.
    ///   - random: draws 64 bits, which need not be secret.
    ///   - time: how time goes by.
    package init(
        stop: StopFlag,
        timeout: Duration = .seconds(600),
        random: @escaping @Sendable () -> UInt64,
        time: Time = .real
    ) {
        self.stop = stop
        self.timeout = timeout
        self.random = random
        self.time = time
    }

    /// Whether nobody is to wait any more.
    package var isStopping: Bool { stop.isStopping }

    /// Does something, again where it was busy.
    ///
    /// - Parameter body: what may be done more than once.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws last.
    package func retry<R>(_ body: () throws(StoreError) -> R) throws(StoreError) -> R {
        let end = time.now() + timeout
        var ceiling = Patience.ceilingMin
        while true {
            do throws(StoreError) {
                return try body()
            } catch {
                let left = end - time.now()
                guard case .busy = error, left > .zero else {
                    throw error
                }
                pause(min(left, ceiling * fraction()))
                guard !stop.isStopping else {
                    throw error
                }
                ceiling = min(Patience.ceilingMax, ceiling * 2)
            }
        }
    }

    /// A number from 0 up to but not 1: the highest 53 bits, all that a `Double` holds.
    private func fraction() -> Double {
        Double(random() >> 11) / Double(UInt64(1) << 53)
    }

    private func pause(_ length: Duration) {
        let end = time.now() + length
        while !stop.isStopping {
            let left = end - time.now()
            guard left > .zero else {
                return
            }
            time.sleep(min(left, Patience.napMax))
        }
    }
}
