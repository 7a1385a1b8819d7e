package import Model

/// Whether what must be read can be read before its deadlines, at a rate that was measured. A
/// comparison, no probability.
package struct ReadingForecast: Sendable {
    /// What will be missed.
    package struct Miss: Hashable, Sendable {
        /// The first deadline that is not kept.
        package let deadline: Timestamp
        /// All that must be read by then.
        package let bytes: UInt64
    }

    /// Until when how many bytes must be read, rising.
    private let demands: [(deadline: Timestamp, bytes: UInt64)]
    /// What is read in a second while it is read.
    private let bytesPerSecond: Double
    /// For how much of the time it is read: 1 for always.
    private let share: Double

    /// Takes what must be read, and how fast it goes.
    ///
    /// - Parameters:
    ///   - demands: until when how many bytes, rising.
    ///   - bytesPerSecond: what was measured.
    ///   - share: for how much of each day it is read.
    package init(
        _ demands: [(deadline: Timestamp, bytes: UInt64)],
        bytesPerSecond: Double,
        share: Double
    ) {
        self.demands = demands
        self.bytesPerSecond = bytesPerSecond
        self.share = share
    }

    /// The first deadline that is yet to come and cannot be kept; nil if all can. What is late
    /// already takes its time as well.
    package func firstMiss(after now: Timestamp) -> Miss? {
        var bytes: UInt64 = 0
        for demand in demands {
            let (sum, overflow) = bytes.addingReportingOverflow(demand.bytes)
            bytes = overflow ? .max : sum
            let seconds = demand.deadline.since(now) / .seconds(1)
            if seconds > 0, Double(bytes) > bytesPerSecond * share * seconds {
                return Miss(deadline: demand.deadline, bytes: bytes)
            }
        }
        return nil
    }
}
