import FileSystem
import HostState
import Model
import TestSupport
import Testing

/// `toride restore` and `toride ls`, as the one who needs them types.
@Suite struct RestoreTests {
    @Test func `a folder that is not empty is refused and left as it is`() throws {
        try withSite { site in
            let target = "\(site.folder)/full"
            try FolderTree.make(target, mode: 0o755)
            try SmallFile.write([1], to: "\(target)/mine")
            let outcome = try site.run(site.restore("files@1", to: target))
            expectError(outcome, .usage, target, "not empty", hint: "empty")
            #expect(try contents(of: target) == ["mine": [1]])
            // Into the source itself: refused for the same reason.
            expectError(
                try site.run(site.restore("files@1", to: site.source)),
                .usage,
                "not empty",
                hint: "empty"
            )
            try site.checkNothingLost()
        }
    }

    @Test func `a target whose parent is missing, or that is a file, is told`() throws {
        try withSite { site in
            let below = "\(site.folder)/none/target"
            expectError(
                try site.run(site.restore("files@1", to: below)),
                .couldNotLook,
                below,
                hint: "exists"
            )
            expectError(
                try site.run(site.restore("files@1", to: site.identity)),
                .couldNotLook,
                site.identity,
                hint: ""
            )
        }
    }

    @Test func `only what is included comes back`() throws {
        try withSite { site in
            let target = "\(site.folder)/part"
            let folder = "\(site.source)/d"
            let outcome = try site.succeed(
                site.restore("files@1", to: target) + ["--include", folder]
            )
            #expect(outcome.out.contains("restored"))
            #expect(outcome.out.contains(target))
            let files = try contents(of: target + site.source)
            #expect(files.keys.sorted() == ["d", "d/second"])
            let none = try site.run(
                site.restore("files@1", to: "\(site.folder)/other")
                    + ["--include", "\(folder)/none"]
            )
            expectError(none, .usage, "\(folder.dropFirst())/none", hint: "toride ls")
        }
    }

    @Test(arguments: ["files@2", "files@0", "none@latest", "files", "files@newest", "abcdef"])
    func `a snapshot that is not there is told, with where to look`(name: String) throws {
        try withSite { site in
            let target = "\(site.folder)/target"
            let outcome = try site.run(site.restore(name, to: target))
            expectError(outcome, .usage, name, hint: "toride snapshots")
            let list = try site.run(["ls", name, "--identity", site.identity])
            expectError(list, .usage, name, hint: "toride snapshots")
        }
    }

    @Test func `a snapshot is listed whole, in part, and by the beginning of its id`() throws {
        try withSite { site in
            let snapshots = try site.succeed(["snapshots", "files"])
            let id = String(try #require(snapshots.out.split(separator: " ").first))
            let all = try site.succeed(["ls", id, "--identity", site.identity])
            #expect(all.out.contains("\(site.source.dropFirst())/first\n"))
            let part = try site.succeed([
                "ls", "files@latest", "\(site.source)/d", "--identity", site.identity,
            ])
            #expect(part.out.split(separator: "\n").count == 2)
            let none = try site.run([
                "ls", "files@1", "\(site.source)/none", "--identity", site.identity,
            ])
            expectError(none, .usage, "\(site.source.dropFirst())/none", hint: "toride ls")
        }
    }

    @Test func `a restore from a damaged store brings the rest back, and says what it lacks`()
        throws
    {
        try withSite { site in
            var random = SeededGenerator(seed: 72)
            try site.write("large", random.bytes(3_000_000))
            let before = Set(try site.keys("packs/"))
            try site.succeed(["backup"])
            let after = try site.keys("packs/").filter { !before.contains($0) }
            let sizes = try after.map { (try site.bytes($0).count, $0) }
            let key = try #require(sizes.max { $0.0 < $1.0 }?.1)
            // Within the content: the pack's own table lies at its end.
            let whole = try site.flip(key)
            let target = "\(site.folder)/rest"
            let outcome = try site.run(site.restore("files@2", to: target))
            expectFinding(
                outcome,
                .failed,
                "chunk-damaged",
                "\(site.source.dropFirst())/large",
                hint: "toride verify"
            )
            let files = try contents(of: target + site.source)
            #expect(files["first"] == Array("一番目".utf8))
            try site.replace(key, with: whole)
            try site.checkNothingLost()
        }
    }
}
