import FileSystem
import Format
import HostState
import LocalStore
import Model
import Repository
import TestSupport
import Testing

/// `toride verify --deep`, as a user runs it.
@Suite struct DeepVerifyTests {
    private func deep(_ site: TestSite, _ words: String...) throws -> TestSite.Outcome {
        try site.run(["verify", "--deep", "--identity", site.identity] + words)
    }

    /// Signs a next snapshot whose root is nowhere: what a thief of the signing key can do.
    private func forge(_ site: TestSite) throws {
        let state = HostState(path: site.state)
        let key = try site.newestManifest()
        let envelope = try Envelope(decoding: try site.bytes(key))
        var manifest = try Manifest(decoding: envelope.payload)
        let name = try #require(key.split(separator: "-").last.flatMap { Digest(hex: $0) })
        manifest.previous = ObjectName(name)
        manifest.sequence += 1
        manifest.root = ChunkID(.zero)
        let store = try LocalStore(name: "primary", root: site.store)
        _ = try Repository(opening: store).put(manifest, signedBy: try state.signingKey())
    }

    @Test func `a sound repository is proven, and record and answer say that it was opened`() throws
    {
        try withSite { site in
            try site.write("third", Array(repeating: 7, count: 300_000))
            try site.succeed(["backup"])
            let outcome = try deep(site)
            expectFinding(outcome, .done, "opened: 2 snapshots, ", "verdict: proven")
            let answer = try deep(site, "--json").object()
            var top = try JSONValue.Members(answer, of: "stdout")
            var store = try JSONValue.Members(try top.array("stores", max: 1)[0], of: "a store")
            var opened = try JSONValue.Members(try store.take("deep"), of: "deep")
            #expect(try opened.natural("snapshots") == 2)
            let chunks = try opened.natural("chunks")
            #expect(chunks >= 4)

            let record = try #require(try site.keys("records/verification/").last)
            let envelope = try Envelope(decoding: try site.bytes(record))
            let text = String(decoding: envelope.payload, as: UTF8.self)
            #expect(text.contains("\"deep\":{\"chunks\":\(chunks),\"snapshots\":2}"), "\(text)")
            // A verification without keys claims nothing of the kind.
            try site.succeed(["verify"])
            let newest = try #require(try site.keys("records/verification/").last)
            let plain = try Envelope(decoding: try site.bytes(newest))
            #expect(!String(decoding: plain.payload, as: UTF8.self).contains("deep"))
        }
    }

    @Test func `the identity and the depth need each other`() throws {
        try withSite { site in
            let alone = try site.run(["verify", "--deep"])
            expectError(alone, .usage, "--deep and --identity", hint: "verify")
            let other = try site.run(["verify", "--identity", site.identity])
            expectError(other, .usage, "--deep and --identity", hint: "verify")
        }
    }

    @Test func `an identity that opens nothing is told before anything is read`() throws {
        try withSite { site in
            let stranger = try site.newKey("stranger")
            let outcome = try site.run(["verify", "--deep", "--identity", stranger.identity])
            expectError(outcome, .couldNotLook, "none of these identities", hint: site.recipient)
            #expect(try site.keys("records/") == [])
        }
    }

    @Test func `an identity that opens some snapshots proves nothing of the others`() throws {
        try withSite { site in
            let heir = try site.newKey("heir")
            let recipients = "recipients: {heir: \(heir.recipient), "
            try site.configure(site.yaml.replacing("recipients: {", with: recipients))
            try site.succeed(["backup"])
            let outcome = try site.run(["verify", "--deep", "--identity", heir.identity])
            expectFinding(
                outcome,
                .notProven,
                "snapshot-unopened: snapshot files@1",
                "opened: 1 snapshots"
            )
            try site.succeed(["key", "rewrap", "--identity", site.identity])
            try site.succeed(["verify", "--deep", "--identity", heir.identity])
        }
    }

    @Test func `after a false snapshot the set begins an epoch, once`() throws {
        try withSite { site in
            try forge(site)
            try site.succeed(["verify"])
            let outcome = try deep(site)
            expectFinding(outcome, .failed, "chunk-missing: snapshot files@2", "verdict: failed")
            #expect(outcome.err.contains("files: its next backup begins a new epoch"))
            // One without keys, which comes after it, does not make it forgotten.
            try site.succeed(["verify"])
            #expect(try site.run(["status"]).out.contains("verification-failed"))
            expectFinding(try site.succeed(["backup"]), .done, "epoch-begun: ")
            let names = try contents(of: "\(site.state)/sets/files").keys
            #expect(names.filter { $0.hasPrefix("secret-") } == ["secret-2"])
            #expect(!names.contains("distrusted"))
            // The false one is still there, and is no reason for another epoch.
            let again = try deep(site)
            expectFinding(again, .failed, "chunk-missing: snapshot files@2")
            #expect(!again.err.contains("begins a new epoch"))
            let next = try site.succeed(["backup"])
            #expect(!next.out.contains("epoch-begun"))
            for snapshot in ["files@1", "files@3", "files@4"] {
                let target = "\(site.folder)/back"
                removeTree(target)
                try site.succeed(site.restore(snapshot, to: target))
            }
        }
    }

    @Test func `a folder is opened without any configuration`() throws {
        try withSite { site in
            let words = [
                "verify", "--at", site.store, "--signer", try site.publicKey(), "--deep",
                "--identity", site.identity,
            ]
            let outcome = try site.run(words)
            expectFinding(outcome, .done, "opened: 1 snapshots", "verdict: proven")
        }
    }
}
