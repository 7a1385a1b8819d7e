package import Catalog
package import Model

/// When the objects of a store are due to be read, and when it is too late: docs/decisions/0018.
///
/// What was never read is due at once. What was read is due again when half of its time is over, so
/// that a week without a run misses nothing.
package struct ReadingDeadline: Hashable, Sendable {
    /// How soon an object that is new must be read: while its source is likely to be there yet.
    package static let fresh: Duration = .seconds(86_400)

    /// How soon after a reading it must be read again.
    package let within: Duration
    /// By the host's clock.
    package let now: Timestamp

    /// Judges by a clock.
    package init(within: Duration, now: Timestamp) {
        self.within = within
        self.now = now
    }

    /// What was read before this is due.
    package var due: Timestamp { before(within / 2) }
    /// What was read before this was to be read again by now.
    package var late: Timestamp { before(within) }
    /// What came before this was to be read by now.
    package var freshLate: Timestamp { before(Self.fresh) }

    /// What was read after this was read by a clock that was ahead: nobody knows when.
    var ahead: Timestamp { now.adding(StatusReport.skewMax) }

    /// Whether nothing in a store waits for longer than it may.
    package func isKept(_ standing: ReadingStanding) -> Bool {
        let isFresh = standing.oldestArrival.map { $0 >= freshLate } ?? true
        let isRead = standing.oldestRead.map { $0 >= late } ?? true
        return isFresh && isRead
    }

    private func before(_ time: Duration) -> Timestamp { now.adding(.zero - time) }
}
