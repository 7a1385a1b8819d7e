import CSystem
import Glibc

/// A started process with the pipes to it. Whoever makes one must end it with ``finish(grace:)``
/// or ``terminate()``; until then its process id cannot be taken by another process.
///
/// Not thread-safe: one thread starts, feeds, reads and ends a child.
final class Child {
    /// Time between SIGTERM and SIGKILL, and for the last bytes of a process that ended.
    static let graceDefault: Duration = .seconds(5)

    /// For messages.
    let name: String
    /// The last of its messages so far.
    private(set) var errorTail = ErrorTail()

    private let process: pid_t
    /// Becomes readable when the process ends: pidfd_open(2).
    private let exit: Descriptor
    private var input: Descriptor?
    private var output: Descriptor?
    private var errors: Descriptor?
    private var block = [UInt8](repeating: 0, count: 64 << 10)
    private var status: ExitStatus?

    /// What to wait for; messages are always taken meanwhile.
    struct Events: OptionSet {
        let rawValue: Int
        /// There is output, or its end.
        static let output = Events(rawValue: 1)
        /// The process takes input, or has closed it.
        static let input = Events(rawValue: 2)
        /// The process has ended. Its last output may still lie in the pipe.
        static let exit = Events(rawValue: 4)
    }

    /// Starts `command`.
    ///
    /// - Parameters:
    ///   - command: what to run.
    ///   - takesInput: whether its input is a pipe from us rather than /dev/null.
    /// - Throws: ``ProcessError``, as ``Spawning/start(_:_:)``; or a pipe could not be made.
    init(_ command: Command, takesInput: Bool) throws(ProcessError) {
        name = command.name
        let outputPipe = try Descriptor.pipe(for: name)
        let errorPipe = try Descriptor.pipe(for: name)
        let inputPipe = try Descriptor.pipe(for: name)
        process = try Spawning.start(
            command,
            Spawning.Streams(
                input: takesInput ? inputPipe.reading.number : nil,
                output: outputPipe.writing.number,
                errors: errorPipe.writing.number
            )
        )
        let exitNumber = csystem_pidfd_open(process)
        guard exitNumber >= 0 else {
            let code = errno
            kill(-process, SIGKILL)
            Child.reap(process)
            throw .notStarted(name, code: code)
        }
        exit = Descriptor(owning: exitNumber)
        output = Child.ours(outputPipe.reading)
        errors = Child.ours(errorPipe.reading)
        input = takesInput ? Child.ours(inputPipe.writing) : nil
    }

    /// Whether all output was read.
    var hasClosedOutput: Bool { output == nil }

    /// Whether the process has ended.
    var hasEnded: Bool {
        status != nil || wait(for: .exit, atMost: .zero).contains(.exit)
    }

    /// Waits until one of `events` has come, taking messages meanwhile.
    ///
    /// - Returns: those that came; none when the time is over.
    func wait(for events: Events, atMost time: Duration) -> Events {
        let end = ContinuousClock.now + time
        while true {
            let left = max(.zero, end - ContinuousClock.now)
            let came = poll(events, milliseconds: left.milliseconds)
            if !came.isEmpty || left == .zero {
                return came
            }
        }
    }

    /// Reads what output is there, at most one block.
    ///
    /// - Returns: nil if there is none now; 0 at the end.
    func readOutput(into buffer: inout [UInt8]) throws(ProcessError) -> Int? {
        guard let number = output?.number else {
            return 0
        }
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe Glibc.read(number, bytes.baseAddress, bytes.count)
        }
        if count < 0, errno == EINTR || errno == EAGAIN {
            return nil
        }
        guard count >= 0 else {
            throw .pipeFailed(name, code: errno)
        }
        if count == 0 {
            output = nil
        }
        return count
    }

    /// Gives the process what it takes now.
    ///
    /// - Returns: how many bytes it took, perhaps none.
    /// - Throws: ``ProcessError/inputRefused(_:)`` if it has closed its input.
    func writeInput(_ bytes: ArraySlice<UInt8>) throws(ProcessError) -> Int {
        guard let number = input?.number else {
            throw .inputRefused(name)
        }
        let (count, code) = BrokenPipe.write(bytes, to: number)
        if count < 0, code == EINTR || code == EAGAIN {
            return 0
        }
        if count < 0, code == EPIPE {
            throw .inputRefused(name)
        }
        guard count >= 0 else {
            throw .pipeFailed(name, code: code)
        }
        return count
    }

    /// Tells the process that there is no more input.
    func closeInput() {
        input = nil
    }

    /// Stops reading; the process gets SIGPIPE if it writes on.
    func closeOutput() {
        output = nil
    }

    /// Takes the last messages of a process that has ended, ends what it left behind in its group,
    /// and reaps it.
    ///
    /// - Parameter grace: how long to wait for bytes of a process that has ended: only another
    ///   process that holds the pipes can make this wait at all.
    /// - Returns: how it ended; the same each time.
    func finish(grace: Duration = .seconds(1)) -> ExitStatus {
        if let status {
            return status
        }
        input = nil
        output = nil
        drainErrors(atMost: grace)
        // The ended leader is not reaped yet, so its group's number is still its own.
        kill(-process, SIGKILL)
        drainErrors(atMost: grace)
        let ended = ExitStatus(waitStatus: Child.reap(process))
        status = ended
        return ended
    }

    /// Ends the process and its group: SIGTERM, after the grace time SIGKILL; reaps it.
    func terminate() {
        guard status == nil else {
            return
        }
        input = nil
        output = nil
        kill(-process, SIGTERM)
        if wait(for: .exit, atMost: Child.graceDefault).isEmpty {
            kill(-process, SIGKILL)
            // Uninterruptible sleep (a hung NFS server) outlives SIGKILL; there we wait with it.
            _ = wait(for: .exit, atMost: .seconds(3_600))
        }
        // Wait for the pipes too: whoever still held them would still be running.
        _ = finish(grace: Child.graceDefault)
    }

    // MARK: Waiting

    private func poll(_ events: Events, milliseconds: Int32) -> Events {
        func entry(_ number: Int32?, _ wanted: Bool, _ what: Int32) -> pollfd {
            pollfd(fd: wanted ? number ?? -1 : -1, events: Int16(what), revents: 0)
        }
        var entries = [
            entry(output?.number, events.contains(.output), POLLIN),
            entry(input?.number, events.contains(.input), POLLOUT),
            entry(exit.number, events.contains(.exit), POLLIN),
            entry(errors?.number, true, POLLIN),
        ]
        let count = unsafe Glibc.poll(&entries, nfds_t(entries.count), milliseconds)
        guard count > 0 else {
            return []
        }
        if entries[3].revents != 0 {
            takeMessages()
        }
        var came: Events = []
        for (index, event) in [Events.output, .input, .exit].enumerated()
        where entries[index].revents != 0 {
            came.insert(event)
        }
        return came
    }

    private func takeMessages() {
        guard let number = errors?.number else {
            return
        }
        let count = unsafe block.withUnsafeMutableBytes { bytes in
            unsafe Glibc.read(number, bytes.baseAddress, bytes.count)
        }
        if count > 0 {
            errorTail.append(block[..<count])
        } else if count == 0 || errno != EINTR && errno != EAGAIN {
            errors = nil
        }
    }

    private func drainErrors(atMost time: Duration) {
        let end = ContinuousClock.now + time
        while errors != nil {
            let left = end - ContinuousClock.now
            guard left > .zero else {
                return
            }
            _ = poll([], milliseconds: left.milliseconds)
        }
    }

    private static func ours(_ descriptor: consuming Descriptor) -> Descriptor {
        descriptor.makeNonblocking()
        return descriptor
    }

    @discardableResult
    private static func reap(_ process: pid_t) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }
}
