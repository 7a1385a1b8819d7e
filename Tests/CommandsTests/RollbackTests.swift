import Model
import TestSupport
import Testing

/// A store that is set back to an earlier state is a valid store: only who remembers what was there
/// can tell, and nothing that an operator does makes the host forget it.
@Suite struct RollbackTests {
    /// A site with two snapshots and a drill, whose store is set back to the first.
    private func withRolledBack(_ body: (TestSite, [String]) throws -> Void) throws {
        try withSite { site in
            let (drill, recipient) = try site.newKey("drill")
            let plan = """
                drills: {weekly: {set: files, scenario: failure, level: 2}}
                drill: {identityOnThisHost: true, scratch: \(site.folder)/scratch}

                """
            try site.configure(site.yaml(drill: recipient) + plan)
            try site.succeed(["backup"])
            try site.system("cp", "-a", site.store, "\(site.folder)/earlier")
            try site.write("new", [1])
            try site.succeed(["backup"])
            let run = ["drill", "run", "weekly", "--identity", drill]
            try site.succeed(run)
            try site.system("rm", "-r", site.store)
            try site.system("mv", "\(site.folder)/earlier", site.store)
            try body(site, run)
        }
    }

    @Test func `a drill of an older snapshot than the host remembers is not proven`() throws {
        try withRolledBack { site, drill in
            expectFinding(try site.run(drill), .failed, "head-behind", "verdict: failed")
            expectFinding(try site.run(["status"]), .failed, "drill-failed")
        }
    }

    @Test func `a drill is not proven while a newer snapshot cannot be read`() throws {
        try withRolledBack { site, drill in
            // What was lost comes back as the next number, and then its manifest is damaged.
            _ = try site.run(["backup"])
            try site.replace(try site.newestManifest(), with: [1, 2, 3])
            expectFinding(try site.run(drill), .failed, "manifest-damaged", "verdict: failed")
        }
    }

    @Test func `a restore of the newest says that the host remembers a newer one`() throws {
        try withRolledBack { site, _ in
            let target = "\(site.folder)/back"
            let opening = ["--identity", site.identity]
            let restored = try site.run(["restore", "files@latest", "--to", target] + opening)
            expectFinding(restored, .failed, "head-behind", "of files@2 into")
            #expect(try contents(of: target + site.source)["first"] == Array("一番目".utf8))
            expectFinding(try site.run(["ls", "files@latest"] + opening), .failed, "head-behind")
            // Who asks for one snapshot by its number gets that one.
            try site.succeed(["ls", "files@2"] + opening)
            try site.succeed(["restore", "files@2", "--to", "\(target)2"] + opening)
        }
    }

    @Test func `of two snapshots of one number none is chosen silently`() throws {
        try withSite { site in
            // A virtual machine that was set back: the same host makes another second snapshot.
            for part in [site.store, site.state] {
                try site.system("cp", "-a", part, "\(part).first")
            }
            try site.write("new", [1])
            try site.succeed(["backup"])
            try site.system("mv", site.store, "\(site.store).second")
            try site.system("rm", "-r", site.state)
            for part in [site.store, site.state] {
                try site.system("mv", "\(part).first", part)
            }
            try site.write("new", [2])
            try site.succeed(["backup"])
            let opening = ["--identity", site.identity]
            try site.succeed(["ls", "files@2"] + opening)
            try site.system("cp", "-an", "\(site.store).second/.", site.store)
            let ids = try site.keys("snapshots/").filter { $0.contains("/0000000002-") }
                .map { String($0.suffix(64)) }
            try #require(ids.count == 2)
            for (number, name) in ["files@2", "files@latest"].enumerated() {
                let target = "\(site.folder)/target\(number)"
                for words in [["restore", name, "--to", target], ["ls", name]] {
                    expectError(
                        try site.run(words + opening),
                        .failed,
                        name,
                        ids[0],
                        ids[1],
                        hint: "give the id"
                    )
                }
            }
            for id in ids {
                let target = "\(site.folder)/\(id)"
                try site.succeed(["restore", id, "--to", target] + opening)
                let byte = try contents(of: target + site.source)["new"]
                #expect(byte == [1] || byte == [2])
            }
            try site.succeed(["ls", "files@1"] + opening)
        }
    }

    @Test func `a catalog that remembers what is gone is not replaced`() throws {
        try withRolledBack { site, _ in
            let rebuilt = try site.run(["catalog", "rebuild"])
            expectFinding(rebuilt, .failed, "head-behind", "left as it is")
            #expect(!rebuilt.out.contains("damaged-1"))
            expectFinding(try site.run(["verify"]), .failed, "head-behind")
        }
    }

    @Test(arguments: ["lost", "damaged"])
    func `a host without its catalog still remembers what it stored`(how: String) throws {
        try withRolledBack { site, _ in
            try site.system("rm", site.catalog)
            try site.removeCatalogLog()
            if how == "damaged" {
                try site.system("cp", "/bin/true", site.catalog)
            }
            let rebuilt = try site.run(["catalog", "rebuild"])
            expectFinding(rebuilt, .failed, "head-behind", "catalog made anew")
            expectFinding(try site.run(["verify"]), .failed, "head-behind")
            // No number is used twice, and the gap stays visible.
            let next = try site.run(["backup"])
            #expect(next.out.contains("snapshot 4"))
            expectFinding(try site.run(["verify"]), .failed, "sequence-gap")
        }
    }
}
