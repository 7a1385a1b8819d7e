import Model
import Synchronization

/// Lets something happen now and then, from whichever thread asks first.
final class Pace: Sendable {
    private let seconds: Int64
    private let last: Mutex<Timestamp>

    /// Begins at `start`.
    init(every seconds: Int64, from start: Timestamp) {
        self.seconds = seconds
        last = Mutex(start)
    }

    /// Whether the time has come; then it begins anew.
    func isTime(_ now: Timestamp) -> Bool {
        last.withLock { last in
            guard now.since(last) >= .seconds(seconds) else {
                return false
            }
            last = now
            return true
        }
    }
}
