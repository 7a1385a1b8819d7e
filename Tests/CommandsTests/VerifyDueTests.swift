import FileSystem
import Format
import HostState
import Model
import TestSupport
import Testing

/// `toride verify --due` reads what its stores' deadlines ask for, and status tells what is late.
@Suite(.timeLimit(.minutes(15))) struct VerifyDueTests {
    /// What one store's part of the answer says.
    private func read(_ site: TestSite) throws -> (objects: Int64, left: Int64) {
        let answer = try site.succeed(["verify", "--due", "--json"]).object()
        guard case .object(let members) = answer, case .array(let stores)? = members["stores"],
            case .object(let store)? = stores.first,
            case .integer(let objects)? = store["objectsRead"],
            case .integer(let left)? = store["objectsLeft"]
        else {
            Issue.record("\(answer)")
            return (0, 0)
        }
        return (objects, left)
    }

    @Test func `what is new is read once, and again when it is due`() throws {
        try withSite { site in
            let named = try site.keys().filter { StoredKind(key: $0).name != nil }
            let first = try read(site)
            #expect(first.objects == Int64(named.count) && first.left == 0)
            #expect(try read(site).objects == 0)
            try site.write("more", [1])
            try site.succeed(["backup"])
            #expect(try read(site).objects > 0)
            try site.changeCatalog("UPDATE readings SET read = 1000 WHERE key LIKE 'packs/%'")
            let packs = try site.keys("packs/").count
            let again = try read(site)
            #expect(again.objects == Int64(packs) && again.left == 0)
        }
    }

    @Test func `a whole verification reads for the ledger too`() throws {
        try withSite { site in
            try site.succeed(["verify"])
            // Its own record is new.
            #expect(try read(site).objects == 1)
            let status = try site.run(["status"])
            #expect(status.out.contains("copies 3-2-1-1-0: 1-1-0-0-0"), "\(status.out)")
            #expect(!status.out.contains("reading-late"))
        }
    }

    @Test func `damage and loss are told with what they break`() throws {
        try withSite { site in
            try site.succeed(["verify", "--due"])
            let pack = try #require(try site.keys("packs/").first)
            let whole = try site.flip(pack)
            expectFinding(
                try site.run(["verify", "--due"]),
                .failed,
                "object-damaged: \(pack)",
                "files@1"
            )
            #expect(try site.run(["status"]).out.contains("3-2-1-1-0: 0-0-0-0-1"))
            try SmallFile.remove("\(site.store)/\(pack)")
            for _ in 0..<2 {
                expectFinding(
                    try site.run(["verify", "--due"]),
                    .failed,
                    "object-missing: \(pack)",
                    "files@1"
                )
            }
            try site.replace(pack, with: whole)
            try site.succeed(["verify", "--due"])
            let manifest = try site.newestManifest()
            let bytes = try site.bytes(manifest)
            try SmallFile.remove("\(site.store)/\(manifest)")
            expectFinding(
                try site.run(["verify", "--due"]),
                .failed,
                "object-missing: \(manifest)",
                "files@1"
            )
            try site.replace(manifest, with: bytes)
            try site.checkNothingLost()
        }
    }

    @Test func `what was not read in time is told until it is read`() throws {
        try withSite { site in
            try site.succeed(["verify", "--due"])
            #expect(!(try site.run(["status"]).out.contains("reading-late")))
            try site.changeCatalog("UPDATE readings SET read = 1000, arrived = 1000")
            expectFinding(
                try site.run(["status"]),
                .notProven,
                "reading-late",
                hint: "toride verify --due"
            )
            try site.succeed(["verify", "--due"])
            #expect(!(try site.run(["status"]).out.contains("reading-late")))
        }
    }

    @Test func `a store that is away leaves nothing proven, and its ledger as it is`() throws {
        try withSite { site in
            try site.succeed(["verify", "--due"])
            let away = "\(site.store).away"
            let manifest = try site.newestManifest()
            try site.system("mv", site.store, away)
            let read = try site.run(["verify", "--due", "--json"])
            #expect(read.code == ExitCode.couldNotLook.rawValue)
            guard case .object(let members) = try read.object() else {
                Issue.record("\(read.out)")
                return
            }
            #expect(members["verdict"] == .string("not-proven"))
            try FolderTree.make(site.store, mode: 0o755)
            expectFinding(
                try site.run(["verify", "--due"]),
                .failed,
                "descriptor-missing",
                "object-missing: \(manifest)"
            )
            removeTree(site.store)
            try site.system("mv", away, site.store)
            #expect(try self.read(site).objects == 0)
        }
    }

    @Test func `what cannot be asked is refused`() throws {
        try withSite { site in
            for words in [
                ["--due", "files"], ["--due", "--resume"], ["--for", "2h"],
                ["--due", "--for", "2 h"], ["--due", "--expect-head", "a=1:b"],
            ] {
                let outcome = try site.run(["verify"] + words)
                #expect(outcome.code == ExitCode.usage.rawValue, "\(words): \(outcome.err)")
            }
            expectError(
                try site.run(["verify", "--due", "--copy", "none"]),
                .usage,
                "none",
                hint: "primary"
            )
            try site.succeed(["verify", "--due", "--for", "2h", "--limit-rate", "1G"])
        }
    }
}
