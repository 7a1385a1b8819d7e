import Glibc

/// A value that threads share, with a way to wait until it changes.
///
/// Invariant: the value is touched only while the lock is held.
@safe package final class Monitor<Value: Sendable>: @unchecked Sendable {
    // Sendable: `value` is only reached through `lock`.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    /// Guards `value`.
    package init(_ value: Value) {
        self.value = value
        unsafe lock = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        let ready =
            unsafe pthread_mutex_init(lock, nil) == 0 && pthread_cond_init(changed, nil) == 0
        precondition(ready, "a lock could not be made")
    }

    /// Reads or changes the value, alone. `body` must not block.
    package func withLock<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        unsafe pthread_mutex_lock(lock)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(lock)
        }
        return try body(&value)
    }

    /// Reads or changes the value, alone, and wakes nobody: for changes that nobody waits for.
    package func withQuietLock<R, E: Error>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return try body(&value)
    }

    /// Waits until `body` gives something, asking it again after each change.
    package func wait<R>(until body: (inout Value) -> R?) -> R {
        unsafe pthread_mutex_lock(lock)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(lock)
        }
        return waitLocked(until: body)
    }

    /// Waits until `body` gives something, and wakes nobody: for changes that nobody waits for.
    package func waitQuietly<R>(until body: (inout Value) -> R?) -> R {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return waitLocked(until: body)
    }

    private func waitLocked<R>(until body: (inout Value) -> R?) -> R {
        while true {
            if let result = body(&value) {
                return result
            }
            unsafe pthread_cond_wait(changed, lock)
        }
    }

    /// Wakes all who wait, so that they ask again.
    package func wake() {
        unsafe pthread_cond_broadcast(changed)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(lock)
        unsafe changed.deallocate()
        unsafe lock.deallocate()
    }
}
