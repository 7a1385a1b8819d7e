import FileSystem
import Format
import HostState
import LocalStore
import Model
import Primitives
import Processes
import Repository
import TestSupport
import Testing

/// `toride signer`: whose signatures are believed, for what and up to where.
@Suite struct SignerTests {
    private static let stranger = String(repeating: "5e", count: 32)

    private func verifyCopy(_ site: TestSite, _ words: String...) throws -> TestSite.Outcome {
        let command = Command(try Tool.built("toride-verify"), [site.store] + words)
        return TestSite.outcome(try command.run(timeout: .seconds(120)))
    }

    /// What `signer list --json` tells, a pin each.
    private func list(_ site: TestSite) throws -> [[String: JSONValue]] {
        let answer = try site.succeed(["signer", "list", "--json"]).object()
        var members = try JSONValue.Members(answer, of: "stdout")
        return try members.array("signers", max: 100).map { value in
            guard case .object(let pin) = value else {
                throw FormatError.invalid("a pin")
            }
            return pin
        }
    }

    /// Writes what a host hands to everyone who verifies.
    private func export(_ site: TestSite) throws -> String {
        let path = "\(site.folder)/signers.txt"
        let text = try site.succeed(["signer", "list", "--file"]).out
        try SmallFile.write(Array(text.utf8), to: path)
        return path
    }

    /// What a snapshot needs.
    private func objects(_ site: TestSite, _ sequence: Int) throws -> Set<String> {
        let repository = try Repository(opening: LocalStore(name: "primary", root: site.store))
        let digits = String(repeating: "0", count: 9) + "\(sequence)-"
        let key = try #require(try site.keys("snapshots/").first { $0.contains(digits) })
        let manifest = try Manifest(decoding: Envelope(decoding: site.bytes(key)).payload)
        return Set(
            try manifest.pages.flatMap { try repository.page($0).entries }.map(\.object.storeKey)
        )
    }

    // MARK: - Adding and listing

    @Test func `a host lists its own keys without anyone having pinned them`() throws {
        try withSite { site in
            try site.succeed(["verify"])
            let pins = try list(site)
            #expect(pins.map { $0["label"] } == [.string("host"), .string("verifier")])
            #expect(pins.allSatisfy { $0["place"] == .string("own") })
            #expect(pins[0]["key"] == .string(try site.publicKey()))
            #expect(pins[0]["kinds"] == .array([.string("snapshot"), .string("key-check")]))
            #expect(pins[0]["sets"] == .null && pins[0]["through"] == .null)
            let english = try site.succeed(["signer", "list"])
            #expect(english.out.contains("this host  host  snapshot, key-check  all sets"))
            let japanese = try site.succeed(["signer", "list", "--lang", "ja"])
            #expect(japanese.out.contains("このホスト  host  snapshot, key-check  全セット"))
            // A second verification judges the record of the first.
            let again = try site.succeed(["verify"])
            #expect(!again.out.contains("record"), "\(again.out)")
            expectFinding(try verifyCopy(site, "--signer", try export(site)), .done, "proven")
            let bare = try verifyCopy(site, "--signer", try site.publicKey())
            expectFinding(bare, .done, "records-not-judged: verification (count 2)", "proven")
        }
    }

    @Test func `a pin names kinds, sets and a label, and another takes its place`() throws {
        try withSite { site in
            let add = ["signer", "add", Self.stranger]
            let narrow = try site.succeed(
                add + ["--kind", "snapshot", "--kind", "rewrap", "--set", "files", "--label", "西館"]
            )
            #expect(narrow.out == "\(Self.stranger)  西館  snapshot, rewrap  files\n")
            let text = try String(
                decoding: #require(try SmallFile.read("\(site.state)/signers", bytesMax: 4_096)),
                as: UTF8.self
            )
            let set = try site.newestManifest().split(separator: "/")[1]
            #expect(text == "\(Self.stranger) kind=snapshot,rewrap set=\(set) # 西館\n")
            let pin = try #require(try list(site).last)
            #expect(pin["place"] == .string("state") && pin["label"] == .string("西館"))
            #expect(
                pin["sets"]
                    == .array([
                        .object(["name": .string("files"), "setId": .string(String(set))])
                    ])
            )
            let wide = try site.succeed(add)
            #expect(wide.out == "\(Self.stranger)  all kinds  all sets\n")
            #expect(try list(site).count == 2)
        }
    }

    @Test func `what cannot be pinned or retired is refused`() throws {
        try withSite { site in
            let own = try site.publicKey()
            let hash = String(repeating: "0", count: 64)
            let file = "\(site.folder)/pins"
            try SmallFile.write(Array("\(Self.stranger) kind=x\n".utf8), to: file)
            for (words, what, hint) in [
                (["add", "abc"], "abc", "toride init"),
                (["add", Self.stranger, "--kind", "snapshots"], "snapshots", "snapshot, verif"),
                (["add", Self.stranger, "--set", "nobody"], "nobody", "files"),
                (["add", Self.stranger, "--label", "a\nb"], "--label", "shorten"),
                (["add", file], "\(file), line 1, ", "kind="),
                (["add", file, "--kind", "drill"], "not of a file", "signer file"),
                (["add", own], own, "signer retire"),
                (["retire", Self.stranger], Self.stranger, "signer add"),
                (["retire", "abc"], "abc", "toride init"),
                (["retire", own, "--through", "files=1"], "files=1", "ehr-db=12"),
                (["retire", own, "--through", "x=1:\(hash)"], "x", "files"),
            ] {
                let outcome = try site.run(["signer"] + words)
                expectError(outcome, .usage, what, hint: hint)
            }
            #expect(try list(site).count == 1)
            #expect(try site.publicKey() == own)
        }
    }

    @Test func `a drill host's records are a doubt until its keys are pinned`() throws {
        try withSite { site in
            let (drill, recipient) = try site.newKey("drill")
            try site.configure(site.yaml(drill: recipient))
            try site.succeed(["backup"])
            try site.succeed(["verify"])
            let host = try site.elsewhere()
            try host.configure(
                site.yaml.replacing(site.state, with: host.state) + """
                    role: drill
                    drills: {weekly: {set: files, scenario: failure, level: 2}}
                    drill: {scratch: \(host.folder)/scratch}

                    """
            )
            try host.succeed(["init"])
            // The drill host pins what the backup host hands out.
            try host.succeed(["signer", "add", try export(site)])
            try host.succeed(["drill", "run", "--identity", drill])
            try host.succeed(["verify"])
            // And the other way round.
            let unknown = try site.run(["verify"])
            expectFinding(unknown, .notProven, "record-signer-unknown", hint: "toride signer add")
            #expect(unknown.out.contains("records-not-judged: drill (count 1)"))
            try site.succeed(["signer", "add", try export(host)])
            #expect(try list(site).count == 5, "its own keys in that file are passed over")
            let known = try site.succeed(["verify"])
            #expect(!known.out.contains("record"), "\(known.out)")
        }
    }

    // MARK: - Retiring

    @Test func `a host whose key is retired goes on with another, and shares nothing`() throws {
        try withSite { site in
            try site.writeNoise("big", mebibytes: 1)
            try site.succeed(["backup"])
            let old = try site.publicKey()
            try site.system("cp", "-a", site.state, "\(site.folder)/stolen")
            let retired = try site.succeed(["signer", "retire", old])
            let new = try site.publicKey()
            #expect(new != old)
            #expect(retired.out.contains("files: epoch 2"))
            #expect(retired.out.contains("new signing key (host): \(new)"))
            #expect(retired.err.contains("signer list --file"))
            #expect(retired.out.contains("  files=2:"))
            let secrets = try ["host.key", "host.next", "host.key.new"].map {
                try SmallFile.read("\(site.state)/\($0)", bytesMax: 64)
            }
            let stolen = try SmallFile.read("\(site.folder)/stolen/host.key", bytesMax: 64)
            #expect(secrets[0] != stolen && secrets[1] == nil && secrets[2] == nil)

            try site.succeed(["backup"])
            #expect(
                try objects(site, 3)
                    .isDisjoint(with: objects(site, 1).union(try objects(site, 2)))
            )
            try site.succeed(["backup"])
            #expect(!(try objects(site, 4).isDisjoint(with: objects(site, 3))))
            try site.checkFirst()
            for snapshot in ["files@2", "files@3", "files@latest"] {
                let target = "\(site.folder)/\(snapshot)"
                try site.succeed(site.restore(snapshot, to: target))
            }
            expectFinding(try verifyCopy(site, "--signer", try export(site)), .done, "proven")
            let blind = try verifyCopy(site, "--signer", new)
            expectFinding(blind, .notProven, "manifest-signer-unknown", "is whole up to 4")
            try site.succeed(["catalog", "check"])
            try site.succeed(["catalog", "rebuild"])
            try site.succeed(["catalog", "check"])

            // Once more says so, and changes nothing; with another head it is refused.
            let again = try site.succeed(["signer", "retire", old, "--json"])
            var answer = try JSONValue.Members(try again.object(), of: "stdout")
            #expect(try answer.bool("wasRetired"))
            #expect(try site.publicKey() == new)
            let other = "files=1:\(String(repeating: "0", count: 64))"
            let refused = try site.run(["signer", "retire", old, "--through", other])
            expectError(refused, .usage, "retired already", hint: "signers")
            expectError(try site.run(["signer", "add", old]), .usage, "retired", hint: "signers")
            try site.checkNothingLost()
        }
    }

    @Test func `what a thief of the retired key adds is told, and nobody restores it`() throws {
        try withSite { site in
            try site.succeed(["backup"])
            let thief = HostState(path: "\(site.folder)/stolen")
            try site.system("cp", "-a", site.state, thief.path)
            let retired = try site.succeed(["signer", "retire", try site.publicKey(), "--json"])
            #expect(retired.out.contains("\"own\":\"host\""))
            let newest = try site.newestManifest()
            let repository = try Repository(opening: LocalStore(name: "p", root: site.store))
            var manifest = try Manifest(decoding: Envelope(decoding: site.bytes(newest)).payload)
            let name = ObjectName(try #require(Digest(hex: newest.suffix(64))))
            (manifest.sequence, manifest.previous) = (3, name)
            _ = try repository.put(manifest, signedBy: try thief.signingKey())

            let found = try site.run(["verify"])
            expectFinding(found, .notProven, "signer-retired", "whole up to 2", hint: "stolen")
            let target = "\(site.folder)/back"
            let latest = try site.run(site.restore("files@latest", to: target))
            #expect(latest.code == 3, "\(latest)")
            #expect(latest.out.contains("files@2") && latest.out.contains("signer-retired"))
            let asked = try site.run(site.restore("files@3", to: "\(target)-3"))
            expectError(asked, .usage, "files@3", hint: "toride snapshots")
            // The host's next snapshot takes the number all the same.
            let next = try site.run(["backup"])
            #expect(next.out.contains("files: snapshot 3"), "\(next)")
            let after = try site.run(["verify"])
            expectFinding(after, .notProven, "signer-retired", "whole up to 3")
            #expect(!after.out.contains("forked"))
        }
    }

    @Test(arguments: ["verifier", "admin"])
    func `a host's other keys are retired and replaced in the same way`(signer: String) throws {
        try withSite { site in
            let heir = try site.newKey("heir")
            let recipients = "recipients: {heir: \(heir.recipient), "
            try site.configure(site.yaml.replacing("recipients: {", with: recipients))
            try site.succeed(["verify"])
            try site.succeed(["key", "rewrap", "--identity", site.identity])
            let text = try #require(try SmallFile.read("\(site.state)/\(signer).pub", bytesMax: 80))
            let key = String(decoding: text.dropLast(), as: UTF8.self)
            let retired = try site.succeed(["signer", "retire", key])
            #expect(retired.out.contains("new signing key (\(signer))"))
            #expect(!retired.out.contains("epoch"))
            try site.succeed(["key", "rotate", "files"])
            try site.succeed(["backup"])
            try site.succeed(["verify"])
            let verified = try site.succeed(["verify"])
            #expect(!verified.out.contains("record"), "\(verified.out)")
            let target = "\(site.folder)/heirs"
            let words = ["restore", "files@1", "--to", target, "--identity", heir.identity]
            try site.succeed(words)
        }
    }

    @Test func `a head that the operator names counts for more than what is remembered`() throws {
        try withSite { site in
            let first = try site.newestManifest()
            try site.succeed(["backup"])
            let head = "1:\(first.suffix(64))"
            let key = try site.publicKey()
            let retired = try site.succeed(["signer", "retire", key, "--through", "files=\(head)"])
            #expect(retired.out.contains("  files=\(head)"))
            // The second is there, as it is remembered, and is believed no longer.
            let before = try site.run(["verify"])
            expectFinding(before, .notProven, "signer-retired", "whole up to 1")
            // The next one names it: that is no gap.
            let next = try site.run(["backup"])
            #expect(next.out.contains("files: snapshot 3"), "\(next)")
            let verified = try site.run(["verify"])
            expectFinding(verified, .notProven, "signer-retired", "whole up to 3")
            #expect(!verified.out.contains("gap"))
        }
    }
}
