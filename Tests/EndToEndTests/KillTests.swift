import Backup
import FileSystem
import Format
import Glibc
import HostState
import LocalStore
import Model
import ObjectStore
import Processes
import Repository
import TestSupport
import Testing
import Verification

/// A run is killed at moments spread over its bytes. After each the store verifies, and the next
/// run stores what was not durable yet, and at most 320 MiB more.
///
/// `make soak-kill` runs the large form: 2 GiB and 20 moments.
@Suite struct KillTests {
    /// What a killed run may lose: an index is written at least every 256 MiB, and each of two
    /// workers may have had a pack of 32 MiB under way.
    private static let lostBytesMax: UInt64 = 320 << 20

    /// A host whose earlier snapshot stands, as it is copied for each moment.
    private struct Host {
        let folder: String
        let recipient: String
        let program: String

        var store: String { "\(folder)/store" }

        init(in folder: String) throws {
            self.folder = folder
            program = try Tool.built("toride-testhost")
            let made = try Command(program, ["init", folder, "\(folder).identity"])
                .run(timeout: .seconds(20))
            recipient = String(made.text.dropLast())
        }

        var backup: Command { Command(program, ["backup", folder, recipient]) }

        /// The bytes of the packs that are stored.
        func durableBytes() throws -> UInt64 {
            try LocalStore(name: "primary", root: store).list(prefix: "packs/")
                .reduce(0) { $0 + $1.size }
        }

        func verify() throws -> VerificationReport {
            let key = try HostState(path: "\(folder)/state").verifyingKey()
            return try Verifier(
                store: try LocalStore(name: "primary", root: store),
                request: Verifier.Request(signers: TrustedSigners(key.map { [$0] } ?? []))
            ).run()
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `a run that is killed loses little and harms nothing`() throws {
        try kill(sourceBytes: 400 << 20, moments: [0.1, 0.92], inMemory: true)
    }

    @Test(.enabled(if: unsafe getenv("TORIDE_SOAK") != nil, "only in `make soak-kill`"))
    func `a run of 2 GiB that is killed at 20 moments loses little and harms nothing`() throws {
        try kill(sourceBytes: 2 << 30, moments: (0..<20).map { (Double($0) + 0.5) / 20 })
    }

    private func kill(sourceBytes: Int, moments: [Double], inMemory: Bool = false) throws {
        try withTemporaryFolder(inMemory: inMemory) { folder in
            let host = try Host(in: "\(folder)/host")
            try SmallFile.write([1, 2, 3], to: "\(host.folder)/source/earlier")
            #expect(try host.backup.run(timeout: .seconds(60)).status.isSuccess)
            let before = "\(folder)/before"
            for name in ["state", "store"] {
                try copy("\(host.folder)/\(name)", to: "\(before)-\(name)")
            }
            try writeNoise("\(host.folder)/source/large", sourceBytes)
            for moment in moments {
                var moment = UInt64(Double(sourceBytes) * moment)
                // On a crowded machine a run may end before it is killed; then a little earlier.
                while try !kill(host, at: moment, of: UInt64(sourceBytes), from: before) {
                    moment -= moment / 8
                }
            }
        }
    }

    /// Kills a run and checks what is left.
    ///
    /// - Returns: false if the run ended before it could be killed.
    private func kill(
        _ host: Host,
        at moment: UInt64,
        of total: UInt64,
        from before: String
    ) throws -> Bool {
        for name in ["state", "store"] {
            removeTree("\(host.folder)/\(name)")
            try copy("\(before)-\(name)", to: "\(host.folder)/\(name)")
        }
        let start = try host.durableBytes()
        let outcome = try withRunning(host.backup) { process in
            let child = try TestHost.child(process)
            while process.isRunning, try host.durableBytes() - start < moment {
                usleep(2_000)
            }
            _ = Glibc.kill(child, SIGKILL)
        }
        guard outcome.status == .signalled(SIGKILL) else {
            #expect(outcome.status.isSuccess, "\(outcome.errorTail)")
            return false
        }
        try checkAfterKill(host, moment, total, start: start)
        return true
    }

    private func checkAfterKill(
        _ host: Host,
        _ moment: UInt64,
        _ total: UInt64,
        start: UInt64
    ) throws {
        let durable = try host.durableBytes() - start
        let report = try host.verify()
        #expect(report.verdict == .proven, "\(report.findings.filter { $0.severity != .notice })")
        #expect(report.snapshots == 1)

        let next = try host.backup.run(timeout: .seconds(600))
        #expect(next.status.isSuccess, "\(next.text)\(next.errorTail)")
        #expect(next.text.contains("complete true"))
        let stored = try host.durableBytes() - start - durable
        // What does not compress is stored with some tables and filler.
        let whole = total + total / 50
        let most = (whole > durable ? whole - durable : 0) + Self.lostBytesMax
        #expect(stored <= most)
        #expect(try host.verify().verdict == .proven)
        print(
            "killed at \(ByteCount(moment)): durable \(ByteCount(durable)), next run stored "
                + "\(ByteCount(stored)), may store \(ByteCount(most))"
        )
    }

    private func copy(_ source: String, to target: String) throws {
        let output = try Command("cp", ["-a", source, target]).run(timeout: .seconds(60))
        #expect(output.status.isSuccess)
    }

    private func writeNoise(_ path: String, _ count: Int) throws {
        let output = try Command(
            "dd",
            [
                "if=/dev/urandom", "of=\(path)", "bs=1M", "count=\(count)", "iflag=count_bytes",
                "status=none",
            ]
        ).run(timeout: .seconds(300))
        #expect(output.status.isSuccess)
    }
}
