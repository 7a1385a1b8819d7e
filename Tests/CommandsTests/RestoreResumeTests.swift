import FileSystem
import Format
import Glibc
import Model
import Processes
import TestSupport
import Testing

/// `toride restore --resume` goes on with a restore that was killed, at any moment.
@Suite(.timeLimit(.minutes(15))) struct RestoreResumeTests {
    private func withLargeSite(_ body: (TestSite) throws -> Void) throws {
        try withSite { site in
            var random = SeededGenerator(seed: 14)
            try site.write("dump", random.bytes(60 << 20))
            for number in 1_000..<1_600 {
                try site.write("many/\(number % 9)/\(number)", random.bytes(number))
            }
            try site.succeed(["backup"])
            try body(site)
        }
    }

    /// Runs a restore and ends it by a signal after a while.
    ///
    /// - Returns: whether it had not ended by itself before.
    private func interrupt(
        _ site: TestSite,
        _ target: String,
        after pause: Duration,
        with signal: Int32
    ) throws -> Bool {
        let words = site.restore("files@latest", to: target)
        let ended = try withRunning(site.traced(words)) { process in
            let child = try TestHost.child(process)
            usleep(UInt32(pause / .microseconds(1)))
            _ = kill(child, signal)
            return try TestHost.rest(process)
        }
        guard ended.status != .exited(0) else {
            return false
        }
        // One that is told to stop before it listens dies of the signal, before its first step.
        if signal == SIGTERM, try mark(target) != nil {
            #expect(ended.status == .exited(3), "\(ended.errorTail)")
            #expect(ended.errorTail.contains("files@2 and --resume"))
        } else {
            #expect([.exited(3), .signalled(signal)].contains(ended.status), "\(ended.errorTail)")
        }
        return true
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func `what a killed restore left is gone on with`(signal: Int32) throws {
        try withLargeSite { site in
            let clock = ContinuousClock()
            let start = clock.now
            try site.succeed(site.restore("files@latest", to: "\(site.folder)/whole"))
            let whole = clock.now - start
            let source = try contents(of: site.source)
            for part in 1...5 {
                let target = "\(site.folder)/restored-\(part)"
                var pause = whole * part / 6
                while try !interrupt(site, target, after: pause, with: signal) {
                    removeTree(target)
                    pause = pause * 3 / 4
                }
                let resumed = try site.succeed(
                    site.restore("files@latest", to: target) + ["--resume"]
                )
                #expect(resumed.out.contains("restored"))
                let isSame = try contents(of: target + site.source) == source
                #expect(isSame, "killed after \(pause)")
                let names = try FileHandle.open(target, O_RDONLY | O_DIRECTORY).names()
                #expect(names.count == 1)
            }
        }
    }

    /// What the mark of a restore says; nil if there is none.
    private func mark(_ target: String) throws -> String? {
        guard let folder = try? FileHandle.open(target, O_RDONLY | O_DIRECTORY),
            let name = try folder.names().first(where: {
                $0.starts(with: Array(".toride-unfinished-".utf8))
            })
        else {
            return nil
        }
        let bytes = try folder.open(name: name, O_RDONLY).readAll(bytesMax: 10_000)
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a folder that is not finished says so, and how to go on`() throws {
        try withLargeSite { site in
            let target = "\(site.folder)/restored"
            // Killed a little later each time, until it is between its first step and its last.
            var pause = Duration.milliseconds(10)
            while try mark(target) == nil {
                removeTree(target)
                try #require(pause < .seconds(5))
                _ = try interrupt(site, target, after: pause, with: SIGKILL)
                pause += .milliseconds(10)
            }
            let again = site.restore("files@latest", to: target)
            expectError(try site.run(again), .usage, "was stopped", hint: "--resume")
            let text = try #require(try mark(target))
            #expect(text.contains("復元が終わっていません") && text.contains("--resume"))
            #expect(text.hasSuffix("\nfiles@2\n"))
            let other = again + ["--include", "etc"]
            expectError(try site.run(other), .usage, "of files@2", hint: "empty folder")
            let resumed = try site.succeed(again + ["--resume", "--json"]).object()
            guard case .object(let answer) = resumed, case .integer(let kept)? = answer["bytesKept"]
            else {
                Issue.record("\(resumed)")
                return
            }
            #expect(kept >= 0)
        }
    }
}
