import HostState
import Model
import TestSupport
import Testing

/// A catalog that is damaged or behind: told, and made whole by `toride catalog rebuild`.
@Suite struct CatalogTests {
    private func spoil(_ site: TestSite, _ kind: String) throws {
        let path = site.catalog
        switch kind {
        case "garbage":
            try SmallFile.write([UInt8](repeating: 0x5a, count: 50_000), to: path)
        case "truncated": try site.system("truncate", "-s", "5000", path)
        case "empty": try site.system("truncate", "-s", "0", path)
        default:
            // The header is whole, a page in the middle is not.
            try site.system(
                "dd",
                "if=/dev/urandom",
                "of=\(path)",
                "bs=4096",
                "seek=2",
                "count=3",
                "conv=notrunc"
            )
        }
        try site.removeCatalogLog()
    }

    @Test(arguments: ["garbage", "truncated", "empty", "page"])
    func `a damaged catalog is told by every command, and a rebuild mends it`(
        kind: String
    ) throws {
        try withSite { site in
            let head = afterCounts(try site.succeed(["verify"]))
            try spoil(site, kind)
            for command in [["backup"], ["verify"], ["status"], ["catalog", "check"]] {
                let outcome = try site.run(command)
                expectError(
                    outcome,
                    .couldNotLook,
                    site.catalog,
                    "damaged",
                    hint: "toride catalog rebuild"
                )
            }
            let doctor = try site.run(["doctor"])
            #expect(doctor.out.contains("✗ catalog: "))
            #expect(doctor.out.contains("toride catalog rebuild"))
            let rebuilt = try site.succeed(["catalog", "rebuild"])
            #expect(rebuilt.out.contains("1 snapshots") || rebuilt.out.contains("1 snapshot"))
            #expect(rebuilt.out.contains("\(site.catalog).damaged-1"))
            try site.succeed(["catalog", "check"])
            // It knows the head again: freshness is asked, not passed over.
            #expect(afterCounts(try site.succeed(["verify"])) == head)
            try site.checkNothingLost()
        }
    }

    @Test func `a catalog that is behind is told, and a rebuild makes it whole`() throws {
        try withSite { site in
            try site.system("cp", "-a", site.catalog, "\(site.folder)/old")
            try site.write("new", [1])
            try site.succeed(["backup"])
            try site.removeCatalogLog()
            try site.system("cp", "-a", "\(site.folder)/old", site.catalog)
            let check = try site.run(["catalog", "check"])
            expectFinding(
                check,
                .failed,
                "catalog-snapshot-unknown: snapshot files@2",
                hint: "toride catalog rebuild"
            )
            // The store is the truth: the next backup follows it, not the old catalog.
            #expect(try site.succeed(["backup"]).out.contains("snapshot 3"))
            try site.succeed(["verify"])
            // And it has written down what the one before could not.
            try site.succeed(["catalog", "check"])
            #expect(try site.succeed(["snapshots"]).out.contains("files@2"))
            try site.succeed(["catalog", "rebuild"])
            try site.succeed(["catalog", "check"])
            try site.checkNothingLost()
        }
    }
}
