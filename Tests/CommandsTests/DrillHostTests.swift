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
            let drill = "\(site.folder)/drill.txt"
            let made = try site.succeed(["key", "new", "--quiet", "--out", drill])
            let recipient = String(made.out.prefix { $0 != "\n" })
            try site.configure(
                site.yaml.replacing("recipients: {", with: "recipients: {drill: \(recipient), ")
            )
            try site.succeed(["backup"])
            let signer = try #require(
                try SmallFile.read("\(site.state)/host.pub", bytesMax: 100)
            ).dropLast()

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

            try host.configure(
                stranger + "signers: {east: \(String(decoding: signer, as: UTF8.self))}\n"
            )
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
}
