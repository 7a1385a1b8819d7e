import Configuration
import FileSystem
import Glibc
import HostState
import Logging
import Model
import Processes
import TestSupport
import Testing

@testable import Daemon

/// What the daemon is made of, and what it is installed with.
@Suite struct PackagingTests {
    @Test(
        .enabled(if: Tool.find("nm") != nil, "NOT TESTED: nm is missing"),
        arguments: ["Opening", "Recovery", "Drills", "Custody"]
    )
    func `the daemon holds nothing that opens`(module: String) throws {
        #expect(try !Tool.hasSymbols(of: module, "torided"))
        #expect(try Tool.hasSymbols(of: module, "toride"), "the search finds them where they are")
        #expect(try Tool.hasSymbols(of: "Sealing", "torided"))
    }

    @Test(
        .enabled(if: Tool.find("systemd-analyze") != nil, "NOT TESTED: systemd is missing"),
        arguments: [("torided.service", 25), ("toride-drill@.service", 45)]
    )
    func `the units are sound and shut in`(unit: String, exposureMax: Int) throws {
        try withTemporaryFolder { folder in
            let source = "\(Tool.root)/packaging/systemd/\(unit)"
            let text = String(
                decoding: try #require(try SmallFile.read(source, bytesMax: 1 << 16)),
                as: UTF8.self
            )
            // Installed they are not here; whether they can be run is judged, too.
            let built = try Tool.built("toride").dropLast("/toride".count)
            let here = text.replacing("/usr/bin/", with: "\(built)/")
            let path = "\(folder)/\(unit)"
            try SmallFile.write(Array(here.utf8), to: path, mode: 0o644)
            let verify = try Command("systemd-analyze", ["verify", "--man=no", path])
                .run(timeout: .seconds(60))
            #expect(verify.status.isSuccess)
            #expect(verify.text + verify.errorTail == "")
            let security = try Command(
                "systemd-analyze",
                [
                    "security", "--offline=true", "--no-pager", "--threshold=\(exposureMax)", path,
                ]
            ).run(timeout: .seconds(60))
            #expect(security.status.isSuccess, "\(security.text.suffix(200))")
        }
    }

    @Test func `a drill is started by the service manager, or told to be due`() throws {
        try withTemporaryFolder { folder in
            let systemctl = "\(folder)/systemctl"
            let script = "#!/bin/sh\necho \"$@\" >> \(folder)/asked\nexit $(cat \(folder)/code)\n"
            try SmallFile.write(Array(script.utf8), to: systemctl, mode: 0o755)
            let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            for (here, code, expected) in [
                (true, "0", ExitCode.done), (true, "1", .couldNotLook), (false, "0", .notProven),
            ] {
                let site = try TestSite(
                    in: "\(folder)/\(here)\(code)",
                    "drill: {identityOnThisHost: \(here)}"
                )
                try SmallFile.write(Array(code.utf8), to: "\(folder)/code")
                let configuration = try Configuration.load(path: site.config)
                let starter = DrillStarter(systemctl: systemctl)
                #expect(try starter.start("weekly", in: configuration, log) == expected)
                let nobody = DrillStarter(systemctl: nil)
                #expect(try nobody.start("weekly", in: configuration, log) == .notProven)
            }
            let asked = try #require(try SmallFile.read("\(folder)/asked", bytesMax: 4_096))
            let line = "start --no-block toride-drill@weekly.service\n"
            #expect(String(decoding: asked, as: UTF8.self) == line + line)
        }
    }

    @Test func `a log names no file of a source`() {
        func words(_ path: String) -> String {
            JobRunner.words(
                FileSystemError("open", path, code: EACCES),
                beneath: ["/srv/ssmix2"]
            )
        }
        // As walks name it, and as others do.
        for path in ["//srv/ssmix2/000/100/0001006032", "/srv/ssmix2/0001006032"] {
            #expect(words(path) == "/srv/ssmix2/…: open: Permission denied")
        }
        // The operator's own: a folder that must be mended is named.
        for path in ["/srv/ssmix2", "/srv/ssmix2-old/a", "/var/lib/toride/sets"] {
            #expect(words(path) == "\(path): open: Permission denied")
        }
    }

    @Test func `a log line is one line`() {
        #expect(
            JournalHandler.line("what\nhappened", ["b": "two words", "a": "1", "c": "\"x\""])
                == "what happened a=1 b=\"two words\" c=\"'x'\""
        )
    }
}
