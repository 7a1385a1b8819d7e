import FileSystem
import Format
import Glibc
import HostState
import Model
import Processes
import TestSupport
import Testing

/// `toride verify` finds what was done to a store, and names objects and snapshots.
@Suite struct VerifyTests {
    /// A site with two snapshots, and two packs that have the same size.
    private func withTwoSnapshots(_ body: (TestSite) throws -> Void) throws {
        try withSite { site in
            var random = SeededGenerator(seed: 71)
            try site.write("third", random.bytes(20_000))
            try site.succeed(["backup"])
            try body(site)
        }
    }

    /// What `toride verify` prints to be remembered: `files=2:…`.
    private func head(_ outcome: TestSite.Outcome) throws -> String {
        let line = try #require(outcome.out.split(separator: "\n").first { $0.contains("=") })
        return String(try #require(line.split(separator: " ").first))
    }

    // MARK: - Damage

    @Test func `a sound store is proven, and sha256sum agrees`() throws {
        try withTwoSnapshots { site in
            let outcome = try site.succeed(["verify"])
            #expect(outcome.out.contains("2 snapshots"))
            #expect(outcome.out.hasSuffix("verdict: proven\n"))
            let script = """
                cd "$0" && find packs keys index lists -type f \
                | sed 's|.*/\\(.*\\)|\\1  &|' | sha256sum --check --quiet --strict
                """
            let sums = try Command("sh", ["-c", script, site.store]).run(timeout: .seconds(20))
            #expect(sums.status.isSuccess, "\(sums.text)\(sums.errorTail)")
            let pack = try #require(try site.keys("packs/").first)
            try site.flip(pack)
            let broken = try Command("sh", ["-c", script, site.store]).run(timeout: .seconds(20))
            #expect(!broken.status.isSuccess)
            #expect(broken.text.contains(pack))
        }
    }

    @Test(arguments: ["packs/", "keys/", "index/", "lists/"])
    func `a flipped, lost or cut object is named, with the snapshots that it breaks`(
        kind: String
    ) throws {
        try withTwoSnapshots { site in
            let key = try #require(try site.keys(kind).first)
            let whole = try site.bytes(key)
            var flipped = whole
            flipped[whole.count - 1] ^= 0x80
            try site.replace(key, with: flipped)
            expectFinding(
                try site.run(["verify"]),
                .failed,
                "object-damaged: \(key)",
                "files@",
                "verdict: failed",
                hint: "another copy"
            )
            try site.replace(key, with: Array(whole.dropLast()))
            expectFinding(try site.run(["verify"]), .failed, "object-damaged: \(key)", "files@")
            try SmallFile.remove("\(site.store)/\(key)")
            expectFinding(try site.run(["verify"]), .failed, "object-missing: \(key)", "files@")
            try site.replace(key, with: whole)
            try site.checkNothingLost()
        }
    }

    @Test func `packs that were swapped are both named`() throws {
        try withTwoSnapshots { site in
            let packs = Array(try site.keys("packs/").prefix(2))
            try #require(packs.count == 2)
            let bytes = try packs.map { try site.bytes($0) }
            try site.replace(packs[0], with: bytes[1])
            try site.replace(packs[1], with: bytes[0])
            let outcome = try site.run(["verify"])
            expectFinding(
                outcome,
                .failed,
                "object-misnamed: \(packs[0])",
                "object-misnamed: \(packs[1])"
            )
            for (pack, bytes) in zip(packs, bytes) {
                try site.replace(pack, with: bytes)
            }
            try site.checkNothingLost()
        }
    }

    @Test func `a damaged manifest is named`() throws {
        try withTwoSnapshots { site in
            let key = try site.newestManifest()
            let whole = try site.flip(key)
            expectFinding(try site.run(["verify"]), .failed, "manifest-damaged: \(key)", "files@2")
            try site.replace(key, with: whole)
            try site.checkNothingLost()
        }
    }

    // MARK: - Freshness

    @Test func `a newest manifest that was removed is missed by whoever remembers it`() throws {
        try withTwoSnapshots { site in
            let remembered = try head(try site.succeed(["verify"]))
            #expect(remembered.hasPrefix("files=2:"))
            let key = try site.newestManifest()
            let whole = try site.bytes(key)
            try SmallFile.remove("\(site.store)/\(key)")
            expectFinding(
                try site.run(["verify"]),
                .failed,
                "head-behind: set files",
                "files@2",
                hint: "removed"
            )
            // Someone without a catalog, but with the head on paper.
            let set = String(key.split(separator: "/")[1])
            let paper = remembered.replacing("files=", with: "\(set)=")
            let stranger = [
                "verify", "--at", site.store, "--signer", try site.publicKey(),
            ]
            expectFinding(
                try site.run(stranger + ["--expect-head", paper]),
                .failed,
                "head-behind",
                "@2"
            )
            // And someone without any: what is there is whole, and that is all that is said.
            expectFinding(
                try site.run(stranger),
                .done,
                "freshness-not-asked",
                "verdict: proven"
            )
            expectFinding(
                try site.run(stranger + ["--require-fresh"]),
                .notProven,
                "freshness-unknown",
                hint: "head"
            )
            try site.replace(key, with: whole)
            try site.succeed(stranger + ["--expect-head", paper, "--require-fresh"])
            try site.succeed(["verify", "--expect-head", remembered])
            try site.checkNothingLost()
        }
    }

    @Test func `an old store that was put back is missed`() throws {
        try withSite { site in
            try site.system("cp", "-a", site.store, "\(site.folder)/old")
            try site.write("new", [1])
            try site.succeed(["backup"])
            try site.system("mv", site.store, "\(site.folder)/newest")
            try site.system("mv", "\(site.folder)/old", site.store)
            expectFinding(
                try site.run(["verify"]),
                .failed,
                "head-behind: set files",
                "newest 1"
            )
            // The backup tells it too, is taken all the same, and takes no number twice.
            let backup = try site.run(["backup"])
            expectFinding(backup, .failed, "files: snapshot 3", "head-behind")
            try site.system("rm", "-rf", site.store)
            try site.system("mv", "\(site.folder)/newest", site.store)
        }
    }

    // MARK: - What was asked

    @Test func `what cannot be understood on the command line is told`() throws {
        try withSite { site in
            expectError(
                try site.run(["verify", "--expect-head", "files=2"]),
                .usage,
                "files=2",
                hint: "toride verify"
            )
            expectError(
                try site.run(["verify", "--at", site.store]),
                .usage,
                "signer",
                hint: "toride init"
            )
            expectError(
                try site.run(["verify", "--at", site.store, "--signer", "abc"]),
                .usage,
                "abc",
                hint: "toride init"
            )
            expectError(
                try site.run(["verify", "--copy", "none"]),
                .usage,
                "none",
                hint: "primary"
            )
            expectError(try site.run(["verify", "none"]), .usage, "none", hint: "files")
        }
    }

    @Test func `an empty repository proves nothing`() throws {
        try withSite { site in
            let key = try site.publicKey()
            let empty = "\(site.folder)/empty"
            try FolderTree.make(empty, mode: 0o755)
            try site.system("cp", "\(site.store)/toride.json", empty)
            expectFinding(
                try site.run(["verify", "--at", empty, "--signer", key]),
                .notProven,
                "nothing-to-verify"
            )
            let missing = try site.run(["verify", "--at", "\(empty)/none", "--signer", key])
            expectError(missing, .couldNotLook, "\(empty)/none", hint: "mount")
        }
    }

    @Test func `a report that cannot be written into the catalog is told all the same`() throws {
        try withSite { site in
            let key = try #require(try site.keys("packs/").first)
            let whole = try site.bytes(key)
            try site.replace(key, with: Array(whole.dropLast()))
            // A trigger that refuses stands for a disk that does.
            try site.changeCatalog(
                "CREATE TRIGGER refuse BEFORE INSERT ON verifications "
                    + "BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
            let outcome = try site.run(["verify"])
            #expect(outcome.code == ExitCode.failed.rawValue)
            #expect(outcome.out.contains("object-damaged: \(key)"))
            #expect(outcome.err.contains("toride: error: "))
            try site.replace(key, with: whole)
        }
    }
}
