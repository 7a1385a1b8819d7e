import FileSystem
import Format
import Glibc
import HostState
import Model
import Processes
import TestSupport
import Testing

/// `toride verify --resume` goes on with a verification that was stopped, or killed.
@Suite(.timeLimit(.minutes(15))) struct VerifyResumeTests {
    /// A site whose packs take some seconds at 64 KiB a second.
    private func withSlowSite(_ body: (TestSite) throws -> Void) throws {
        try withSite { site in
            var random = SeededGenerator(seed: 12)
            for name in ["a", "b", "c"] {
                try site.write(name, random.bytes(100_000))
                try site.succeed(["backup"])
            }
            try body(site)
        }
    }

    /// Starts a slow verification and ends it by a signal once it has read a pack.
    private func interrupt(
        _ site: TestSite,
        with signal: Int32
    ) throws -> (result: String, status: Processes.ExitStatus, errorTail: String) {
        try withRunning(site.traced(["verify", "--limit-rate", "64K"])) { process in
            let child = try TestHost.child(process)
            while process.isRunning, try !journal(site).contains("packs/") {
                usleep(5_000)
            }
            #expect(kill(child, signal) == 0)
            return try TestHost.rest(process)
        }
    }

    private func journal(_ site: TestSite) throws -> String {
        let names = try FileHandle.open(site.state, O_RDONLY | O_DIRECTORY).names()
        let name = names.map { String(decoding: $0, as: UTF8.self) }
            .first { $0.hasPrefix("verification-") && !$0.hasSuffix(".lock") }
        guard let name else {
            return ""
        }
        let bytes = try SmallFile.read("\(site.state)/\(name)", bytesMax: 1 << 20) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func `what was read before is not read again`(signal: Int32) throws {
        try withSlowSite { site in
            let stopped = try interrupt(site, with: signal)
            if signal == SIGTERM {
                #expect(stopped.status == .exited(3))
                #expect(stopped.errorTail.contains("--resume"))
            }
            #expect(!stopped.result.contains("verdict"))
            let resumed = try site.succeed(["verify", "--resume", "--json"]).object()
            guard case .object(let answer) = resumed, case .array(let stores)? = answer["stores"],
                case .object(let report)? = stores.first,
                case .integer(let remembered)? = report["bytesRemembered"],
                case .integer(let read)? = report["bytesRead"]
            else {
                Issue.record("\(resumed)")
                return
            }
            #expect(remembered > 0 && remembered < read)
            // The next is one of its own.
            let next = try site.succeed(["verify", "--resume"])
            #expect(next.err.contains("nothing to go on with"))
            #expect(!next.out.contains("before it was stopped"))
        }
    }

    private func expectResumedFinds(_ damaged: String, _ site: TestSite) throws {
        expectFinding(
            try site.run(["verify", "--resume"]),
            .failed,
            "object-damaged: \(damaged)",
            hint: "another copy"
        )
    }

    @Test func `damage of what was read before is the next verification's to find`() throws {
        try withSlowSite { site in
            _ = try interrupt(site, with: SIGTERM)
            let read = try journal(site).split(separator: "\n").compactMap { line in
                line.hasPrefix("packs/") ? String(line.prefix { $0 != " " }) : nil
            }
            let key = try #require(read.first)
            let other = try #require(try site.keys("packs/").first { !read.contains($0) })
            try site.flip(other)
            try expectResumedFinds(other, site)
            // It came to its end: all is read again.
            try site.flip(other)
            try site.flip(key)
            try expectResumedFinds(key, site)
        }
    }

    @Test func `what cannot be asked is refused`() throws {
        try withSite { site in
            let signer = try site.publicKey()
            let at = ["verify", "--at", site.store, "--signer", signer]
            for (words, said) in [
                (at + ["--resume"], "--resume needs a configuration"),
                (["verify", "--limit-rate", "4"], "64.0 KiB/s"),
            ] {
                let outcome = try site.run(words)
                #expect(outcome.code == ExitCode.usage.rawValue)
                #expect(outcome.err.contains(said), "\(outcome.err)")
            }
            try site.succeed(at + ["--limit-rate", "1G"])
        }
    }
}
