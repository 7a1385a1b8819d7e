import FileSystem
import Glibc
import HTTP
import Processes

/// A server's program that runs beside a test.
enum ServerProcess {
    /// For how long a server may live whose tests died.
    private static let secondsMax = 3_600
    /// How long it may take until it answers.
    private static let startMax = Duration.seconds(60)

    /// Runs a server while `body` runs, and ends it in every case.
    ///
    /// - Parameters:
    ///   - words: the program and its arguments.
    ///   - log: a file for what it says, for nobody reads a pipe meanwhile.
    ///   - body: gets the running server.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; `ProcessError` if it could not be started.
    static func run<R>(
        _ words: [String],
        log: String,
        _ body: (borrowing RunningProcess) throws -> R
    ) throws -> R {
        // Its data is thrown away, so it has one second to go; SeaweedFS would take twelve.
        let command = Command(
            "timeout",
            [
                "--kill-after=1", "\(secondsMax)", "sh", "-c",
                "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log,
            ] + words
        )
        return try withRunning(command) { running in
            defer { running.end() }
            return try body(running)
        }.result
    }

    /// Waits until a server of this machine answers.
    ///
    /// - Parameters:
    ///   - running: the server, which must not end meanwhile.
    ///   - port: where it is asked.
    ///   - target: what it is asked for.
    ///   - log: the file with what it says.
    ///   - holds: whether an answer shows that it is ready.
    /// - Throws: ``ToolFailure`` with the end of the log if it ended, or took too long.
    static func waitUntilReady(
        _ running: borrowing RunningProcess,
        port: UInt16,
        target: String,
        log: String,
        _ holds: (HTTPResponse) -> Bool
    ) throws {
        let client = try HTTPClient(
            .tcp(.http, host: "127.0.0.1", port: port),
            HTTPLimits(connect: .seconds(5), total: .seconds(5), bytesMax: 1 << 20)
        )
        let end = ContinuousClock.now + startMax
        while running.isRunning, ContinuousClock.now < end {
            // Until it listens, that it is not reached is what we wait out.
            if let answer = try? client.send(HTTPRequest("GET", target)), holds(answer) {
                return
            }
            usleep(20_000)
        }
        let said = try FileHandle.open(log, O_RDONLY).readAll(bytesMax: 64 << 20)
        let tail = String(decoding: said.suffix(2_000), as: UTF8.self)
        throw ToolFailure(description: "no answer of \(target) at port \(port): \(tail)")
    }
}
