import Format
import HostState
import Model
import Primitives
import Repository
import TestSupport
import Testing

/// What a newer version of Toride wrote is not guessed at.
@Suite struct VersionTests {
    @Test func `a repository of an unknown version is not read, and not written`() throws {
        try withSite { site in
            let own = try site.bytes("toride.json")
            let text = String(decoding: own, as: UTF8.self)
            try site.replace(
                "toride.json",
                with: Array(text.replacing("toride/v1", with: "toride/v9").utf8)
            )
            for command in [
                ["backup"], ["snapshots"], ["catalog", "check"], ["catalog", "rebuild"],
                ["ls", "files@1", "--identity", site.identity],
            ] {
                let outcome = try site.run(command)
                expectError(
                    outcome,
                    .couldNotLook,
                    "primary",
                    "toride.json",
                    "version",
                    hint: "newer version of Toride"
                )
            }
            #expect(try site.run(["init"]).code == ExitCode.couldNotLook.rawValue)
            // Its hash stands in every signed manifest: for the verifier the file is damaged.
            expectFinding(try site.run(["verify"]), .failed, "descriptor-damaged: toride.json")
            try site.replace("toride.json", with: own)
            try site.checkNothingLost()
        }
    }

    @Test func `a manifest of an unknown version is not read, and not passed over`() throws {
        try withSite { site in
            let key = try site.newestManifest()
            let envelope = try Envelope(decoding: try site.bytes(key))
            let payload = String(decoding: envelope.payload, as: UTF8.self)
                .replacing("toride/manifest/v1", with: "toride/manifest/v9")
            let future = try SignedDocument.sign(
                Array(payload.utf8),
                type: envelope.payloadType,
                with: try HostState(path: site.state).signingKey()
            )
            let name = SHA256.hash(future).hex
            let folder = key.split(separator: "/").dropLast().joined(separator: "/")
            let place = "\(folder)/\(key.split(separator: "/")[2].split(separator: "-")[0])-\(name)"
            let second = place.replacing("00000001-", with: "00000002-")
            try site.replace(second, with: future)
            for command in [["backup"], ["verify"], ["snapshots"], ["catalog", "rebuild"]] {
                let outcome = try site.run(command)
                expectError(
                    outcome,
                    .couldNotLook,
                    second,
                    "version",
                    hint: "newer version of Toride"
                )
            }
            try SmallFile.remove("\(site.store)/\(second)")
            try site.checkNothingLost()
        }
    }

    @Test func `a catalog that a newer version wrote is left as it is`() throws {
        try withSite { site in
            try site.changeCatalog("INSERT INTO grdb_migrations VALUES ('v999')")
            expectError(
                try site.run(["backup"]),
                .couldNotLook,
                site.catalog,
                "newer version",
                hint: "catalog rebuild"
            )
        }
    }
}
