import Glibc
import HostState
import Model
import Processes
import TestSupport
import Testing

/// Runs that meet, are ended, or happen at the wrong time.
@Suite struct RunTests {
    /// A site with a set that reads from a FIFO: its backup lasts until the test ends it.
    private func withSlowSet(_ body: (_ site: TestSite, _ fifo: String) throws -> Void) throws {
        try withSite { site in
            let fifo = "\(site.folder)/fifo"
            try site.system("mkfifo", fifo)
            try site.configure(site.yaml + slowSet("/bin/cat, \(fifo)"))
            try body(site, fifo)
        }
    }

    private func slowSet(_ words: String) -> String {
        """
          slow:
            source: {command: {run: [\(words)], name: slow}}

        """
    }

    /// Waits until the backup of `slow` has its lock and reads.
    private func waitForReader(_ fifo: String, _ process: borrowing RunningProcess) -> Int32 {
        var descriptor: Int32 = -1
        while descriptor < 0, process.isRunning {
            usleep(5_000)
            descriptor = unsafe open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        }
        return descriptor
    }

    /// Starts a backup of `slow`, sends it a signal once it reads, and waits until it has ended.
    private func interrupt(
        _ site: TestSite,
        _ fifo: String,
        with signal: Int32
    ) throws -> (result: String, status: Processes.ExitStatus, errorTail: String) {
        try withRunning(site.traced(["backup", "slow"])) { process in
            let child = try TestHost.child(process)
            let feeding = waitForReader(fifo, process)
            defer { close(feeding) }
            #expect(kill(child, signal) == 0)
            return try TestHost.rest(process)
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `a second backup of a set says that another run goes on`() throws {
        try withSlowSet { site, fifo in
            let first = try withRunning(site.traced(["backup", "slow"])) { process in
                _ = try TestHost.child(process)
                let feeding = waitForReader(fifo, process)
                let second = try site.run(["backup", "slow"])
                expectError(second, .couldNotLook, "another run of set slow", hint: "wait")
                // Another set is not held up.
                try site.succeed(["backup", "files"])
                #expect(unsafe write(feeding, "x", 1) == 1)
                close(feeding)
                return try TestHost.rest(process)
            }
            #expect(first.status == .exited(0), "\(first.errorTail)")
            #expect(first.result.contains("slow: snapshot 1"))
            try site.succeed(["verify"])
        }
    }

    @Test(.timeLimit(.minutes(15)), arguments: [SIGTERM, SIGINT])
    func `a backup that is told to stop ends soon, without a snapshot`(signal: Int32) throws {
        try withSlowSet { site, fifo in
            let ended = try interrupt(site, fifo, with: signal)
            #expect(ended.status == .exited(ExitCode.notProven.rawValue), "\(ended.errorTail)")
            #expect(ended.result == "")
            #expect(ended.errorTail.contains("toride: error: slow: "))
            #expect(ended.errorTail.contains("hint: run it again"))
            #expect(try site.keys("snapshots/").count == 1)
            try site.configure(site.yaml)
            try site.checkNothingLost()
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `a backup that is told to stop in its hook ends soon, and undoes it`() throws {
        try withSite { site in
            let (begun, undone) = ("\(site.folder)/begun", "\(site.folder)/undone")
            try site.configure(
                site.yaml + """
                        before: [/bin/sh, -c, "touch \(begun); sleep 600"]
                        after: [/bin/touch, \(undone)]

                    """
            )
            let ended = try withRunning(site.traced(["backup"])) { process in
                let child = try TestHost.child(process)
                while process.isRunning, unsafe access(begun, F_OK) != 0 {
                    usleep(5_000)
                }
                #expect(kill(child, SIGTERM) == 0)
                return try TestHost.rest(process)
            }
            #expect(ended.status == .exited(ExitCode.notProven.rawValue), "\(ended.errorTail)")
            // A hook that did not end may have done its work all the same.
            #expect(unsafe access(undone, F_OK) == 0)
            try site.configure(site.yaml)
            try site.checkNothingLost()
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `after a backup that was killed the next one undoes the hook first`() throws {
        try withSlowSet { site, fifo in
            let undone = "\(site.folder)/undone"
            let hooks = """
                    before: [/bin/true]
                    after: [/bin/sh, -c, "echo x >>\(undone)"]

                """
            try site.configure(site.yaml + slowSet("/bin/cat, \(fifo)") + hooks)
            let ended = try interrupt(site, fifo, with: SIGKILL)
            #expect(ended.status == .signalled(SIGKILL))
            #expect(unsafe access(undone, F_OK) != 0)
            try site.configure(site.yaml + slowSet("/bin/echo, fast") + hooks)
            try site.succeed(["backup", "slow"])
            // Once for the run that was killed, once for this one.
            #expect(try SmallFile.read(undone, bytesMax: 100) == Array("x\nx\n".utf8))
            try site.checkNothingLost()
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `a backup of files that is told to stop leaves what the next one uses`() throws {
        try withSite { site in
            try site.writeNoise("large", mebibytes: 300)
            let before = try site.keys("packs/").count
            let ended = try withRunning(site.traced(["backup", "--json"])) { process in
                let child = try TestHost.child(process)
                try site.waitForPack(besides: before, process)
                #expect(kill(child, SIGTERM) == 0)
                return try TestHost.rest(process)
            }
            #expect(ended.status == .exited(ExitCode.notProven.rawValue), "\(ended.errorTail)")
            #expect(ended.result.contains("stopped"))
            #expect(ended.result.hasSuffix("}\n"))
            #expect(try site.keys("snapshots/").count == 1)
            #expect(try site.keys("unfinished/") == [])
            try site.checkNothingLost()
        }
    }

    @Test(.enabled(if: Tool.find("faketime") != nil, "NOT TESTED: faketime is not installed"))
    func `a clock that was set back is told, and the backup is taken`() throws {
        try withSite { site in
            try site.write("new", [1])
            let early = try site.run(["backup"], at: "2020-01-01 00:00:00")
            #expect(early.code == 0, "\(early)")
            #expect(early.out.contains("files: snapshot 2"))
            #expect(early.out.contains("clock-set-back: set files"))
            #expect(early.out.contains("now 2020-01-01T"))
            try site.checkNothingLost()
        }
    }

    @Test(.enabled(if: Tool.find("faketime") != nil, "NOT TESTED: faketime is not installed"))
    func `a snapshot dated in the future is no proof of today`() throws {
        try withSite { site in
            #expect(try site.run(["backup"], at: "2090-01-01 00:00:00").code == 0)
            let status = try site.run(["status"])
            expectFinding(status, .notProven, "dated-in-the-future", hint: "clock")
            let next = try site.run(["backup"])
            expectFinding(next, .done, "files: snapshot 3", "clock-set-back")
            try site.checkNothingLost()
        }
    }
}
