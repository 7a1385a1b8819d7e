import Backup
import Drills
import FileSystem
import Format
import Glibc
import Model
import Primitives
import Processes
import TestSupport
import Testing
import Workers

/// Whether a sandbox can be had; says so aloud where it cannot.
private let hasSandbox: Bool = {
    let account = geteuid() == 0 ? Account(named: "nobody") : nil
    guard (try? Sandbox(account: account).probe()) != nil else {
        print("SKIPPED: drills with an application: no sandbox")
        return false
    }
    return true
}()

/// A program of the hospital's own on restored files: believed when it says no, and only then
/// believed when it says yes.
@Suite(.enabled(if: hasSandbox, "NOT TESTED: no sandbox here"), .timeLimit(.minutes(10)))
struct ApplicationDrillTests {
    private func drill(
        _ script: String,
        start: [String] = [],
        user: String = "nobody",
        timeout: Duration = .seconds(20)
    ) throws -> DrillResult {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("chart", Array("patient record".utf8))
            // The program runs as another, to whom what came back must be as open.
            try openWay(to: "\(hospital.source)/chart")
            _ = try hospital.backUp()
            let scratch = "\(folder)/scratch"
            try FolderTree.make(scratch, mode: 0o711)
            try openWay(to: scratch)
            let part = FilesPart(
                set: "files",
                snapshot: try hospital.open(),
                canaryPath: nil,
                application: Application(
                    start: start,
                    probe: ["/bin/sh", "-c", script, "probe", hospital.source],
                    readable: [],
                    user: user,
                    timeout: timeout,
                    hidden: []
                ),
                stop: StopFlag()
            )
            let context = DrillContext(
                scratch: scratch,
                seed: SHA256.hash([1]),
                timeline: DrillTimeline(),
                progress: { _ in }
            )
            let request = DrillRun.Request(
                level: 3,
                recoveryTimeMax: nil,
                recoveryPointMax: nil,
                identityIsOnBackupHost: false,
                scratchIsMemory: true
            )
            return try DrillRun(request, parts: [part], context: context).run()
        }
    }

    private func openWay(to path: String) throws {
        var way = ""
        for part in path.split(separator: "/") {
            way += "/\(part)"
            if way.hasPrefix("/tmp/") || way.hasPrefix("/var/tmp/") {
                #expect(unsafe chmod(way, 0o755) == 0)
            }
        }
    }

    private func codes(_ result: DrillResult) -> [FindingCode] {
        result.findings.filter { $0.severity != .notice }.map(\.code)
    }

    private static let sound = #"""
        grep -q "patient record" "$TORIDE_FOLDER$1/chart" 2>/dev/null \
            || { echo '{"findings": [{"code": "no-chart"}]}'; exit 1; }
        echo '{"findings": [], "of": "no interest"}'
        """#

    @Test func `a probe that finds the chart is proven, and says no where there is none`() throws {
        let result = try drill(Self.sound)
        #expect(result.verdict == .proven, "\(result.findings)")
        #expect(result.level == 3)
        let control = result.controls.first { $0.sabotage == "application: nothing there" }
        #expect(control?.foundAs == .applicationProbeFailed)
    }

    @Test func `a probe that says yes to everything voids the drill`() throws {
        let result = try drill(#"echo '{"findings": []}'"#)
        #expect(result.verdict == .notProven)
        #expect(codes(result).contains(.controlMissed), "\(result.findings)")
    }

    @Test func `what it finds fails the drill, by its code alone`() throws {
        let result = try drill(
            #"echo '{"findings": [{"code": "no-login"}, {"code": "Yamada Taro 1950"}, "#
                + #"{"code": "0001006032"}]}'; exit 1"#
        )
        #expect(result.verdict == .failed)
        let found = result.findings.filter { $0.code == .applicationProbeFailed }
        #expect(found.map { $0.evidence["code"] } == ["no-login", "withheld", "withheld"])
    }

    @Test(arguments: [
        "echo all is well", #"echo '{"findings": []}'; exit 7"#, "exit 0", "sleep 60",
        #"echo '{"findings": [{"code": "slow", "severity": "doubt"}]}'"#,
    ])
    func `no answer is never a success`(script: String) throws {
        let result = try drill(script, timeout: .seconds(2))
        #expect(result.verdict == .notProven, "\(result.findings)")
        #expect(codes(result).contains(.applicationUnanswered), "\(result.findings)")
        #expect(result.level == 2, "nothing answered")
    }

    @Test(arguments: [
        #"echo '{"findings": [{"code": "slow", "severity": "doubt"}]}'; exit 1"#,
        #"printf '{"findings": ['; for i in $(seq 120); do "#
            + #"printf '{"code": "slow", "severity": "doubt"}, '; done; "#
            + #"echo '{"code": "no-login"}]}'"#,
    ])
    func `a failure among doubts is a failure`(script: String) throws {
        let result = try drill(script)
        #expect(result.verdict == .failed, "\(result.findings)")
        #expect(codes(result).contains(.applicationProbeFailed), "\(result.findings)")
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: only root becomes another user"))
    func `a user who is not there is nobody to run it as`() throws {
        let result = try drill(Self.sound, user: "no-such-user-of-toride")
        #expect(result.verdict == .notProven, "\(result.findings)")
        #expect(codes(result).contains(.applicationUnanswered), "\(result.findings)")
    }

    @Test func `it sees a server that was started beside it, no network and nothing of ours`()
        throws
    {
        let script = #"""
            for i in 1 2 3 4 5 6 7 8 9 10; do
                [ -e "$TORIDE_SCRATCH/up" ] && break
                sleep 0.2
            done
            lines=$(grep -c : /proc/net/dev)
            if [ -e "$TORIDE_SCRATCH/up" ] && [ "$lines" -eq 1 ] \
                && [ -e "$TORIDE_FOLDER$1/chart" ] \
                && ! touch "$TORIDE_FOLDER$1/new" 2>/dev/null; then
                echo '{"findings": []}'
            else
                echo '{"findings": [{"code": "not-so"}]}'
            fi
            """#
        let start = ["/bin/sh", "-c", #"echo 'it'"'"'s up' > "$TORIDE_SCRATCH/up"; sleep 30"#]
        let result = try drill(script, start: start)
        #expect(result.verdict == .proven, "\(result.findings)")
    }
}
