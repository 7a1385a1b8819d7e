extension Command {
    /// Runs to the end and takes all output.
    ///
    /// The child is a process group of its own with no descriptor but 0, 1, 2, every signal at its
    /// default, and /dev/null for input unless some is given. When the call returns or throws, the
    /// child is reaped and nothing of its group lives.
    ///
    /// - Parameters:
    ///   - input: what it gets on its standard input; empty for /dev/null.
    ///   - timeout: how long it may take; then its group gets SIGTERM, and 5 s later SIGKILL.
    ///   - outputBytesMax: how much it may write to its standard output.
    ///   - isStopping: asked four times a second; true ends the child.
    ///   - onOutput: gets what it writes as it comes, also of one that is then ended.
    /// - Returns: how it ended (not judged) and what it wrote.
    /// - Throws: ``ProcessError``: it could not be started, or it was ended by us.
    package func run(
        input: [UInt8] = [],
        timeout: Duration,
        outputBytesMax: Int = 16 << 20,
        isStopping: () -> Bool = { false },
        onOutput: (ArraySlice<UInt8>) -> Void = { _ in }
    ) throws(ProcessError) -> ProcessOutput {
        let child = try Child(self, takesInput: !input.isEmpty)
        do throws(ProcessError) {
            let output = try child.exchange(
                input,
                until: .now + timeout,
                timeout,
                outputBytesMax,
                isStopping,
                onOutput
            )
            let status = child.finish()
            return ProcessOutput(status: status, output: output, errorTail: child.errorTail.text)
        } catch {
            child.terminate()
            throw error
        }
    }

    /// Runs to the end and demands exit code 0.
    ///
    /// - Parameters:
    ///   - input: what it gets on its standard input; empty for /dev/null.
    ///   - timeout: how long it may take.
    ///   - failure: makes the error of a command that ended otherwise.
    /// - Returns: what it wrote.
    /// - Throws: ``ProcessError``, or what `failure` made.
    package func run<Failure: Error>(
        input: [UInt8] = [],
        timeout: Duration,
        orThrow failure: (ProcessOutput) -> Failure
    ) throws -> ProcessOutput {
        let output = try run(input: input, timeout: timeout)
        guard output.status.isSuccess else {
            throw failure(output)
        }
        return output
    }
}

extension Child {
    /// How often a running child's keeper asks whether to stop.
    static let tick: Duration = .milliseconds(250)

    /// Feeds `input` and takes the output until the process has ended and all is read.
    fileprivate func exchange(
        _ input: [UInt8],
        until end: ContinuousClock.Instant,
        _ timeout: Duration,
        _ outputBytesMax: Int,
        _ isStopping: () -> Bool,
        _ onOutput: (ArraySlice<UInt8>) -> Void
    ) throws(ProcessError) -> [UInt8] {
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        var rest = input[...]
        var lastTime: ContinuousClock.Instant?
        while true {
            var events: Events = lastTime == nil ? [.output, .exit] : .output
            if !rest.isEmpty {
                events.insert(.input)
            }
            let came = wait(for: events, atMost: min(Child.tick, end - .now))
            if came.contains(.input) {
                try feed(&rest)
            }
            if came.contains(.output), let count = try readOutput(into: &block) {
                output.append(contentsOf: block[..<count])
                onOutput(block[..<count])
                guard output.count <= outputBytesMax else {
                    throw .outputTooLong(name, bytesMax: outputBytesMax)
                }
            }
            if came.contains(.exit) {
                lastTime = .now + .seconds(1)
            }
            // A daemon that the child left behind may hold the pipe for ever; the child's own
            // bytes were all in it when the child ended.
            if let lastTime, hasClosedOutput || came.isEmpty && lastTime < .now {
                return output
            }
            try check(isStopping, end, timeout)
        }
    }

    private func feed(_ rest: inout ArraySlice<UInt8>) throws(ProcessError) {
        do throws(ProcessError) {
            rest = rest.dropFirst(try writeInput(rest))
        } catch .inputRefused {
            // It need not read all: its exit status says whether that was well (head, grep -q).
            rest = []
        }
        if rest.isEmpty {
            closeInput()
        }
    }

    private func check(
        _ isStopping: () -> Bool,
        _ end: ContinuousClock.Instant,
        _ timeout: Duration
    ) throws(ProcessError) {
        if isStopping() {
            throw .stopped(name)
        }
        if end < .now {
            throw .timedOut(name, after: timeout)
        }
    }
}
