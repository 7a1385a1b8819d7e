import Glibc

/// Writing to a pipe whose reader may be gone.
enum BrokenPipe {
    /// write(2), but a broken pipe gives EPIPE and no signal, whatever the program's choice for
    /// SIGPIPE is: pipes know no MSG_NOSIGNAL, so the signal is held back for this thread and, if
    /// it was raised, taken away before it can arrive.
    ///
    /// - Returns: what write(2) gave, and errno.
    static func write(_ bytes: ArraySlice<UInt8>, to number: Int32) -> (count: Int, code: Int32) {
        var pipeSignal = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&pipeSignal)
        unsafe sigaddset(&pipeSignal, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
        let count = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Glibc.write(number, bytes.baseAddress, bytes.count)
        }
        let code = count < 0 ? errno : 0
        if code == EPIPE, unsafe sigismember(&before, SIGPIPE) == 0 {
            var now = timespec(tv_sec: 0, tv_nsec: 0)
            while unsafe sigtimedwait(&pipeSignal, nil, &now) < 0, errno == EINTR {}
        }
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        return (count, code)
    }
}
