import FileSystem
import Format
import LocalStore
import Model
import ObjectStore
import TestSupport
import Testing

/// What a drill supposes to have happened, and what is left then.
@Suite struct DrillScenarioTests {
    /// A site with four snapshots that may drill, and its drill identity; the first has no canary.
    ///
    /// - Parameters:
    ///   - plan: the plan `weekly` of the set `files`, without its level.
    ///   - keyIsHere: whether the drill identity is said to lie on this host.
    ///   - signed: whether the host's own key stands in the configuration.
    ///   - body: gets the site and the identity.
    /// - Throws: what `body` throws.
    private func withDrillSite(
        _ plan: String,
        keyIsHere: Bool = false,
        signed: Bool = true,
        _ body: (TestSite, _ identity: String) throws -> Void
    ) throws {
        try withSite { site in
            let (drill, recipient) = try site.newKey("drill")
            let (primary, vault) = ("{path: \(site.store)}", "\(site.folder)/vault")
            try FolderTree.make(vault, mode: 0o755)
            let yaml = site.yaml(drill: recipient)
                .replacing(primary, with: "\(primary)\n  vault: {path: \(vault)}")
            let key = try site.publicKey()
            let signers = signed ? "signers: {own: \(key)}" : ""
            try site.configure(
                yaml + """
                        stores: [primary]
                        canary: true
                    \(signers)
                    drill: {identityOnThisHost: \(keyIsHere), scratch: \(site.folder)/scratch}
                    drills: {weekly: {set: files, level: 2, \(plan)}}

                    """
            )
            for version in ["one", "two", "three"] {
                try site.write("version", Array(version.utf8))
                try site.succeed(["backup"])
            }
            try body(site, drill)
        }
    }

    /// Copies the store as it is now to where `vault` lies.
    private func copy(_ site: TestSite) throws {
        try site.system("rm", "-r", "\(site.folder)/vault")
        try site.system("cp", "-a", site.store, "\(site.folder)/vault")
    }

    private func drill(_ site: TestSite, _ identity: String) throws -> TestSite.Outcome {
        try site.run(["drill", "run", "--identity", identity])
    }

    /// The payload of the newest drill record in a store's folder.
    private func record(in folder: String) throws -> String {
        let store = try LocalStore(name: "store", root: folder)
        let key = try #require(try store.list(prefix: "records/drill/").map(\.key).max())
        let bytes = try store.get(key, bytesMax: 1 << 20)
        return String(decoding: try Envelope(decoding: bytes).payload, as: UTF8.self)
    }

    // MARK: - Failure

    @Test func `after a failure the newest snapshot of the first store is restored`() throws {
        try withDrillSite("scenario: failure") { site, identity in
            let told = try drill(site, identity)
            #expect(told.code == 0, "\(told)")
            #expect(told.out.contains("scenario failure · store primary"))
            let record = try record(in: site.store)
            #expect(record.contains(#""generation":0"#) && record.contains(#""store":"primary""#))
            #expect(record.contains("@4\""))
        }
    }

    // MARK: - Cyber

    @Test(arguments: [("scenario: cyber", 1, "@3"), ("scenario: cyber, generation: 2", 2, "@2")])
    func `after an attack an earlier snapshot is restored, and the record says which`(
        plan: String,
        generation: Int,
        subject: String
    ) throws {
        try withDrillSite(plan) { site, identity in
            let words = ["drill", "run", "--identity", identity, "--json"]
            let told = try site.run(words)
            #expect(told.code == 0, "\(told)")
            let object = try told.object()
            #expect(object.member("scenario") == .string("cyber"))
            #expect(object.member("generation") == .integer(Int64(generation)))
            #expect(object.member("store") == .string("primary"))
            let record = try record(in: site.store)
            #expect(record.contains(#""generation":\#(generation)"#))
            #expect(record.contains("\(subject)\""))
        }
    }

    @Test func `with too few snapshots nothing is shown`() throws {
        try withDrillSite("scenario: cyber, generation: 4") { site, identity in
            let told = try drill(site, identity)
            expectFinding(told, .notProven, "part-skipped: files", "complete 4, needed 5")
            #expect(!told.out.contains("all-data"))
        }
    }

    @Test func `a key that lies on the attacked host is none`() throws {
        try withDrillSite("scenario: cyber", keyIsHere: true) { site, identity in
            let told = try drill(site, identity)
            expectFinding(told, .notProven, "scenario-not-met: drill identity", "key on this host")
            #expect(told.out.contains("host-can-open-past"))
        }
    }

    @Test(.enabled(if: Tool.find("faketime") != nil, "NOT TESTED: faketime is not installed"))
    func `what the snapshots that are passed over had is lost, and counts`() throws {
        for (rpo, code) in [("24h", ExitCode.failed), ("7d", ExitCode.done)] {
            try withDrillSite("scenario: cyber, rpo: \(rpo)") { site, identity in
                let later = try site.run(["backup"], at: "+2 days")
                #expect(later.code == 0, "\(later)")
                let told = try drill(site, identity)
                #expect(told.code == code.rawValue, "\(told)")
                // The control of a wrong clock names the code without a subject.
                let isTold = told.out.contains("recovery-point-exceeded: recovery point")
                #expect(isTold == (code == .failed))
            }
        }
    }

    @Test func `a newest snapshot that is gone is told, whichever is restored`() throws {
        try withDrillSite("scenario: cyber") { site, identity in
            try site.system("rm", "\(site.store)/\(try site.newestManifest())")
            expectFinding(try drill(site, identity), .failed, "head-behind")
        }
    }

    // MARK: - Disaster

    @Test func `after a disaster the copy is enough, without store or memory of the host`() throws {
        try withDrillSite("scenario: disaster, store: vault") { site, identity in
            try copy(site)
            // What the host remembers beyond the copy is not asked, nor is the store there.
            try site.succeed(["backup"])
            try site.system("mv", site.store, "\(site.folder)/lost")
            let told = try drill(site, identity)
            #expect(told.code == 0, "\(told)")
            #expect(told.out.contains("scenario disaster · store vault"))
            #expect(!told.out.contains("head-behind"))
            let record = try record(in: "\(site.folder)/vault")
            #expect(record.contains(#""store":"vault""#) && record.contains("@4\""))
        }
    }

    @Test func `the record of a drill of a copy lies where every drill's does`() throws {
        try withDrillSite("scenario: disaster, store: vault") { site, identity in
            try copy(site)
            try site.succeed(["drill", "run", "--identity", identity])
            let record = try record(in: site.store)
            #expect(record.contains(#""scenario":"disaster""#))
        }
    }

    @Test(arguments: ["vault", "primary"])
    func `without a copy a disaster leaves nothing`(store: String) throws {
        try withDrillSite("scenario: disaster, store: \(store)") { site, identity in
            let told = try drill(site, identity)
            expectFinding(told, .notProven, "scenario-not-met: files", "store \(store)")
            #expect(told.out.contains("verdict: not proven"))
        }
    }

    @Test func `a copy of another hospital is no copy`() throws {
        try withDrillSite("scenario: disaster, store: vault") { site, identity in
            try copy(site)
            try site.system("rm", "-r", "\(site.folder)/vault/snapshots")
            expectFinding(try drill(site, identity), .notProven, "scenario-not-met: files")
        }
    }

    @Test func `after a disaster nobody is believed but the configuration's signers`() throws {
        try withDrillSite("scenario: disaster, store: vault", signed: false) { site, identity in
            try copy(site)
            let told = try drill(site, identity)
            #expect(told.code == 3 && told.err.contains("unknown signer"), "\(told)")
        }
    }

    // MARK: - Levels of the plan, as an operator asks for them

    @Test func `a drill that only looks says so, and finds what it looks for`() throws {
        try withSite { site in
            let (identity, recipient) = try site.newKey("drill")
            try site.configure(
                site.yaml(drill: recipient) + """
                    drill: {scratch: \(site.folder)/scratch}
                    drills: {copies: {set: files, level: 0}, bits: {set: files, level: 1}}

                    """
            )
            try site.succeed(["backup"])
            for (plan, level) in [("copies", 0), ("bits", 1)] {
                let told = try site.succeed(["drill", "run", plan, "--identity", identity])
                #expect(told.out.contains("verdict: proven (level \(level), asked \(level))"))
                #expect(!told.out.contains("all-data"))
            }
            // Each of them, for the newest snapshot does not need them all.
            let packs = try site.keys("packs/")
            #expect(!packs.isEmpty)
            try packs.forEach { try site.flip($0) }
            let bits = try site.run(["drill", "run", "bits", "--identity", identity])
            expectFinding(bits, .failed, "object-damaged", "level 1, asked 1")
            for pack in packs {
                try site.system("rm", "\(site.store)/\(pack)")
            }
            let copies = try site.run(["drill", "run", "copies", "--identity", identity])
            expectFinding(copies, .failed, "object-missing", "packs/")
            // The record of a drill that failed is signed too.
            #expect(try site.keys("records/drill/").count == 4)
        }
    }
}
