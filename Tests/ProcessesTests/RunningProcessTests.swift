import Glibc
import Model
import Processes
import Testing

@Suite(.timeLimit(.minutes(15))) struct RunningProcessTests {
    struct Refused: Error {}

    @Test func `output streams to its end and the status follows`() throws {
        let command = Command("sh", ["-c", "head -c 5000000 /dev/zero; echo oops >&2; exit 7"])
        let (count, status, errors) = try withRunning(command) { process in
            try total(process)
        }
        #expect(count == 5_000_000)
        #expect(status == .exited(7))
        #expect(errors == "oops\n")
    }

    @Test func `a child that dies in mid-stream does not end in success`() throws {
        let command = Command("sh", ["-c", "head -c 100000 /dev/zero; kill -9 $$"])
        let (count, status, _) = try withRunning(command) { process in
            try total(process)
        }
        #expect(count == 100_000)
        #expect(status == .signalled(SIGKILL))
    }

    @Test func `writing and reading in turn cannot block`() throws {
        let input = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let (output, status, _) = try withRunning(Command("cat")) { process in
            try process.write(input)
            process.closeInput()
            var output: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 100_000)
            while case let count = try process.read(into: &block), count > 0 {
                output.append(contentsOf: block[..<count])
            }
            return output
        }
        #expect(output == input)
        #expect(status.isSuccess)
    }

    @Test func `a throwing body ends the child`() throws {
        let start = ContinuousClock.now
        #expect(throws: Refused.self) {
            try withRunning(Command("sh", ["-c", "sleep 63.5 & sleep 63.5"])) { _ in
                throw Refused()
            }
        }
        #expect(ContinuousClock.now - start < .seconds(4))
        let list = try Command("ps", ["-e", "-o", "args="]).run(timeout: .seconds(10)).text
        #expect(!list.contains("sleep 63.5"))
    }

    @Test func `a body that reads no further ends the child`() throws {
        let (_, status, _) = try withRunning(Command("yes")) { process in
            var block = [UInt8](repeating: 0, count: 10)
            _ = try process.read(into: &block)
        }
        #expect(status == .signalled(SIGPIPE))
    }

    @Test func `silence is not waited for without end`() {
        #expect(throws: ProcessError.timedOut("sleep", after: .milliseconds(300))) {
            try withRunning(Command("sleep", ["60"]), silenceMax: .milliseconds(300)) { process in
                try total(process)
            }
        }
    }

    @Test func `a child that refuses its input is named and raises no signal`() {
        #expect(throws: ProcessError.inputRefused("true")) {
            try withRunning(Command("true")) { process in
                for _ in 0..<100 {
                    try process.write([UInt8](repeating: 0, count: 1 << 20))
                }
            }
        }
    }

    private func total(_ process: borrowing RunningProcess) throws -> Int {
        var total = 0
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = try process.read(into: &block), count > 0 {
            total += count
        }
        return total
    }
}
