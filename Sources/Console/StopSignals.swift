import Glibc
import Synchronization
package import Workers

/// SIGINT and SIGTERM ask the running work to stop after the current object.
package enum StopSignals {
    private static let flag = Mutex<StopFlag?>(nil)

    /// Lets the signals set `stop`. A second signal ends the program as it always did.
    package static func set(_ stop: StopFlag) {
        flag.withLock { $0 = stop }
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        unsafe sigaddset(&mask, SIGINT)
        unsafe sigaddset(&mask, SIGTERM)
        // Threads started later inherit the mask, so that one thread alone takes the signals.
        unsafe pthread_sigmask(SIG_BLOCK, &mask, nil)
        Workers.detachSignalThread { [mask] in
            var mask = mask
            var signal: Int32 = 0
            guard unsafe sigwait(&mask, &signal) == 0 else {
                return
            }
            flag.withLock { $0?.set() }
            unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
            _ = unsafe sigwait(&mask, &signal)
            _exit(128 + signal)
        }
    }
}
