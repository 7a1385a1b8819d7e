import Synchronization

/// Counts up from 0; shared by threads.
package final class Counter: Sendable {
    private let value = Atomic(0)

    /// Starts at 0.
    package init() {}

    /// The next number.
    package func next() -> Int {
        value.add(1, ordering: .relaxed).oldValue
    }
}
