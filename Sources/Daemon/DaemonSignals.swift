import Glibc

/// The signals that the main thread of the daemon waits for. Blocked everywhere else, so that no
/// work is interrupted by them.
struct DaemonSignals {
    /// What has come.
    enum Event: Equatable {
        /// SIGTERM or SIGINT.
        case stop
        /// SIGHUP.
        case reload
        /// Nothing within the time.
        case nothing
    }

    private let set: sigset_t

    /// Blocks them for this thread and all that it starts from now on.
    init() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] {
            unsafe sigaddset(&set, number)
        }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        self.set = set
        // A journal that is restarted must not end the daemon.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the first of them.
    ///
    /// - Parameter time: at most so long.
    /// - Returns: which came.
    func wait(atMost time: Duration) -> Event {
        let (seconds, attoseconds) = max(.zero, time).components
        var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        var set = set
        switch unsafe sigtimedwait(&set, nil, &rest) {
        case SIGTERM, SIGINT: return .stop
        case SIGHUP: return .reload
        default: return .nothing  // EAGAIN: the time is over; EINTR: the caller looks again.
        }
    }
}
