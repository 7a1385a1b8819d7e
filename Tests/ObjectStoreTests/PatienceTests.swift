import ObjectStore
import Synchronization
import TestSupport
import Testing
import Workers

/// Time passes where somebody waits for it, and nowhere else.
@Suite struct PatienceTests {
    /// A time of its own, which keeps how long was waited at once.
    private final class Passing: Sendable {
        private let state = Mutex((now: Duration.zero, naps: [Duration]()))

        var now: Duration { state.withLock(\.now) }
        var naps: [Duration] { state.withLock(\.naps) }

        func time(_ note: @escaping @Sendable () -> Void = {}) -> Patience.Time {
            Patience.Time(
                now: { self.now },
                sleep: { length in
                    self.state.withLock { state in
                        state.now += length
                        state.naps.append(length)
                    }
                    note()
                }
            )
        }
    }

    private let passing = Passing()
    private let stop = StopFlag()
    /// Draws that make each pause nearly as long as it may be.
    private let longest: @Sendable () -> UInt64 = { .max }

    private func patience(
        timeout: Duration = .seconds(600),
        _ random: @escaping @Sendable () -> UInt64
    ) -> Patience {
        Patience(stop: stop, timeout: timeout, random: random, time: passing.time())
    }

    /// What is busy at its first calls, so many of them, and then gives how often it was called.
    private func busy(_ times: Int) -> () throws(StoreError) -> Int {
        var calls = 0
        return { () throws(StoreError) -> Int in
            calls += 1
            guard calls > times else {
                throw .busy(operation: "reading", key: "a", place: "here", reason: "a test's")
            }
            return calls
        }
    }

    private func isBusy(_ error: StoreError?) -> Bool {
        guard case .busy = error else {
            return false
        }
        return true
    }

    @Test func `what was busy is done again`() throws {
        #expect(try patience(longest).retry(busy(1)) == 2)
        #expect(passing.now > .milliseconds(199))
    }

    @Test func `pauses double up to a ceiling`() throws {
        #expect(try patience(longest).retry(busy(10)) == 11)
        // 0.2 + 0.4 + … + 12.8 s, and then 20 s for each of the three that would be longer.
        let whole = Duration.milliseconds(200 * 127) + .seconds(60)
        #expect(passing.now <= whole)
        #expect(passing.now > whole - .milliseconds(1))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `pauses are drawn from nothing up to their ceiling`(seed: UInt64) throws {
        let generator = Mutex(SeededGenerator(seed: seed))
        var least = Duration.seconds(1)
        var most = Duration.zero
        for _ in 0..<200 {
            // The first pause is over, and the second cut short by the end.
            let before = passing.naps.count
            let patience = patience(timeout: .milliseconds(200)) {
                generator.withLock { $0.next() }
            }
            #expect(throws: StoreError.self) { try patience.retry(busy(.max)) }
            let first = passing.naps[before]
            least = min(least, first)
            most = max(most, first)
        }
        #expect(least < .milliseconds(20))
        #expect(most > .milliseconds(180) && most < .milliseconds(200))
    }

    @Test func `no time is lost where chance draws no pause`() throws {
        let patience = patience { 0 }
        #expect(try patience.retry(busy(10)) == 11)
        #expect(passing.naps == [])
    }

    @Test func `when the time is over the error is told`() throws {
        let error = #expect(throws: StoreError.self) {
            try patience(longest).retry(busy(.max))
        }
        #expect(isBusy(error))
        #expect(passing.now == .seconds(600))
    }

    @Test func `a stop ends the waiting`() throws {
        let stop = self.stop
        let patience = Patience(stop: stop, random: longest, time: passing.time { stop.set() })
        let error = #expect(throws: StoreError.self) { try patience.retry(busy(.max)) }
        #expect(isBusy(error))
        #expect(passing.naps.count == 1)
    }

    private static let lasting: [StoreError] = [
        .missing(key: "b", place: "here"), .exists(key: "a", place: "here"),
    ]

    @Test(arguments: PatienceTests.lasting)
    func `what will not go better later is told at once`(error: StoreError) throws {
        var calls = 0
        #expect(throws: error) {
            try patience(longest).retry { () throws(StoreError) -> Void in
                calls += 1
                throw error
            }
        }
        #expect(calls == 1)
        #expect(passing.naps == [])
    }
}
