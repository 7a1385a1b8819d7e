import Catalog
import FileSystem
import Glibc
import HostState
import LocalStore
import Model
import ObjectStore
import Processes
import TestSupport
import Testing

@testable import Daemon

/// The program itself, as the service manager runs it.
@Suite struct DaemonTests {
    private static let files = """
        sets:
          files:
            source: {files: {paths: [FOLDER/source]}}
            schedule: "0 2 * * *"
            verify: {schedule: "0 3 * * *"}
        """
    /// A source that takes as long as it is let.
    private static let slow = """
        sets:
          slow:
            source: {command: {run: [/bin/sleep, "600"], name: out}}
            schedule: "0 2 * * *"
        """

    private func withSite(_ rest: String, _ body: (TestSite) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            try FolderTree.make("\(folder)/source", mode: 0o700)
            try SmallFile.write([1, 2, 3], to: "\(folder)/source/file")
            try body(try TestSite(in: folder, rest.replacing("FOLDER", with: folder)))
        }
    }

    private func run(_ site: TestSite, _ words: String...) throws -> ProcessOutput {
        try Command(try Tool.built("torided"), ["--config", site.config] + words)
            .run(timeout: .seconds(60))
    }

    @Test(.timeLimit(.minutes(15)))
    func `what is due runs, is written down, and does not run again`() throws {
        try withSite(Self.files) { site in
            try site.withDaemon { process in
                let came = try site.wait(for: 1, "backup done", "sequence=1", atMost: 60)
                #expect(came)
                #expect(terminate(process) != nil)
            }
            // Whichever was first: nothing to verify yet, or the one snapshot.
            #expect(try site.lines("verify is due").count == 1)
            try site.withDaemon { process in
                usleep(1_500_000)
                #expect(terminate(process) != nil)
            }
            #expect(try site.lines("backup is due").count == 1, "once in two lives")
            #expect(try site.lines(" stopped").count == 2)
            #expect(try site.verdict() == .proven)
            let run = try #require(
                try Catalog(path: site.state.catalogPath).lastRun(of: "files", kind: .backup)
            )
            #expect(run.end?.outcome == .done)
            #expect(run.due != nil)
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `a backup is brought to the further stores at once`() throws {
        try withSite(Self.files + "\n    stores: [primary, vault, gone]") { site in
            let config = String(
                decoding: try #require(try SmallFile.read(site.config, bytesMax: 65_536)),
                as: UTF8.self
            )
            let vault = "\(site.folder)/vault"
            let stores = "\n  vault: {path: \(vault)}\n  gone: {path: \(site.folder)/gone}\nsets:"
            let text = config.replacing("\nsets:", with: stores)
            try SmallFile.write(Array(text.utf8), to: site.config)
            try FolderTree.make(vault, mode: 0o700)
            try site.withDaemon { process in
                let copied = try site.wait(for: 1, "copy done", "store=vault", atMost: 60)
                #expect(copied)
                let told = try site.wait(for: 1, "copy failed", "store=gone", atMost: 60)
                #expect(told)
                #expect(terminate(process) != nil)
            }
            let copy = try LocalStore(name: "vault", root: vault)
            #expect(try copy.list(prefix: "snapshots/").count == 1)
            let run = try #require(
                try Catalog(path: site.state.catalogPath).lastRun(of: "files", kind: .backup)
            )
            #expect(run.end?.outcome == .done, "a store that is away is no reason to back up again")
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `a daemon that is killed makes up for its run once`() throws {
        try withSite(Self.slow) { site in
            try site.withDaemon { process in
                let came = try site.wait(for: 1, "backup is due", atMost: 60)
                #expect(came)
                kill(process, SIGKILL)
                // Until then it holds its lock.
                while !isGone(process) {
                    usleep(10_000)
                }
            }
            let catalog = try Catalog(path: site.state.catalogPath)
            #expect(try catalog.lastRun(of: "slow", kind: .backup)?.end == nil)
            // What it was to take is there at last.
            let config = String(
                decoding: try SmallFile.read(site.config, bytesMax: 1 << 20) ?? [],
                as: UTF8.self
            )
            let quick = config.replacing("/bin/sleep, \"600\"", with: "/bin/echo, hello")
            try SmallFile.write(Array(quick.utf8), to: site.config)
            try site.withDaemon { process in
                let came = try site.wait(for: 1, "backup done", atMost: 60)
                #expect(came)
                usleep(1_500_000)
                #expect(terminate(process) != nil)
            }
            #expect(try site.lines("backup is due").count == 2)
            #expect(try site.verdict() == .proven)
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `SIGTERM ends it in time, in the midst of a run that leaves nothing half`() throws {
        try withSite(Self.slow) { site in
            try site.withDaemon { process in
                let came = try site.wait(for: 1, "backup is due", atMost: 60)
                #expect(came)
                usleep(300_000)
                #expect(terminate(process) != nil)
            }
            #expect(try site.lines("backup stopped").count == 1)
            let manifests = try site.store().list(prefix: "snapshots/")
            #expect(manifests.isEmpty)
            let catalog = try Catalog(path: site.state.catalogPath)
            #expect(try catalog.lastRun(of: "slow", kind: .backup)?.end == nil)
        }
    }

    /// It may name a patient; who runs the command by hand sees it.
    @Test(arguments: ["source", "hook"])
    func `the log keeps nothing of what a program of the hospital's said`(who: String) throws {
        let chatty = "[/bin/sh, -c, \"echo 0123456 >&2; exit 3\"]"
        let source = who == "source" ? chatty : "[/bin/echo, a]"
        let sets = """
            sets:
              chatty:
                source: {command: {run: \(source), name: out}}
                before: \(who == "hook" ? chatty : "[/bin/true]")
                schedule: "0 2 * * *"
            """
        try withSite(sets) { site in
            try site.withDaemon { process in
                let came = try site.wait(for: 1, "backup failed", "exit code 3", atMost: 60)
                #expect(came)
                #expect(terminate(process) != nil)
            }
            #expect(try site.lines("0123456").isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(15)))
    func `two daemons do not share a state`() throws {
        try withSite(Self.slow) { site in
            try site.withDaemon { process in
                let second = try run(site)
                #expect(second.status == .exited(4))
                #expect(second.errorTail.contains("another torided uses"))
                #expect(terminate(process) != nil)
            }
        }
    }

    @Test func `a configuration that schedules nothing, or is wrong, ends with 2`() throws {
        let silent = Self.files.split(separator: "\n").filter { !$0.contains("schedule") }
            .joined(separator: "\n")
        try withSite(silent) { site in
            let output = try run(site)
            #expect(output.status == .exited(2))
            #expect(output.errorTail.contains("nothing would ever run"))
        }
        try withSite(Self.files + "\nnonsense: 1") { site in
            let output = try run(site)
            #expect(output.status == .exited(2))
            #expect(output.errorTail.contains("nonsense"))
        }
    }

    @Test func `--check says when each job comes next in the time zone of the site`() throws {
        try withSite(Self.files) { site in
            let output = try run(site, "--check")
            #expect(output.status.isSuccess)
            let lines = output.text.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("backup  files  0 2 * * *  ") == true)
            #expect(lines.first?.hasSuffix("T02:00:00+09:00") == true)
            #expect(lines.last?.hasSuffix("T03:00:00+09:00") == true)
        }
    }

    @Test(
        .enabled(if: unsafe getenv("TORIDE_SOAK") != nil, "only in `make soak-daemon`"),
        .timeLimit(.minutes(15))
    )
    func `three due runs happen, and those missed while it was dead are made up for once`() throws {
        let everyMinute = Self.files.replacing("0 2 * * *", with: "* * * * *")
        try withSite(everyMinute) { site in
            try site.withDaemon { process in
                // The first is that of the minute before it started.
                let came = try site.wait(for: 4, "backup done", atMost: 240)
                #expect(came)
                kill(process, SIGKILL)
            }
            let before = try site.lines("backup is due").count
            sleep(150)
            try site.withDaemon { process in
                let came = try site.wait(for: before + 1, "backup done", atMost: 20)
                #expect(came)
                usleep(2_000_000)
                #expect(try site.lines("backup is due").count <= before + 2)
                let time = try #require(terminate(process))
                print("SIGTERM ended it in \(time)")
            }
            #expect(try site.verdict() == .proven)
            print(try site.lines("backup is due").joined(separator: "\n"))
        }
    }
}
