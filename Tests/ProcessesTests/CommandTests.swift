import Glibc
import Model
import Processes
import Testing

@Suite(.timeLimit(.minutes(15))) struct CommandTests {
    private let second: Duration = .seconds(1)

    @Test func `output, messages and status come back`() throws {
        let command = Command("sh", ["-c", "echo out; echo err >&2; exit 3"])
        let output = try command.run(timeout: .seconds(10))
        #expect(output.text == "out\n")
        #expect(output.errorTail == "err\n")
        #expect(output.complaint == "err")
        #expect(output.status == .exited(3))
        #expect(!output.status.isSuccess)
    }

    @Test func `a signal is told apart from a code`() throws {
        let output = try Command("sh", ["-c", "kill -9 $$"]).run(timeout: .seconds(10))
        #expect(output.status == .signalled(9))
        #expect(output.complaint == "\(output.status)")
    }

    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 3_000_001])
    func `input comes back unchanged`(count: Int) throws {
        let input = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let output = try Command("cat").run(input: input, timeout: .seconds(20))
        #expect(output.output == input)
    }

    @Test func `neither a flood of messages nor unread input blocks`() throws {
        let script = "head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero; exit 0"
        let input = [UInt8](repeating: 1, count: 1 << 20)
        let output = try Command("sh", ["-c", script]).run(input: input, timeout: .seconds(20))
        #expect(output.output.count == 3_000_000)
        #expect(output.errorTail.utf8.count == ErrorTail.bytesMax)
        #expect(output.status.isSuccess)
    }

    @Test func `only the environment that was given is there`() throws {
        let output = try Command("env", environment: ["ONE": "1"]).run(timeout: .seconds(10))
        #expect(output.text == "ONE=1\n")
    }

    @Test func `it runs where it was told`() throws {
        let output = try Command("pwd", workingDirectory: "/usr").run(timeout: .seconds(10))
        #expect(output.text == "/usr\n")
    }

    @Test func `no open file of ours is inherited`() throws {
        let kept = unsafe open("/dev/null", O_RDONLY)
        defer { close(kept) }
        let output = try Command("ls", ["/proc/self/fd"]).run(timeout: .seconds(10))
        // 3 is the directory that ls itself reads.
        #expect(output.text == "0\n1\n2\n3\n")
    }

    @Test func `ignored and blocked signals are at their defaults in the child`() throws {
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        let output = try Command("grep", ["^Sig[BI]", "/proc/self/status"])
            .run(timeout: .seconds(10))
        // 32 and 33 belong to glibc, which ignores them in every child that it spawns.
        let glibc: UInt64 = 0x1_8000_0000
        let masks = output.text.split(separator: "\n").map { UInt64($0.suffix(16), radix: 16) }
        #expect(masks == [0, glibc])
    }

    @Test func `a program that is not there is named`() {
        #expect(throws: ProcessError.notFound("no-such-program")) {
            try Command("no-such-program").run(timeout: second)
        }
        #expect(throws: ProcessError.notFound("/nowhere/x")) {
            try Command("/nowhere/x").run(timeout: second)
        }
    }

    @Test func `a file that may not be executed is not started`() {
        #expect(throws: ProcessError.notStarted("passwd", code: EACCES)) {
            try Command("/etc/passwd").run(timeout: second)
        }
    }

    @Test func `what runs too long is ended with its whole group`() throws {
        let start = ContinuousClock.now
        #expect(throws: ProcessError.timedOut("sh", after: .milliseconds(300))) {
            // The grandchild would hold the pipe for a minute.
            try Command("sh", ["-c", "sleep 61.5 & sleep 61.5"]).run(timeout: .milliseconds(300))
        }
        #expect(ContinuousClock.now - start < .seconds(4))
        #expect(try count("sleep 61.5") == 0)
    }

    @Test func `what ignores SIGTERM is killed after the grace time`() throws {
        let start = ContinuousClock.now
        #expect(throws: ProcessError.self) {
            try Command("sh", ["-c", "trap '' TERM; while :; do sleep 0.1; done"])
                .run(timeout: .milliseconds(200))
        }
        let time = ContinuousClock.now - start
        #expect(time > .seconds(4) && time < .seconds(12), "\(time)")
    }

    @Test func `what a child leaves behind is ended with it`() throws {
        let output = try Command("sh", ["-c", "sleep 62.5 & echo done"]).run(timeout: .seconds(20))
        #expect(output.text == "done\n")
        #expect(output.status.isSuccess)
        #expect(try count("sleep 62.5") == 0)
    }

    @Test func `too much output ends it`() {
        #expect(throws: ProcessError.outputTooLong("head", bytesMax: 1_000)) {
            try Command("head", ["-c", "100000000", "/dev/zero"])
                .run(timeout: .seconds(10), outputBytesMax: 1_000)
        }
    }

    @Test func `what it wrote before it was ended is told`() {
        var told: [UInt8] = []
        #expect(throws: ProcessError.timedOut("sh", after: .seconds(2))) {
            try Command("sh", ["-c", "echo first; sleep 63.5"])
                .run(timeout: .seconds(2), onOutput: { told += $0 })
        }
        #expect(String(decoding: told, as: UTF8.self) == "first\n")
    }

    @Test func `being asked to stop ends it`() {
        let start = ContinuousClock.now
        #expect(throws: ProcessError.stopped("sleep")) {
            try Command("sleep", ["60"]).run(timeout: .seconds(50)) {
                ContinuousClock.now - start > .milliseconds(400)
            }
        }
        #expect(ContinuousClock.now - start < .seconds(4))
    }

    @Test func `no file and no zombie is left after any of it`() async {
        // In a process of its own: other tests open files and start children meanwhile.
        await #expect(processExitsWith: .success) {
            func openFiles() -> Int {
                (0..<1_024).count { fcntl($0, F_GETFD) >= 0 }
            }
            let before = openFiles()
            for _ in 0..<20 {
                _ = try Command("true").run(timeout: .seconds(10))
                _ = try? Command("no-such-program").run(timeout: .seconds(1))
                _ = try? Command("sleep", ["9"]).run(timeout: .milliseconds(20))
                _ = try? withRunning(Command("yes")) { _ in throw CancellationError() }
            }
            // The runtime opens a few of its own meanwhile; a leak would be one in each round.
            #expect(openFiles() < before + 10)
            let children = try Command("ps", ["-o", "stat=,comm=", "--ppid", "\(getpid())"])
                .run(timeout: .seconds(10)).text
            #expect(!children.contains("Z"), "\(children)")
        }
    }

    private func count(_ line: String) throws -> Int {
        let list = try Command("ps", ["-e", "-o", "args="]).run(timeout: .seconds(10)).text
        return list.split(separator: "\n").filter { $0 == line }.count
    }
}
