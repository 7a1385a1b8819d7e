import FileSystem
import HostState
import Model
import TestSupport
import Testing

/// A source that is not where it was: a share that is not mounted, a folder that was emptied.
@Suite struct SourceGoneTests {
    @Test func `a folder that was emptied is told once, and the earlier files are there`() throws {
        try withSite { site in
            removeTree("\(site.source)/first")
            removeTree("\(site.source)/d/second")
            let emptied = try site.run(["backup"])
            expectFinding(emptied, .notProven, "source-emptied: \(site.source.dropFirst())")
            #expect(!emptied.out.contains("incomplete"))
            try site.checkNothingLost()
        }
    }

    @Test func `the canary is no file of a folder that was emptied`() throws {
        try withSite { site in
            try site.configure(
                site.yaml.replacing("source: {", with: "canary: true\n    source: {")
            )
            try site.succeed(["backup"])
            #expect(try contents(of: site.source)[".toride/canary.json"] != nil)
            try site.succeed(["backup"])
            removeTree("\(site.source)/first")
            removeTree("\(site.source)/d")
            let emptied = try site.run(["backup"])
            expectFinding(emptied, .notProven, "source-emptied: \(site.source.dropFirst())")
            try site.checkNothingLost()
        }
    }

    @Test func `one file that is left is no emptied folder, nor is a folder always empty`() throws {
        try withSite { site in
            removeTree("\(site.source)/d")
            try FolderTree.make("\(site.folder)/never", mode: 0o755)
            let both = "paths: [\(site.folder)/never, \(site.source)]"
            try site.configure(site.yaml.replacing("paths: [\(site.source)]", with: both))
            try site.succeed(["backup"])
            try site.succeed(["backup"])
        }
    }

    @Test func `a share that is not mounted is told until an operator says it shall be so`() throws
    {
        try withSite { site in
            let share = "\(site.source)/share"
            try withMemoryFileSystem(at: share, bytes: 1 << 20) {
                try site.write("share/karte", [7])
                _ = try site.succeed(["backup"])
            }
            // What someone writes into the folder beneath does not make it the share.
            try site.write("share/stray", [8])
            for _ in 0..<2 {
                let unmounted = try site.run(["backup"])
                expectFinding(unmounted, .notProven, "incomplete")
                expectFinding(unmounted, .notProven, "source-unmounted: \(share.dropFirst())")
            }
            try site.succeed([
                "restore", "files@latest", "--to", "\(site.folder)/back", "--identity",
                site.identity,
            ])
            let files = try contents(of: "\(site.folder)/back\(site.source)")
            #expect(files["share/karte"] == [7])

            try withMemoryFileSystem(at: share, bytes: 1 << 20) {
                _ = try site.succeed(["backup"])
            }
            expectFinding(try site.run(["backup"]), .notProven, "source-unmounted")
            try site.succeed(["backup", "--accept-unmounted"])
            try site.checkNothingLost()
        }
    }

    @Test func `a configured path that was a mount point and is none makes no whole snapshot`()
        throws
    {
        try withSite { site in
            let nas = "\(site.folder)/nas"
            try site.configure(
                site.yaml.replacing("paths: [\(site.source)]", with: "paths: [\(nas)]")
            )
            try withMemoryFileSystem(at: nas, bytes: 1 << 20) {
                try SmallFile.write([1], to: "\(nas)/scan", mode: 0o644)
                _ = try site.succeed(["backup"])
            }
            let unmounted = try site.run(["backup"])
            expectFinding(unmounted, .notProven, "source-unmounted: \(nas.dropFirst())")
            expectFinding(unmounted, .notProven, "source-emptied: \(nas.dropFirst())")
            try site.succeed(["verify"])
        }
    }
}
