import Format
import Model
import TestSupport
import Testing

/// A set's secret is renewed, recipients are added, and damaged objects are not built upon.
@Suite struct KeyRenewalTests {
    /// The bytes that a backup of one small new file stored.
    private func stored(_ site: TestSite) throws -> Int64 {
        try site.write("new-\(try site.keys("snapshots/").count)", [1])
        let answer = try site.succeed(["backup", "--json"]).object()
        var top = try JSONValue.Members(answer, of: "stdout")
        var backup = try JSONValue.Members(try top.array("backups", max: 1)[0], of: "a backup")
        return Int64(try backup.natural("bytesNew"))
    }

    private func restore(
        _ snapshot: String,
        of site: TestSite,
        with identity: String
    ) throws -> TestSite.Outcome {
        let target = "\(site.folder)/back"
        removeTree(target)
        return try site.run(["restore", snapshot, "--to", target, "--identity", identity])
    }

    /// Makes an identity and its recipient one of the configuration's.
    private func addHeir(to site: TestSite) throws -> String {
        let heir = try site.newKey("heir")
        let recipients = "recipients: {heir: \(heir.recipient), "
        try site.configure(site.yaml.replacing("recipients: {", with: recipients))
        return heir.identity
    }

    @Test func `after a rotation everything is stored anew, and every snapshot comes back`() throws
    {
        try withSite { site in
            try site.writeNoise("big", mebibytes: 1)
            try site.succeed(["backup"])
            #expect(try stored(site) < 500_000)
            let rotated = try site.succeed(["key", "rotate", "files"])
            #expect(rotated.out.contains("files: epoch 2"))
            #expect(try stored(site) > 1 << 20)
            // Only the secret in force is on the host, and the next backup builds on it.
            let names = try contents(of: "\(site.state)/sets/files").keys
            #expect(names.filter { $0.hasPrefix("secret-") } == ["secret-2"])
            #expect(try stored(site) < 500_000)
            for snapshot in 1...5 {
                let back = try restore("files@\(snapshot)", of: site, with: site.identity)
                expectFinding(back, .done, "of files@\(snapshot) into")
            }
            try site.checkNothingLost()
        }
    }

    @Test func `a set that was never backed up has nothing to rotate`() throws {
        try withSite { site in
            try site.configure(
                site.yaml + "  other:\n    source: {files: {paths: [\(site.source)]}}\n"
            )
            let outcome = try site.run(["key", "rotate", "other"])
            expectError(outcome, .couldNotLook, "secret of other", hint: "nothing to rotate")
            let unknown = try site.run(["key", "rotate", "nobody"])
            expectError(unknown, .usage, "nobody", hint: "files")
        }
    }

    @Test func `a state older than the store begins a later epoch`() throws {
        try withSite { site in
            try site.system("cp", "-a", site.state, "\(site.folder)/earlier")
            try site.succeed(["key", "rotate", "files"])
            try site.succeed(["backup"])
            try site.system("rm", "-r", site.state)
            try site.system("mv", "\(site.folder)/earlier", site.state)
            let names = { try contents(of: "\(site.state)/sets/files").keys.sorted() }
            #expect(try names().contains("secret-1"))
            _ = try site.run(["backup"])
            #expect(try names().filter { $0.hasPrefix("secret-") } == ["secret-3"])
            try site.checkNothingLost()
        }
    }

    @Test func `a rewrap opens old and new snapshots to a new recipient, and stores no content`()
        throws
    {
        try withSite { site in
            try site.writeNoise("big", mebibytes: 1)
            try site.succeed(["backup"])
            try site.succeed(["key", "rotate", "files"])
            try site.succeed(["backup"])
            let heir = try addHeir(to: site)
            let refused = try restore("files@1", of: site, with: heir)
            expectError(refused, .couldNotLook, "files@1", hint: "identity")

            let wrong = try site.run(["key", "rewrap", "--identity", heir])
            expectFinding(wrong, .couldNotLook, "nothing was recorded", hint: "opens the snapshots")
            let rewrapped = try site.succeed(["key", "rewrap", "--identity", site.identity])
            // Three runs, two secrets.
            #expect(rewrapped.out.contains("files: sealed 5 keys anew"), "\(rewrapped.out)")
            let again = try site.succeed(["key", "rewrap", "--identity", site.identity])
            #expect(again.out.contains("files: all 5 keys are open"), "\(again.out)")
            for snapshot in 1...3 {
                let back = try restore("files@\(snapshot)", of: site, with: heir)
                expectFinding(back, .done, "of files@\(snapshot) into")
            }
            let verified = try site.succeed(["verify"])
            #expect(!verified.out.contains("object-unreferenced"), "\(verified.out)")

            #expect(try stored(site) < 500_000)
            #expect(try stored(site) < 500_000)
            for snapshot in ["files@4", "files@latest"] {
                for identity in [heir, site.identity] {
                    let back = try restore(snapshot, of: site, with: identity)
                    expectFinding(back, .done, "of files@")
                }
            }
            try site.checkNothingLost()
        }
    }

    @Test func `a rewrapped key that is lost is missed by a verification`() throws {
        try withSite { site in
            _ = try addHeir(to: site)
            let before = Set(try site.keys("keys/"))
            try site.succeed(["key", "rewrap", "--identity", site.identity])
            let added = try site.keys("keys/").filter { !before.contains($0) }
            #expect(added.count == 2)
            try site.system("rm", "\(site.store)/\(added[0])")
            expectFinding(
                try site.run(["verify"]),
                .failed,
                "object-missing: \(added[0])"
            )
        }
    }

    /// The host cannot look into what such a record names: it may be anything.
    @Test func `keys that someone rewrapped whom the host does not know are not built upon`() throws
    {
        try withSite { site in
            try site.writeNoise("big", mebibytes: 1)
            try site.succeed(["backup"])
            let heir = try addHeir(to: site)
            try site.succeed(["key", "rewrap", "--identity", site.identity])
            try site.system("rm", "\(site.state)/admin.key", "\(site.state)/admin.pub")
            #expect(try stored(site) > 1 << 20)
            for identity in [heir, site.identity] {
                expectFinding(try restore("files@3", of: site, with: identity), .done, "files@3")
            }
        }
    }

    @Test(arguments: ["packs", "keys"])
    func `what a verification found damaged the next backup stores again`(kind: String) throws {
        try withSite { site in
            try site.writeNoise("big", mebibytes: 1)
            try site.succeed(["backup"])
            for key in try site.keys(kind + "/") {
                try site.flip(key)
            }
            expectFinding(try site.run(["verify"]), .failed, "object-damaged")
            #expect(try stored(site) > 1 << 20)
            let back = try restore("files@latest", of: site, with: site.identity)
            expectFinding(back, .done, "of files@3")
            // Older snapshots still need the damaged objects.
            expectFinding(try site.run(["verify"]), .failed, "object-damaged")
            #expect(try stored(site) < 500_000)
        }
    }
}
