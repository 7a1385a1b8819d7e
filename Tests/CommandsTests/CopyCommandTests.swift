import FileSystem
import HostState
import Format
import Glibc
import TestSupport
import Testing

/// Copies, as a user makes and needs them.
@Suite struct CopyCommandTests {
    /// A site with a second store, to which nothing was brought yet.
    private func withSite(_ body: (TestSite, _ vault: String) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let site = try TestSite(in: "\(folder)/site")
            let vault = try site.addVault()
            try site.succeed(["init"])
            try body(site, vault)
        }
    }

    @Test func `stores of a site hold one repository`() throws {
        try withSite { site, vault in
            let descriptors = try [site.store, vault].map {
                try SmallFile.read("\($0)/toride.json", bytesMax: 4_096)
            }
            #expect(descriptors[0] != nil && descriptors[0] == descriptors[1])
        }
    }

    @Test func `a copy is told to be behind until it was brought, and is verified after`() throws {
        try withSite { site, _ in
            let before = try site.run(["copy", "status"])
            #expect(before.code == 3 && before.out.contains("copy-behind"))
            let run = try site.succeed(["copy", "run"])
            #expect(run.out.contains("1 snapshots are whole there"))
            let after = try site.run(["copy", "status"])
            #expect(after.code == 3, "nothing shows of which class it is")
            #expect(after.out.contains("files → vault [O3]: #1 of #1"))
            #expect(after.out.contains("vault [O3]: nothing shows it (class-not-proven)"))
            let nothing: [String: JSONValue] = [
                "at": .null, "class": .string("O3"),
                "codes": .array([.string("class-not-proven")]), "shownBy": .null,
                "store": .string("vault"), "verdict": .string("not-proven"),
            ]
            let told = try site.run(["copy", "status", "--json"]).object()
            guard case .object(let status) = told else {
                Issue.record("not the JSON of copies")
                return
            }
            #expect(status["classes"] == .array([.object(nothing)]))
            let verified = try site.succeed(["verify", "--copy", "vault", "--require-fresh"])
            #expect(verified.out.contains("vault"))
            let again = try site.succeed(["copy", "run", "--json"]).object()
            guard case .object(let members) = again, case .array(let copies) = members["copies"],
                case .object(let copy) = copies.first
            else {
                Issue.record("not the JSON of a copy")
                return
            }
            #expect(copy["objects"] == .integer(0) && copy["verdict"] == .string("proven"))
            #expect(copy["heads"] == .object(["files": .integer(1)]))
        }
    }

    @Test func `a copy that was set back is found by what was brought to it`() throws {
        try withSite { site, vault in
            try site.succeed(["copy", "run"])
            try site.system("cp", "-a", vault, "\(vault).old")
            try site.write("third", [3])
            try site.succeed(["backup"])
            // Behind the first store, and not behind itself: nothing is wrong with it yet.
            try site.succeed(["verify", "--copy", "vault"])
            try site.succeed(["copy", "run"])
            removeTree(vault)
            try site.system("mv", "\(vault).old", vault)
            let verified = try site.run(["verify", "--copy", "vault"])
            #expect(verified.code == 1 && verified.out.contains("head-behind"))
        }
    }

    @Test func `what the first store lost comes back from the copy`() throws {
        try withSite { site, _ in
            try site.succeed(["copy", "run"])
            removeTree(site.store)
            let target = "\(site.folder)/back"
            try site.succeed(site.restore("files@latest", to: target))
            #expect(try contents(of: target + site.source)["first"] == Array("一番目".utf8))
        }
    }

    @Test func `a store that is away is told, and keeps nobody from restoring`() throws {
        try withSite { site, vault in
            try site.succeed(["copy", "run"])
            removeTree(vault)
            let run = try site.run(["copy", "run"])
            #expect(run.code == 4 && run.err.contains(vault))
            for command in [["verify"], ["repair", "--plan"]] {
                let looked = try site.run(command)
                #expect(looked.code == 4 && looked.err.contains(vault), "\(looked.err)")
                #expect(looked.out.contains("primary (\(site.store))"))
            }
            #expect(try site.run(["verify", "--copy", "primary"]).code == 0)
            try site.succeed(site.restore("files@latest", to: "\(site.folder)/back"))
        }
    }

    @Test func `a store of none of the sets is refused`() throws {
        try withSite { site, _ in
            let unknown = try site.run(["copy", "run", "--to", "elsewhere"])
            #expect(unknown.code == 2 && unknown.err.contains("elsewhere"))
            let first = try site.run(["copy", "run", "--to", "primary"])
            #expect(first.code == 2 && first.err.contains("further store"))
        }
    }
}
