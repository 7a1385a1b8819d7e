import CSystem
import Glibc

/// An open file descriptor; closed when it goes.
struct Descriptor: ~Copyable {
    /// Lent, not given.
    let number: Int32

    /// Owns `number` from now on.
    init(owning number: Int32) {
        self.number = number
    }

    /// A pipe whose ends are close-on-exec and never one of 0, 1, 2: a program that was started
    /// with its standard streams closed would otherwise mix them up in the child.
    ///
    /// - Parameter name: of the program it is for, for the error.
    /// - Returns: both ends.
    /// - Throws: ``ProcessError/pipeFailed(_:code:)``.
    static func pipe(for name: String) throws(ProcessError) -> Pipe {
        var ends: (Int32, Int32) = (-1, -1)
        let made = unsafe withUnsafeMutableBytes(of: &ends) { bytes in
            unsafe csystem_pipe(bytes.assumingMemoryBound(to: Int32.self).baseAddress, O_CLOEXEC)
        }
        guard made == 0 else {
            throw .pipeFailed(name, code: errno)
        }
        let reading = try Descriptor(owning: ends.0).aboveStandard(name)
        let writing = try Descriptor(owning: ends.1).aboveStandard(name)
        return Pipe(reading: reading, writing: writing)
    }

    /// The two ends of a pipe.
    struct Pipe: ~Copyable {
        /// Gives what was written.
        let reading: Descriptor
        /// Takes bytes.
        let writing: Descriptor
    }

    /// Makes reads and writes of this end return at once.
    func makeNonblocking() {
        let flags = csystem_fcntl(number, F_GETFL, 0)
        _ = csystem_fcntl(number, F_SETFL, flags | O_NONBLOCK)
    }

    private consuming func aboveStandard(_ name: String) throws(ProcessError) -> Descriptor {
        if number > 2 {
            return self
        }
        let moved = csystem_fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard moved >= 0 else {
            throw .pipeFailed(name, code: errno)
        }
        return Descriptor(owning: moved)
    }

    deinit {
        close(number)
    }
}
