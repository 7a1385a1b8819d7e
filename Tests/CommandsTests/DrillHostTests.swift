import Format
import HostState
import Model
import TestSupport
import Testing

/// A drill host of its own: it has the store and a drill identity, and nothing of the backup host
/// but its public key.
@Suite struct DrillHostTests {
    @Test func `a machine that never backed up drills, verifies and says how all stands`() throws {
        try withSite { site in
            let (drill, recipient) = try site.newKey("drill")
            try site.configure(site.yaml(drill: recipient))
            try site.succeed(["backup"])

            let host = try site.elsewhere()
            let yaml = """
                role: drill
                drills: {weekly: {set: files, scenario: failure, level: 2}}
                drill: {scratch: \(host.folder)/scratch}

                """
            let stranger = site.yaml.replacing(site.state, with: host.state) + yaml
            try host.configure(stranger)
            try host.succeed(["init"])
            // Whose snapshots these are nobody has told it yet.
            let unknown = try host.run(["drill", "run", "--identity", drill])
            #expect(unknown.code == 3, "\(unknown)")
            #expect(unknown.err.contains("unknown signer"))

            try host.configure(stranger + "signers: {east: \(try site.publicKey())}\n")
            let before = try host.run(["status"])
            #expect(before.code == 3)
            #expect(before.out.contains("never-drilled"))
            #expect(!before.out.contains("never-backed-up"), "that is the other host's to say")
            let drilled = try host.succeed(["drill", "run", "--identity", drill])
            #expect(drilled.out.contains("verdict: proven"))
            #expect(!drilled.out.contains("host-can-open-past"))
            try host.succeed(["verify"])
            #expect(try host.run(["status"]).code == 0)

            // It remembers the head that it saw: a store that is set back is found from here.
            try site.succeed(["backup"])
            try host.succeed(["verify", "files"])
            try site.system("rm", "\(site.store)/\(try site.newestManifest())")
            let back = try host.run(["verify", "files"])
            expectFinding(back, .failed, "head-behind", "files")
        }
    }

    /// A site that may drill, and its drill identity.
    private func withDrillSite(
        _ plan: String,
        _ body: (TestSite, _ identity: String) throws -> Void
    ) throws {
        try withSite { site in
            let (drill, recipient) = try site.newKey("drill")
            try site.configure(
                site.yaml(drill: recipient) + """
                      other:
                        source: {files: {paths: [\(site.source)/d]}}
                    groups: {unit: {sets: [files, other], lag: 15m}}
                    drill: {identityOnThisHost: true, scratch: \(site.folder)/scratch}
                    drills:
                      weekly: {\(plan), level: 2}

                    """
            )
            try body(site, drill)
        }
    }

    @Test(.enabled(if: Tool.find("faketime") != nil, "NOT TESTED: faketime is not installed"))
    func `sets of a group that were taken too far apart are no unit`() throws {
        try withDrillSite("group: unit, scenario: failure") { site, identity in
            try site.succeed(["backup"])
            let near = try site.succeed(["drill", "run", "--identity", identity])
            #expect(near.out.contains("verdict: proven"))
            let later = try site.run(["backup", "other"], at: "+20 min")
            #expect(later.code == 0, "\(later)")
            let apart = try site.run(["drill", "run", "--identity", identity])
            expectFinding(apart, .failed, "lag-exceeded", "unit", hint: "widen lag")
        }
    }

    @Test func `a drill of a store that was set back fails`() throws {
        try withDrillSite("set: files, scenario: failure") { site, identity in
            try site.succeed(["backup"])
            try site.succeed(["backup"])
            try site.succeed(["drill", "run", "--identity", identity])
            let newest = try #require(
                try site.keys("snapshots/").last { $0.contains("/0000000003-") }
            )
            try site.system("rm", "\(site.store)/\(newest)")
            let back = try site.run(["drill", "run", "--identity", identity])
            expectFinding(back, .failed, "head-behind", "files")
        }
    }

    @Test func `a snapshot that a stranger put into the store is not the latest`() throws {
        try withDrillSite("set: files, scenario: failure") { site, identity in
            try site.succeed(["backup"])
            // He has the store and the public recipients, and makes a host of his own.
            let stranger = try site.elsewhere()
            let text = try #require(try SmallFile.read(site.configuration, bytesMax: 1 << 16))
            try stranger.configure(
                String(decoding: text, as: UTF8.self).replacing(site.state, with: stranger.state)
            )
            try stranger.succeed(["init"])
            try site.write("first", Array("forged".utf8))
            try stranger.succeed(["backup", "files"])
            try stranger.succeed(["backup", "files"])
            try stranger.succeed(["backup", "files"])
            // Where names are unsealed, the believed host's set stands before the stranger's.
            let elsewhere = try site.elsewhere("third")
            try elsewhere.configure(
                String(decoding: text, as: UTF8.self).replacing(site.state, with: elsewhere.state)
            )
            let target = "\(site.folder)/back"
            try elsewhere.succeed(
                site.restore("files@latest", to: target) + ["--signer", try site.publicKey()]
            )
            let files = try contents(of: target + site.source)
            #expect(files["first"] == Array("一番目".utf8))
            // Without a word whom to believe there are two of the name, and none is guessed.
            expectError(
                try elsewhere.run(site.restore("files@latest", to: target + "2")),
                .usage,
                "files@latest",
                hint: "2 sets are called files"
            )
        }
    }

    /// What of a status is signed somewhere. How far stores were read stands in the catalog alone,
    /// and one that was made anew knows of no reading.
    private func signed(_ status: JSONValue) throws -> JSONValue {
        guard case .object(var members) = status, case .array(let sets)? = members["sets"] else {
            throw NoStatus()
        }
        members["readings"] = nil
        members["sets"] = .array(
            sets.map { set in
                guard case .object(var members) = set else {
                    return set
                }
                members["score"] = nil
                return .object(members)
            }
        )
        return .object(members)
    }

    private struct NoStatus: Error {}

    @Test func `a catalog made anew remembers what was proven, for that is signed`() throws {
        try withDrillSite("set: files, scenario: failure") { site, identity in
            try site.succeed(["key", "check", "--identity", site.identity])
            try site.succeed(["backup"])
            try site.succeed(["verify"])
            try site.succeed(["drill", "run", "--identity", identity])
            let before = try signed(site.run(["status", "--json"]).object())
            try site.system("rm", site.catalog)
            let rebuilt = try site.succeed(["catalog", "rebuild"])
            #expect(rebuilt.out.contains("3 snapshots, 3 records"))
            #expect(try signed(site.run(["status", "--json"]).object()) == before)
            // What someone else signs in the same place is not believed.
            let record = try #require(try site.keys("records/drill/").first)
            try site.system("rm", "\(site.store)/\(record)")
            try site.system("rm", "\(site.state)/drill.key", "\(site.state)/drill.pub")
            try site.succeed(["drill", "run", "--identity", identity])
            try site.system("rm", "\(site.state)/drill.pub", site.catalog)
            let poorer = try site.succeed(["catalog", "rebuild"])
            #expect(poorer.out.contains("2 records"))
        }
    }
}
