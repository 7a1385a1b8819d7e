import FileSystem
import Glibc
import HostState
import Model
import Processes
import TestSupport
import Testing

/// What is wrong with the source, on the command line.
@Suite struct SourceTests {
    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: another user needs root"))
    func `a file that may not be read makes the snapshot incomplete, and is named`() throws {
        try withSite { site in
            try site.write("shut", [1])
            try site.giveToNobody()
            try site.system("chmod", "000", "\(site.source)/shut")
            let outcome = try site.runAsNobody(["backup"])
            expectFinding(
                outcome,
                .notProven,
                "files: snapshot 2",
                "file-unreadable: \(site.source.dropFirst())/shut",
                hint: "permissions"
            )
            #expect(outcome.out.contains("incomplete"))
            let target = "\(site.folder)/latest"
            let latest = try site.run(site.restore("files@latest", to: target))
            #expect(latest.code == 0)
            #expect(try contents(of: target + site.source).keys.contains("first"))
            try site.system("chmod", "644", "\(site.source)/shut")
            try site.checkNothingLost()
        }
    }

    @Test func `a source folder that is missing or a link takes no snapshot`() throws {
        try withSite { site in
            try site.system("mv", site.source, "\(site.folder)/elsewhere")
            let missing = try site.run(["backup"])
            expectError(missing, .couldNotLook, "files:", site.source, "not there", hint: "mount")
            try site.system("ln", "-s", "\(site.folder)/elsewhere", site.source)
            let link = try site.run(["backup"])
            expectError(link, .couldNotLook, site.source, "symbolic link", hint: "correct")
            #expect(try site.keys("snapshots/").count == 1)
            try site.system("rm", site.source)
            try site.system("mv", "\(site.folder)/elsewhere", site.source)
            try site.checkNothingLost()
        }
    }

    @Test func `a file that changes all the time makes the snapshot incomplete`() throws {
        try withSite { site in
            let path = "\(site.source)/log"
            try site.writeNoise("log", mebibytes: 64)
            let appending = Command("sh", ["-c", "while :; do echo x >>'\(path)'; done"])
            let outcome = try withRunning(appending) { process in
                defer { process.end() }
                return try site.run(["backup"])
            }.result
            expectFinding(
                outcome,
                .notProven,
                "file-changed-while-read: \(path.dropFirst())",
                hint: "quieter"
            )
            try site.checkNothingLost()
        }
    }

    @Test func `a file that goes away after it was listed is told, and all is well`() throws {
        try withSite { site in
            // While the large file is read, the small one behind it goes.
            try site.writeNoise("large", mebibytes: 200)
            try site.write("small", [1])
            let before = try site.keys("packs/").count
            let outcome = try withRunning(site.traced(["backup"])) { process in
                _ = try TestHost.child(process)
                try site.waitForPack(besides: before, process)
                #expect(unsafe unlink("\(site.source)/small") == 0)
                return try TestHost.rest(process)
            }
            #expect(outcome.status == .exited(0), "\(outcome.result)\(outcome.errorTail)")
            #expect(outcome.result.contains("file-gone: \(site.source.dropFirst())/small"))
            try site.checkNothingLost()
        }
    }

    @Test func `a program that fails makes no snapshot`() throws {
        try withSite { site in
            try site.configure(
                site.yaml + """
                      orders:
                        source: {command: {run: [/bin/sh, -c, "echo half; echo broken >&2; exit 7"],
                                           name: orders}}

                    """
            )
            let outcome = try site.run(["backup", "orders"])
            expectError(outcome, .couldNotLook, "orders:", "exit code 7", "broken", hint: "by hand")
            #expect(try site.keys("snapshots/").count == 1)
            // One set's failure does not keep the others from being backed up.
            let both = try site.run(["backup"])
            #expect(both.code == ExitCode.couldNotLook.rawValue)
            #expect(both.out.contains("files: snapshot 2"))
            try site.configure(site.yaml)
            try site.checkNothingLost()
        }
    }
}
