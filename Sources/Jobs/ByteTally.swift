import Synchronization

/// Bytes that threads count together.
final class ByteTally: Sendable {
    private let bytes = Atomic<UInt64>(0)

    /// Adds some.
    ///
    /// - Returns: all so far.
    func add(_ count: UInt64) -> UInt64 {
        bytes.wrappingAdd(count, ordering: .relaxed).newValue
    }
}
