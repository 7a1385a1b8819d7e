import FileSystem
import Format
import Glibc
import Model
import TestSupport
import Testing

/// `toride copy attack`, as a user runs it and hears of it.
@Suite struct AttackCommandTests {
    /// The site's store, of which all is to be immutable.
    private func immutable(_ site: TestSite) -> String {
        let words = "{path: \(site.store), immutable: true, class: O4}"
        return site.yaml.replacing("{path: \(site.store)}", with: words)
    }

    /// What `copy attack --json` tells of the one store.
    private func members(_ outcome: TestSite.Outcome) throws -> [String: JSONValue] {
        guard case .object(let answer) = try outcome.object(),
            case .array(let attacks)? = answer["attacks"], attacks.count == 1,
            case .object(let members)? = attacks.first
        else {
            throw FormatError.invalid("the JSON of an attack")
        }
        return members
    }

    /// What each attack came to.
    private func outcomes(_ members: [String: JSONValue]) throws -> [String: String] {
        guard case .array(let attempts)? = members["attempts"] else {
            throw FormatError.invalid("the attempts of an attack")
        }
        var found: [String: String] = [:]
        for attempt in attempts {
            if case .object(let attempt) = attempt, case .string(let attack)? = attempt["attack"],
                case .string(let outcome)? = attempt["outcome"]
            {
                found[attack] = outcome
            }
        }
        return found
    }

    @Test func `a plain folder stands no attack, and nothing of the backups is touched`() throws {
        try withSite { site in
            let before = try site.keys()
            let outcome = try site.run(["copy", "attack", "--copy", "primary"])
            expectFinding(
                outcome,
                .failed,
                "✗ delete (deleted): done → harmed",
                "✗ overwrite (written over): done → harmed",
                "attack-succeeded",
                hint: "attack-succeeded"
            )
            #expect(!outcome.out.contains("bypass"))
            let keys = try site.keys()
            #expect(Set(keys).isSuperset(of: before))
            #expect(keys.filter { $0.hasPrefix("records/attack/") }.count == 1)
            #expect(keys.filter { $0.hasPrefix("attacks/") }.count == 2)
            let verified = try site.succeed(["verify"])
            for word in ["foreign", "records-not-judged", "record-signer-unknown"] {
                #expect(!verified.out.contains(word))
            }
            // Nobody asked that it resist.
            #expect(try !site.run(["status"]).out.contains("attack-"))
        }
    }

    @Test func `where no store is to resist none is attacked`() throws {
        try withSite { site in
            let outcome = try site.succeed(["copy", "attack"])
            #expect(outcome.err.contains("no store is to resist"))
            #expect(try site.keys("attacks/") == [])
            let unknown = try site.run(["copy", "attack", "--copy", "elsewhere"])
            expectError(unknown, .usage, "elsewhere", hint: "primary")
        }
    }

    @Test func `a store that is away is told`() throws {
        try withSite { site in
            removeTree(site.store)
            let outcome = try site.run(["copy", "attack", "--copy", "primary"])
            expectError(outcome, .couldNotLook, site.store, hint: "mount it")
        }
    }

    @Test func `a medium is attacked while it is here, if the catalog knows it`() throws {
        try withSite { site in
            let point = "\(site.folder)/rdx"
            try FolderTree.make(point, mode: 0o755)
            let second =
                "primary: {path: \(site.store)}\n  rdx: {path: \(point), class: O4, media: {}}"
            try site.configure(
                site.yaml.replacing("primary: {path: \(site.store)}", with: second)
                    + "    stores: [primary]\n"
            )
            let away = try site.succeed(["copy", "attack"])
            #expect(away.err.contains("or none is here"))
            try site.succeed([
                "media", "init", "2026-A", "--custodian", "c", "--location", "l",
                "--allow-folder",
            ])
            let here = try site.run(["copy", "attack"])
            #expect(here.code == 1 && here.out.contains("✗ delete (deleted): done → harmed"))
            try site.changeCatalog("DELETE FROM media_presences")
            try site.changeCatalog("DELETE FROM media")
            let unknown = try site.run(["copy", "attack"])
            expectError(unknown, .usage, "2026-A", hint: "toride media init")
        }
    }

    @Test(
        .enabled(if: Immutability.isPossible, "NOT TESTED: no file can be made immutable here")
    )
    func `an immutable store refuses all but who takes the flag away, and status knows`() throws {
        try withTemporaryFolder { folder in
            let site = try TestSite(in: "\(folder)/site")
            defer { try? Immutability.end(in: folder) }
            try site.configure(immutable(site))
            #expect(try site.run(["status"]).out.contains("attack-never"))
            let outcome = try site.run(["copy", "attack", "--json"])
            #expect(outcome.code == 1)
            let members = try members(outcome)
            let found = try outcomes(members)
            #expect(found["delete"] == "refused" && found["overwrite"] == "refused")
            #expect(found["remove-lock"] == "harmed" && found["bypass"] == "not-applicable")
            let record = try #require(try site.keys("records/attack/").first)
            #expect(members["record"] == .string(record))
            #expect(members["verdict"] == .string("failed"))
            // What was there before has the flag now.
            #expect(unsafe unlink("\(site.store)/toride.json") != 0)
            try site.succeed(["backup"])
            try site.succeed(["verify"])
            try site.succeed(["catalog", "rebuild"])
            let status = try site.run(["status"])
            #expect(status.out.contains("attack-succeeded") && status.out.contains("remove-lock"))
            #expect(!status.out.contains("attack-never"))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: another user needs root"))
    func `who may not set the flag stores all the same, and is told`() throws {
        try withSite { site in
            try site.giveToNobody()
            try site.configure(immutable(site))
            try site.write("third", [3])
            #expect(try site.runAsNobody(["backup"]).code == 0)
            let outcome = try site.runAsNobody(["copy", "attack"])
            expectFinding(
                outcome,
                .failed,
                "✗ delete (deleted): done → harmed",
                "object-not-locked",
                hint: "object-not-locked"
            )
            #expect(try site.runAsNobody(["verify"]).code == 0)
        }
    }
}
