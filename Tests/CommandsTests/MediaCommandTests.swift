import FileSystem
import Format
import Glibc
import HostState
import Model
import Processes
import TestSupport
import Testing

/// Media, as a user makes, carries and seals them.
@Suite struct MediaCommandTests {
    /// A site whose second store is of media, with an empty folder in place of a mount point.
    private func withSite(
        _ settings: String = "media: {}",
        _ body: (TestSite, _ point: String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let site = try TestSite(in: "\(folder)/site")
            let point = "\(site.folder)/rdx"
            try FolderTree.make(point, mode: 0o755)
            let second = "primary: {path: \(site.store)}\n  rdx: {path: \(point), \(settings)}"
            try site.configure(
                site.yaml.replacing("primary: {path: \(site.store)}", with: second)
                    + "    stores: [primary, rdx]\n"
            )
            try body(site, point)
        }
    }

    /// A command about media in a folder.
    private func words(_ command: String, _ more: String...) -> [String] {
        ["media", command] + more + ["--allow-folder"]
    }

    private func make(_ site: TestSite) throws -> TestSite.Outcome {
        try site.run(
            words("init", "2026-A", "--custodian", "佐藤", "--location", "bank")
        )
    }

    @Test func `a medium is made, filled, verified, taken away and brought back`() throws {
        try withSite { site, point in
            let made = try make(site)
            #expect(made.code == 0 && made.out.contains("2026-A"), "\(made.err)")
            try site.succeed(["copy", "run"])
            try site.succeed(["verify", "--copy", "rdx", "--require-fresh"])
            let status = try site.succeed(["copy", "status"])
            #expect(status.out.contains("files → rdx/2026-A: #1 of #1"))
            let away = try site.succeed(words("detach", "--due", "2099-12-24"))
            #expect(away.out.contains("2099-12-24T23:59:59+09:00"))
            let list = try site.succeed(["media", "list"])
            #expect(list.out.contains("佐藤, bank, due 2099-12-24") && list.out.contains("files@1"))
            try site.succeed(words("attach"))
            try site.succeed(["media", "check"])
        }
    }

    @Test func `what a medium carries is enough to verify it`() throws {
        try withSite { site, point in
            _ = try make(site)
            try site.succeed(["copy", "run"])
            let command = Command(
                "./medium/toride-verify",
                [".", "--signer", "medium/signers.txt"],
                workingDirectory: point
            )
            let verified = try command.run(timeout: .seconds(120))
            #expect(verified.status.isSuccess, "\(verified.text)\(verified.errorTail)")
        }
    }

    @Test func `a program that is not this host's is written anew on attaching`() throws {
        try withSite { site, point in
            _ = try make(site)
            let folder = "\(point)/medium"
            let made = try contents(of: folder)
            try SmallFile.write(Array("an old one".utf8), to: "\(folder)/toride-verify")
            try SmallFile.write([], to: "\(folder)/README.txt")
            try site.succeed(words("attach"))
            let isAsMade = try contents(of: folder) == made
            #expect(isAsMade)
        }
    }

    @Test func `a folder that stands for a medium does not show that it lies detached`() throws {
        try withSite("class: O1, media: {}") { site, point in
            _ = try make(site)
            try site.succeed(["copy", "run"])
            let here = try site.run(["copy", "status"])
            #expect(here.code == 3 && here.out.contains("rdx [O1]: media 2026-A here"))
            try site.succeed(words("detach", "--due", "2099-12-24"))
            // As if it were unmounted.
            try SmallFile.remove("\(point)/medium/medium.json")
            let away = try site.run(["copy", "status"])
            let told = "2026-A (whether it is connected cannot be told) (class-not-proven)"
            #expect(away.code == 3 && away.out.contains("rdx [O1]: media \(told)"))
        }
    }

    @Test func `programs are told of media in one object`() throws {
        try withSite { site, _ in
            _ = try make(site)
            let list = try site.succeed(["media", "list", "--json"]).object()
            guard case .object(let members) = list, case .array(let media) = members["media"],
                case .object(let medium) = media.first
            else {
                Issue.record("not the JSON of media")
                return
            }
            #expect(medium["label"] == .string("2026-A") && medium["here"] == .bool(true))
            #expect(medium["custodian"] == .string("佐藤") && medium["due"] == .null)
            #expect(members["findings"] == .array([]))
            let check = try site.succeed(["media", "check", "--json"]).object()
            #expect(check == .object(["findings": .array([]), "verdict": .string("proven")]))
        }
    }

    @Test func `a medium that lies elsewhere stands in nobody's way`() throws {
        try withSite { site, _ in
            for command in [
                ["init"], ["backup"], ["copy", "run"], ["verify"], ["snapshots"],
                ["catalog", "check"], ["catalog", "rebuild"], ["media", "check"],
            ] {
                try site.succeed(command)
            }
            let copy = try site.run(["copy", "run", "--to", "rdx"])
            #expect(copy.code == 4 && copy.err.contains("no medium is mounted"))
            let attach = try site.run(words("attach"))
            #expect(attach.code == 4 && attach.err.contains("toride media init"))
        }
    }

    @Test func `nothing is put right on a medium that the catalog does not know`() throws {
        try withSite { site, _ in
            _ = try make(site)
            try site.succeed(["copy", "run"])
            try site.changeCatalog("DELETE FROM media_presences")
            try site.changeCatalog("DELETE FROM media")
            let applied = try site.run(["repair", "--apply"])
            expectError(applied, .usage, "2026-A", hint: "toride media init")
        }
    }

    @Test func `what is typed wrongly is told`() throws {
        try withSite { site, point in
            let folder = try site.run([
                "media", "init", "A", "--custodian", "c", "--location", "l",
            ])
            expectError(folder, .couldNotLook, point, hint: "--allow-folder")
            let label = try site.run(words("init", "a/b", "--custodian", "c", "--location", "l"))
            expectError(label, .usage, "label", hint: "2026-A")
            _ = try make(site)
            let due = try site.run(words("detach", "--due", "soon"))
            expectError(due, .usage, "soon", hint: "2026-12-24")
            let lost = try site.run(["media", "retire", "2026-B"])
            expectError(lost, .usage, "2026-B", hint: "2026-A")
            let primary = try site.run(["media", "attach", "--store", "primary"])
            expectError(primary, .usage, "primary", hint: "media:")
            try site.succeed(["media", "retire", "2026-A"])
        }
    }

    // MARK: - Images

    private static let formats: [String] = [
        ("squashfs", "mksquashfs"), ("erofs", "mkfs.erofs"),
    ].filter { format, program in
        let isThere = Tool.find(program) != nil && (format == "squashfs" || geteuid() == 0)
        if !isThere {
            print("SKIPPED: images in \(format): no \(program), or not root")
        }
        return isThere
    }.map { $0.0 }

    @Test(arguments: formats)
    func `an image is a medium that nobody can change`(format: String) throws {
        try withSite { site, point in
            let image = "\(site.folder)/2026-seal.img"
            let sealed = try site.run(["media", "seal", image, "--format", format])
            let canMount = sealed.code == 0
            if !canMount {
                print("NOT TESTED: mounting an image in \(format): \(sealed.out)")
            }
            #expect(canMount || sealed.code == 3, "\(sealed.err)")
            #expect(try !contents(of: site.folder).keys.contains { $0.hasSuffix(".making") })
            let again = try site.run(["media", "seal", image, "--format", format])
            expectError(again, .usage, image, hint: "not written over")
            guard canMount else {
                return
            }
            #expect(sealed.out.contains("1 snapshots"))
            try site.system("mount", "-t", format, "-o", "loop,ro", image, point)
            defer { _ = try? Command("umount", ["-l", point]).run(timeout: .seconds(60)) }
            let taken = try site.run([
                "media", "init", "2026-seal", "--custodian", "c", "--location", "l",
            ])
            #expect(taken.code == 0, "\(taken.err)")
            try site.succeed(["verify", "--copy", "rdx"])
            let target = "\(site.folder)/back"
            try site.succeed(site.restore("files@latest", to: target))
            try site.succeed(["media", "detach", "--unmount"])
            #expect(try contents(of: point).isEmpty)
        }
    }
}
