import Catalog
import Configuration
import Copying
import FileSystem
import Glibc
import HostState
import LocalStore
import Model
import Primitives
import Processes
import Repository
import TestSupport
import Testing
import Workers

@testable import Jobs

/// Whether a program can be given a network of its own here.
private let canPartNetworks: Bool = {
    let command = Command("/bin/sh", [Tool.script("Tests/Tools/ward.sh"), "true"])
    return (try? command.run(timeout: .seconds(60)))?.status.isSuccess ?? false
}()

/// A store of class O5 is looked at from the network that is kept apart from it.
@Suite(.timeLimit(.minutes(15))) struct ReachTests {
    private static let noon = Timestamp(seconds: 1_795_402_800)
    /// What can be reached in a network of its own.
    private static let inside = "192.0.2.80:443"

    /// Gives `body` a site of one store with such a probe, and the store.
    private func withSite<R>(
        _ command: [String],
        target: String,
        control: String,
        _ body: (Site, LocalStore) throws -> R
    ) throws -> R {
        try withTemporaryFolder(inMemory: true) { folder in
            let text = """
                site: {name: Test, timezone: Asia/Tokyo}
                state: \(folder)/state
                stores:
                  nas:
                    path: \(folder)/nas
                    class: O5
                    probe:
                      from: ward
                      command: [\(command.map { "'\($0)'" }.joined(separator: ", "))]
                      targets: ['\(target)']
                      controls: ['\(control)']

                """
            let site = Site(try Configuration.parse(Array(text.utf8), file: "test"))
            try site.state.prepare()
            try FolderTree.make("\(folder)/nas", mode: 0o755)
            let store = try LocalStore(name: "nas", root: "\(folder)/nas")
            _ = try Repository(creating: RepositoryID(try Randomness.id()), in: store)
            return try body(site, store)
        }
    }

    /// Attacks the one store of a site.
    private func attack(
        _ site: Site,
        stop: StopFlag = StopFlag()
    ) throws -> AttackJob.Outcome {
        let job = try AttackJob(site, now: { Self.noon }, stop: stop)
        return try job.run(try #require(job.stores.first))
    }

    /// What an attack on a store with such a probe comes to, and what `status` says then.
    private func attack(
        _ command: [String],
        target: String,
        control: String,
        stop: StopFlag = StopFlag()
    ) throws -> (outcome: AttackJob.Outcome, status: [FindingCode]) {
        try withSite(command, target: target, control: control) { site, store in
            let outcome = try attack(site, stop: stop)
            let key = try #require(outcome.recordKey)
            #expect(key.hasPrefix("records/attack/"))
            #expect(try store.size(of: key) != nil)
            let codes: Set<FindingCode> = [
                .attackNever, .attackUnanswered, .storeReachable, .classNotProven,
            ]
            let status = try StatusReport(of: site, now: Self.noon).site.map(\.code)
            return (outcome, status.filter { codes.contains($0) })
        }
    }

    /// `toride copy reach`, in a network of its own or in ours.
    private func reach(apart: Bool) throws -> [String] {
        let own = [try Tool.built("toride"), "copy", "reach"]
        return apart ? ["/bin/sh", Tool.script("Tests/Tools/ward.sh")] + own : own
    }

    /// Gives `body` an address of this host at which somebody listens.
    private func withListener<R>(_ body: (String) throws -> R) throws -> R {
        let (listener, port) = try Sockets.loopbackListener()
        defer { close(listener) }
        return try body("127.0.0.1:\(port)")
    }

    // MARK: - From another network

    @Test(.enabled(if: canPartNetworks, "NOT TESTED: no network can be made here"))
    func `a store that another network does not reach is proven`() throws {
        let (outcome, status) = try withListener { target in
            try attack(reach(apart: true), target: target, control: Self.inside)
        }
        #expect(outcome.findings == [] && outcome.verdict == .proven)
        let attempt = try #require(outcome.report.attempts.first)
        #expect(attempt.outcome == .refused && attempt.word == "unreachable")
        #expect(attempt.trial.by == "ward" && outcome.report.attempts.count == 1)
        #expect(status == [])
    }

    @Test(.enabled(if: canPartNetworks, "NOT TESTED: no network can be made here"))
    func `a probe whose control is down shows nothing`() throws {
        let (outcome, status) = try withListener { target in
            try attack(reach(apart: true), target: target, control: "192.0.2.80:444")
        }
        #expect(outcome.verdict == .notProven && status == [.attackUnanswered])
        #expect(outcome.findings.map(\.code) == [.attackUnanswered])
        #expect(
            outcome.findings.first?.evidence["reason"]
                == "the probe did not reach its control 192.0.2.80:444 (refused)"
        )
    }

    @Test(
        .enabled(if: canPartNetworks, "NOT TESTED: no network can be made here"),
        arguments: [
            "ip route add prohibit 127.0.0.1/32", "ip route add unreachable 127.0.0.1/32",
            "ip route delete default",
        ]
    )
    func `routes of the probe's own machine keep nobody apart`(change: String) throws {
        let forbid = "\(change) && exec \"$0\" copy reach \"$@\""
        let command = [
            "/bin/sh", Tool.script("Tests/Tools/ward.sh"), "/bin/sh", "-c", forbid,
            try Tool.built("toride"),
        ]
        let (outcome, _) = try withListener { target in
            try attack(command, target: target, control: Self.inside)
        }
        #expect(outcome.verdict == .notProven)
        #expect(outcome.report.attempts.map(\.word) == ["filtered"])
        #expect(
            outcome.findings.first?.evidence["reason"]
                == "the probe's own machine keeps it from trying"
        )
    }

    // MARK: - From this one

    @Test func `a store that is reached is told`() throws {
        let (outcome, status) = try withListener { target in
            try withListener { control in
                try attack(reach(apart: false), target: target, control: control)
            }
        }
        #expect(outcome.verdict == .failed && status == [.storeReachable])
        #expect(outcome.findings.map(\.code) == [.storeReachable])
        #expect(outcome.findings.first?.evidence["by"] == "ward")
        #expect(outcome.report.attempts.map(\.outcome) == [.harmed])
    }

    @Test func `a target that this host does not reach shows nothing`() throws {
        let (outcome, status) = try withListener { control in
            try attack(reach(apart: false), target: "127.0.0.1:1", control: control)
        }
        #expect(outcome.verdict == .notProven && status == [.attackUnanswered])
        #expect(
            outcome.findings.first?.evidence["reason"]
                == "this host does not reach it either (refused)"
        )
    }

    @Test(arguments: ["timed-out", "connected"])
    func `a target that this host cannot try shows nothing, but a connection`(word: String) throws {
        // An address of one link, without the link; or no IPv6 at all.
        let script = "echo \"$1 \(word)\"; echo \"$2 connected\""
        let (outcome, _) = try attack(
            ["/bin/sh", "-c", script, "probe"],
            target: "[fe80::1]:445",
            control: Self.inside
        )
        guard word == "timed-out" else {
            #expect(outcome.findings.map(\.code) == [.storeReachable])
            return
        }
        #expect(outcome.findings.map(\.code) == [.attackUnanswered])
        #expect(
            outcome.findings.first?.evidence["reason"]
                == "this host does not reach it either (not tried)"
        )
    }

    @Test func `a target that goes away meanwhile was not kept apart`() throws {
        // Those that nobody accepts fill the listener's queue; of more nothing is said at all.
        let knock = "for n in 1 2 3 4 5 6 7 8 9 10; do \"$0\" copy reach \"$1\" --within 1s; done"
        let script = "{ \(knock); } >&2; echo \"$1 timed-out\"; echo \"$2 connected\""
        let command = ["/bin/sh", "-c", script, try Tool.built("toride")]
        let (outcome, _) = try withListener { target in
            try attack(command, target: target, control: Self.inside)
        }
        #expect(outcome.verdict == .notProven)
        #expect(
            outcome.findings.first?.evidence["reason"]
                == "this host does not reach it either (timed-out)"
        )
    }

    @Test(arguments: [
        "echo \"$1 connected\"; exit 1", "echo \"$1 connected\"; yes",
        "echo \"$1 connected\"; echo \"$1 timed-out\"; echo welcome",
    ])
    func `a connection counts however the program goes on`(script: String) throws {
        let (outcome, status) = try withListener { target in
            let command = ["/bin/sh", "-c", script, "probe"]
            return try attack(command, target: target, control: Self.inside)
        }
        #expect(outcome.findings.map(\.code) == [.storeReachable])
        #expect(outcome.verdict == .failed && status == [.storeReachable])
    }

    // MARK: - What ends early

    @Test func `what was reached before a stop is kept`() throws {
        try withTemporaryFolder { folder in
            let mark = "\(folder)/mark"
            let script = "echo \"$1 connected\"; touch \(mark); sleep 64.5"
            let command = ["/bin/sh", "-c", script, "probe"]
            let stop = StopFlag()
            try withListener { target in
                try withSite(command, target: target, control: Self.inside) { site, store in
                    Workers.run(1) { _ in
                        for _ in 0..<6_000 where unsafe access(mark, F_OK) != 0 {
                            usleep(10_000)
                        }
                        stop.set()
                    } lead: {
                        _ = #expect(throws: Stopped.self) { try attack(site, stop: stop) }
                    }
                    let row = try #require(try site.catalog().newestAttack(of: store.place))
                    #expect(row.verdict == .failed && row.attacks(.harmed) == ["reach"])
                    #expect(row.recordKey != nil)
                }
            }
        }
    }

    @Test func `what was found is in the catalog also where it cannot be signed`() throws {
        let command = ["/bin/sh", "-c", "echo \"$1 connected\"", "probe"]
        try withListener { target in
            try withSite(command, target: target, control: Self.inside) { site, store in
                try SmallFile.write([1], to: "\(site.state.path)/verifier.key")
                #expect(throws: HostStateError.self) { try attack(site) }
                let row = try #require(try site.catalog().newestAttack(of: store.place))
                #expect(row.verdict == .failed && row.attacks(.harmed) == ["reach"])
                #expect(row.recordKey == nil)
            }
        }
    }

    // MARK: - Where the store lies

    /// The run of a store in a bucket at such a host.
    private func run(host: String, target: String) throws -> ReachRun {
        let text = """
            site: {name: Test, timezone: Asia/Tokyo}
            state: /nowhere/state
            stores:
              nas:
                s3: {endpoint: "http://\(host):9000", bucket: nas}
                class: O5
                probe:
                  from: ward
                  command: [/bin/true]
                  targets: ['\(target)']
                  controls: ['192.0.2.80:443']

            """
        let configuration = try Configuration.parse(Array(text.utf8), file: "test")
        let store = try #require(configuration.stores.first)
        return ReachRun(probe: try #require(store.probe), store: store, stop: StopFlag())
    }

    @Test(
        arguments: [
            ("192.0.2.10", "192.0.2.10:9000", nil), ("[2001:db8::1]", "[2001:db8::1]:9000", nil),
            ("192.0.2.10", "192.0.2.10:22", "192.0.2.10:9000"),
            ("192.0.2.11", "192.0.2.10:9000", "192.0.2.11:9000"),
            ("[2001:db8::1]", "192.0.2.10:9000", "[2001:db8::1]:9000"),
            ("nas.example.jp", "192.0.2.10:9000", nil), ("127.0.0.1", "192.0.2.10:9000", nil),
        ] as [(String, String, String?)]
    )
    func `the store's own address is missed where no target has it`(
        host: String,
        target: String,
        missed: String?
    ) throws {
        let run = try run(host: host, target: target)
        #expect(try run.missedAddress()?.description == missed)
    }

    @Test(arguments: [("192.0.2.10:445", true), ("192.0.2.10:2049", false)])
    func `of what a folder is mounted from the port is certain for SMB`(
        text: String,
        isCertain: Bool
    ) throws {
        let address = try #require(NetworkAddress(text))
        try withSite(["/bin/true"], target: text, control: Self.inside) { site, _ in
            let store = try #require(site.configuration.stores.first)
            #expect(store.isPortCertain(of: address) == isCertain)
        }
    }

    @Test func `a store that no target names was not tried`() throws {
        var report = AttackReport()
        try run(host: "192.0.2.11", target: "127.0.0.1:1").run(&report, at: "nas")
        #expect(report.attempts.map(\.trial.target) == ["127.0.0.1:1", "192.0.2.11:9000"])
        #expect(report.attempts.allSatisfy { $0.outcome == .unanswered })
        #expect(
            report.findings.last?.evidence["reason"]
                == "the store is at 192.0.2.11:9000, which no target names"
        )
        #expect(report.verdict == .notProven)
    }

    @Test(
        arguments: [
            ("nfs4", "192.0.2.10:/export", "192.0.2.10:2049"),
            ("nfs", "[2001:db8::1]:/", "[2001:db8::1]:2049"),
            ("nfs4", "2001:db8::1:/export", "[2001:db8::1]:2049"),
            ("cifs", "//192.0.2.10/share", "192.0.2.10:445"),
            ("smb3", "//2001:db8::1/share/folder", "[2001:db8::1]:445"),
            ("nfs4", "nas:/export", nil), ("cifs", "//nas.example.jp/share", nil),
            ("cifs", "//", nil), ("ext4", "/dev/sda1", nil), ("tmpfs", "192.0.2.10:/export", nil),
        ] as [(String, String, String?)]
    )
    func `a mount tells where it comes from`(
        type: String,
        source: String,
        address: String?
    ) throws {
        let line = "36 35 0:1 / /mnt rw,noatime - \(type) \(source) rw\n"
        let mount = try #require(MountTable(parsing: Array(line.utf8)).mounts.first)
        #expect(mount.address?.description == address)
    }

    // MARK: - Programs that are none

    @Test(arguments: [
        (["/nowhere/reach"], "no such program"),
        (["/bin/false"], "ended with exit code 1"),
        (["/bin/sh", "-c", "kill -9 $$"], "ended with signal 9"),
        (["/bin/sh", "-c", "yes 山田"], "wrote more than"),
        (["/bin/echo", "山田"], "no ADDRESS:PORT and word"),
        (["/bin/true"], "told nothing of"),
    ])
    func `a program that does not tell shows nothing, and is not quoted`(
        command: [String],
        reason: String
    ) throws {
        let (outcome, status) = try withListener { target in
            try attack(command, target: target, control: Self.inside)
        }
        #expect(outcome.verdict == .notProven && status == [.attackUnanswered])
        let told = try #require(outcome.findings.first?.evidence["reason"])
        #expect(told.contains(reason) && !told.contains("山田"), "\(told)")
    }

    @Test func `a program gets targets and controls after its own arguments`() throws {
        let script = "echo \"$1 timed-out\"; echo \"$2 connected\"; test $# = 2"
        let (outcome, _) = try withListener { target in
            try attack(["/bin/sh", "-c", script, "probe"], target: target, control: Self.inside)
        }
        #expect(outcome.verdict == .proven)
        #expect(outcome.report.attempts.map(\.word) == ["timed-out"])
    }

    @Test func `who is stopped judges nothing`() throws {
        let stop = StopFlag()
        stop.set()
        #expect(throws: Stopped.self) {
            try attack(["/bin/true"], target: Self.inside, control: "192.0.2.80:1", stop: stop)
        }
    }
}
