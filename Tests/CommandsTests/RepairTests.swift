import FileSystem
import Format
import HostState
import Model
import TestSupport
import Testing

/// `toride repair` puts a store right from another, and says what it cannot.
@Suite(.timeLimit(.minutes(15))) struct RepairTests {
    /// A site with one snapshot, and a whole copy of it.
    private func withCopy(_ body: (TestSite, String) throws -> Void) throws {
        try withSite { site in
            let vault = try site.addVault()
            try site.succeed(["copy", "run"])
            try body(site, vault)
        }
    }

    @Test func `a plan says what would be done, and applying it does`() throws {
        try withCopy { site, _ in
            let pack = try #require(try site.keys("packs/").first)
            let whole = try site.flip(pack)
            let bad = try site.bytes(pack)
            let plan = try site.run(["repair", "--plan"])
            expectFinding(plan, .failed, "\(pack) ← vault", "object-damaged: \(pack)")
            #expect(try site.keys("quarantine/").isEmpty)
            #expect(try site.bytes(pack) == bad)
            let applied = try site.run(["repair", "--apply"])
            expectFinding(applied, .done, "object-healed: \(pack)", "files@1")
            #expect(try site.bytes(pack) == whole)
            #expect(try site.bytes("quarantine/\(pack.replacing("/", with: "-")).1") == bad)
            try site.succeed(["verify"])
            let again = try site.succeed(["repair", "--plan"])
            #expect(!again.out.contains("object-damaged"))
            try site.checkNothingLost()
        }
    }

    @Test func `what only a list page names is found once that is whole`() throws {
        try withCopy { site, _ in
            try site.write("more", Array("more".utf8))
            try site.succeed(["backup"])
            try site.succeed(["copy", "run"])
            let gone =
                try site.keys("snapshots/") + site.keys("lists/") + site.keys("packs/")
                + site.keys("index/") + site.keys("keys/") + ["toride.json"]
            for key in gone {
                try SmallFile.remove("\(site.store)/\(key)")
            }
            let applied = try site.run(["repair", "--apply", "--copy", "primary"])
            #expect(applied.code == 0, "\(applied.out)\(applied.err)")
            // Of one kind of finding fifty are shown.
            for key in gone where gone.count <= 50 {
                #expect(applied.out.contains("object-healed: \(key)"))
            }
            try site.checkNothingLost()
        }
    }

    @Test func `the copy is put right from the first store`() throws {
        try withCopy { site, vault in
            let list = try #require(try site.keys("lists/").first)
            try SmallFile.write([1, 2, 3], to: "\(vault)/\(list)", mode: 0o644)
            let applied = try site.run(["repair", "--apply", "--copy", "vault"])
            expectFinding(applied, .done, "object-healed: \(list)")
            try site.succeed(["verify", "--copy", "vault"])
        }
    }

    @Test func `what is whole nowhere stays told`() throws {
        try withCopy { site, vault in
            let pack = try #require(try site.keys("packs/").first)
            let whole = try site.flip(pack)
            try SmallFile.remove("\(vault)/\(pack)")
            expectFinding(
                try site.run(["repair", "--plan", "--copy", "primary"]),
                .failed,
                "object-damaged: \(pack)",
                "1 are whole nowhere"
            )
            expectFinding(
                try site.run(["repair", "--apply"]),
                .failed,
                "object-damaged: \(pack)",
                "files@1"
            )
            #expect(try site.bytes(pack) != whole)
            try site.replace(pack, with: whole)
            try site.succeed(["repair", "--apply"])
            try site.succeed(["verify"])
        }
    }

    @Test func `a sound site has nothing to repair, in words and in JSON`() throws {
        try withCopy { site, _ in
            let keys = try site.keys()
            let plan = try site.succeed(["repair", "--plan"])
            #expect(plan.out.contains("nothing is to be put right"))
            #expect(try site.keys() == keys)
            let answer = try site.succeed(["repair", "--apply", "--json"]).object()
            guard case .object(let members) = answer, case .array(let stores)? = members["stores"]
            else {
                Issue.record("\(answer)")
                return
            }
            #expect(stores.count == 2)
            for case .object(let store) in stores {
                #expect(store["whole"] == JSONValue.bool(true))
                #expect(store["left"] == JSONValue.array([]))
            }
        }
    }

    @Test func `either a plan or its doing is asked for`() throws {
        try withSite { site in
            for words in [["repair"], ["repair", "--plan", "--apply"]] {
                let outcome = try site.run(words)
                #expect(outcome.code == ExitCode.usage.rawValue)
                #expect(outcome.err.contains("--plan or --apply"))
            }
        }
    }
}
