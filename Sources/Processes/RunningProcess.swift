/// A child that runs while a body feeds and reads it; see ``withRunning(_:silenceMax:_:)``.
package struct RunningProcess: ~Copyable {
    /// Most output that is kept aside while the body writes.
    package static let pendingBytesMax = 16 << 20

    private let child: Child
    private let state = State()
    private let silenceMax: Duration
    /// How long it may live on after the end of its output, which must then have been a success;
    /// nil to leave that to the caller.
    private let successWithin: Duration?
    private let isStopping: () -> Bool

    private final class State {
        var pending: [UInt8] = []
        var status: ExitStatus?
        var hasReadAll = false
    }

    fileprivate init(
        _ child: Child,
        silenceMax: Duration,
        successWithin: Duration?,
        isStopping: @escaping () -> Bool
    ) {
        self.child = child
        self.silenceMax = silenceMax
        self.successWithin = successWithin
        self.isStopping = isStopping
    }

    /// Reads output, waiting until there is some.
    ///
    /// - Parameter block: is filled from its start.
    /// - Returns: how many bytes, at least one; 0 when the child closed its output. That alone
    ///   does not make it complete: where success is demanded, 0 also means that the child ended
    ///   with code 0; else ask ``wait(atMost:)``.
    /// - Throws: ``ProcessError/timedOut(_:after:)`` after too long a silence,
    ///   ``ProcessError/failed(_:_:errorTail:)`` instead of an end that is no success.
    package borrowing func read(into block: inout [UInt8]) throws(ProcessError) -> Int {
        if !state.pending.isEmpty {
            let count = min(block.count, state.pending.count)
            block.replaceSubrange(0..<count, with: state.pending[..<count])
            state.pending.removeFirst(count)
            return count
        }
        while true {
            _ = try wait(for: .output)
            guard let count = try child.readOutput(into: &block) else {
                continue
            }
            if count == 0 {
                state.hasReadAll = true
                try demandSuccess()
            }
            return count
        }
    }

    /// Whether ``read(into:)`` came to the end of the output.
    package var hasReadAll: Bool { state.hasReadAll }

    /// Writes all of `bytes` to the child's input; output that comes meanwhile is kept for
    /// ``read(into:)``, so that neither side can wait for the other for ever.
    ///
    /// - Throws: ``ProcessError/inputRefused(_:)`` if the child closed its input,
    ///   ``ProcessError/outputTooLong(_:bytesMax:)`` beyond ``pendingBytesMax``.
    package borrowing func write(_ bytes: [UInt8]) throws(ProcessError) {
        var rest = bytes[...]
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while !rest.isEmpty {
            let events: Child.Events = child.hasClosedOutput ? .input : [.input, .output]
            let came = try wait(for: events)
            if came.contains(.output), let count = try child.readOutput(into: &block) {
                state.pending.append(contentsOf: block[..<count])
                guard state.pending.count <= RunningProcess.pendingBytesMax else {
                    throw .outputTooLong(child.name, bytesMax: RunningProcess.pendingBytesMax)
                }
            }
            if came.contains(.input) {
                rest = rest.dropFirst(try child.writeInput(rest))
            }
        }
    }

    /// Tells the child that there is no more input.
    package borrowing func closeInput() {
        child.closeInput()
    }

    /// Whether the child still runs. Takes its messages on the way.
    package var isRunning: Bool { !child.hasEnded }

    /// Ends the child and its group now: SIGTERM, 5 s later SIGKILL.
    package borrowing func end() {
        child.terminate()
    }

    /// The last of its messages so far.
    package var errorTail: String { child.errorTail.text }

    /// Waits for the child's own end; unread output is thrown away.
    ///
    /// - Throws: ``ProcessError/timedOut(_:after:)``; the child still runs then.
    package borrowing func wait(atMost time: Duration) throws(ProcessError) -> ExitStatus {
        if let status = state.status {
            return status
        }
        child.closeInput()
        child.closeOutput()
        let end = ContinuousClock.now + time
        while child.wait(for: .exit, atMost: min(Child.tick, end - .now)).isEmpty {
            if isStopping() {
                throw .stopped(child.name)
            }
            if end < .now {
                throw .timedOut(child.name, after: time)
            }
        }
        let status = child.finish()
        state.status = status
        return status
    }

    private borrowing func demandSuccess() throws(ProcessError) {
        guard let successWithin else {
            return
        }
        let status = try wait(atMost: successWithin)
        guard status.isSuccess else {
            throw .failed(child.name, status, errorTail: errorTail)
        }
    }

    private borrowing func wait(for events: Child.Events) throws(ProcessError) -> Child.Events {
        let end = ContinuousClock.now + silenceMax
        while true {
            if events == .output, child.hasClosedOutput {
                return events
            }
            let came = child.wait(for: events, atMost: Child.tick)
            if !came.isEmpty {
                return came
            }
            if isStopping() {
                throw .stopped(child.name)
            }
            if end < .now {
                throw .timedOut(child.name, after: silenceMax)
            }
        }
    }
}

/// Runs `command` while `body` feeds and reads it.
///
/// When the call returns or throws, the child is reaped and nothing of its group lives: after a
/// throw it was sent SIGTERM and, 5 s later, SIGKILL.
///
/// - Parameters:
///   - command: what to run. Its input is a pipe; close it with ``RunningProcess/closeInput()``.
///   - silenceMax: how long it may give no byte and take none.
///   - exitMax: how long it may run on once `body` has returned, or all output was read.
///   - demandsSuccess: whether an end of the output that is no success makes reading throw.
///   - isStopping: asked four times a second; true ends the child.
///   - body: gets the running child.
/// - Returns: what `body` returned, how the child ended (not judged), and its last messages.
/// - Throws: what `body` throws; ``ProcessError``.
package func withRunning<R>(
    _ command: Command,
    silenceMax: Duration = .seconds(3_600),
    exitMax: Duration = .seconds(60),
    demandsSuccess: Bool = false,
    isStopping: @escaping () -> Bool = { false },
    _ body: (borrowing RunningProcess) throws -> R
) throws -> (result: R, status: ExitStatus, errorTail: String) {
    let child = try Child(command, takesInput: true)
    defer { child.terminate() }
    let process = RunningProcess(
        child,
        silenceMax: silenceMax,
        successWithin: demandsSuccess ? exitMax : nil,
        isStopping: isStopping
    )
    let result = try body(process)
    let status = try process.wait(atMost: exitMax)
    return (result, status, child.errorTail.text)
}
