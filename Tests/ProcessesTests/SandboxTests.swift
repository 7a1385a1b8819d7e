import Glibc
import Model
@testable import Processes
import Testing

/// Whether this machine can make sandboxes; says so aloud where it cannot.
private let canIsolate: Bool = {
    do {
        _ = try Sandbox(account: Account(named: "nobody")).probe()
        return true
    } catch {
        print("SKIPPED: sandbox tests: \(error)")
        return false
    }
}()

@Suite(.enabled(if: canIsolate, "no sandbox can be made here"), .timeLimit(.minutes(15)))
struct SandboxTests {
    private let account = Account(named: "nobody")

    @Test func `the probe finds isolation in force, from inside`() throws {
        let evidence = try Sandbox(hidden: ["/var/log"], account: account).probe()
        #expect(evidence.isIsolated, "\(evidence.facts)")
        #expect(evidence.interfaces == ["lo"])
        #expect(evidence.userID != 0)
        #expect(evidence.hidden.contains("/var/log") && evidence.hidden.contains("/tmp"))
        #expect(evidence.findings.isEmpty)
    }

    @Test func `a hidden directory shows no file, and a readable file in it is shown`() throws {
        let directory = try makeDirectory()
        defer { remove(directory) }
        _ = try Command("sh", ["-c", "echo secret > \(directory)/a; echo shown > \(directory)/b"])
            .run(timeout: .seconds(10))
        let sandbox = Sandbox(
            hidden: [directory],
            readable: [directory + "/b"],
            account: account
        )
        let output = try sandbox.wrap(Command("sh", ["-c", "cat \(directory)/*"]))
            .run(timeout: .seconds(20))
        #expect(output.text == "shown\n")
        #expect(try sandbox.probe().isIsolated)
    }

    /// Where no list of places to hide would have it: what is not named is not there.
    @Test(arguments: ["/var/lib", "/opt", "/etc"])
    func `a folder that nobody thought of is not there`(
        parent: String
    ) throws {
        guard geteuid() == 0 else {
            print("SKIPPED: only root makes folders in \(parent)")
            return
        }
        let made = try Command("mktemp", ["-d", "\(parent)/toride-sandbox-XXXXXX"])
            .run(timeout: .seconds(10))
        let directory = String(made.text.dropLast())
        defer { remove(directory) }
        let script = "chmod 777 \(directory) && echo secret > \(directory)/a"
        _ = try Command("sh", ["-c", script]).run(timeout: .seconds(10))
        let output = try Sandbox(account: account)
            .wrap(Command("sh", ["-c", "ls \(directory) 2> /dev/null; echo end"]))
            .run(timeout: .seconds(20))
        #expect(output.text == "end\n")
    }

    @Test func `only the scratch directory can be written`() throws {
        let directory = try makeDirectory()
        defer { remove(directory) }
        let sandbox = Sandbox(scratch: directory, account: account)
        let script = "echo kept > \(directory)/x && ! echo no 2> /dev/null > /usr/x"
        let output = try sandbox.wrap(Command("sh", ["-c", script])).run(timeout: .seconds(20))
        #expect(output.status.isSuccess, "\(output.errorTail)")
        let kept = try Command("cat", [directory + "/x"]).run(timeout: .seconds(10))
        #expect(kept.text == "kept\n")
        #expect(try sandbox.probe().isIsolated)
    }

    @Test func `no process takes all of the memory, and none leaves a core`() throws {
        let output = try Sandbox(account: account)
            .wrap(Command("bash", ["-c", "ulimit -d; ulimit -c"]))
            .run(timeout: .seconds(20))
        #expect(output.text == "\(Sandbox.memoryMax / 1_024)\n0\n")
        #expect(try Sandbox(account: account).probe().memoryMax == Sandbox.memoryMax)
    }

    @Test func `no address can be reached`() throws {
        let script = "exec 3<> /dev/tcp/127.0.0.1/22 || exec 3<> /dev/tcp/192.0.2.1/80"
        let output = try Sandbox(account: account).wrap(Command("bash", ["-c", script]))
            .run(timeout: .seconds(20))
        #expect(!output.status.isSuccess)
    }

    @Test func `ending a sandbox ends all that runs in it`() throws {
        #expect(throws: ProcessError.self) {
            let script = "sleep 64.5 & setsid sleep 64.5 & wait"
            _ = try Sandbox(account: account).wrap(Command("sh", ["-c", script]))
                .run(timeout: .milliseconds(700))
        }
        let list = try Command("ps", ["-e", "-o", "args="]).run(timeout: .seconds(10)).text
        #expect(!list.contains("sleep 64.5"))
    }

    @Test func `evidence of anything shared or seen is not isolation`() {
        #expect(evidence().isIsolated)
        #expect(!evidence(userID: 0).isIsolated)
        #expect(!evidence(interfaces: ["lo", "eth0"]).isIsolated)
        #expect(!evidence(interfaces: []).isIsolated)
        #expect(!evidence(shared: ["net"]).isIsolated)
        #expect(!evidence(visible: ["/home"]).isIsolated)
        #expect(!evidence(hidden: []).isIsolated)
        #expect(!evidence(writable: ["/etc"]).isIsolated)
        #expect(!evidence(memoryMax: nil).isIsolated)
        #expect(!evidence(processes: 200).isIsolated)
        #expect(evidence(userID: 0).findings.map(\.code) == [.isolationMissing])
    }

    private func evidence(
        userID: UInt32 = 1,
        interfaces: [String] = ["lo"],
        shared: [String] = [],
        visible: [String] = [],
        hidden: [String] = ["/home"],
        writable: [String] = [],
        memoryMax: Int? = 1 << 30,
        processes: Int = 3
    ) -> SandboxEvidence {
        SandboxEvidence(
            userID: userID,
            interfaces: interfaces,
            sharedNamespaces: shared,
            visible: visible,
            hidden: hidden,
            writable: writable,
            memoryMax: memoryMax,
            processes: processes
        )
    }

    private func makeDirectory() throws -> String {
        let output = try Command("mktemp", ["-d", "/tmp/toride-sandbox-XXXXXX"])
            .run(timeout: .seconds(10))
        let path = String(output.text.dropLast())
        _ = try Command("chmod", ["777", path]).run(timeout: .seconds(10))
        return path
    }

    private func remove(_ directory: String) {
        _ = try? Command("rm", ["-rf", directory]).run(timeout: .seconds(10))
    }
}
