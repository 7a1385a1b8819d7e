import Glibc
import HostState
import Model
import Processes
import TestSupport
import Testing

/// Keys that do not fit, are not there, or are none.
@Suite struct IdentityTests {
    private func commands(_ identity: String, _ site: TestSite) -> [[String]] {
        [
            ["ls", "files@1", "--identity", identity],
            ["restore", "files@1", "--to", "\(site.folder)/x", "--identity", identity],
        ]
    }

    @Test func `a wrong identity opens nothing, and is told whose would`() throws {
        try withSite { site in
            let other = "\(site.folder)/other.txt"
            let made = try site.succeed(["key", "new", "--out", other])
            let stranger = String(made.out.prefix { $0 != "\n" })
            for command in commands(other, site) {
                let outcome = try site.run(command)
                expectError(
                    outcome,
                    .couldNotLook,
                    "files@1",
                    stranger,
                    hint: site.recipient
                )
                #expect(unsafe access("\(site.folder)/x", F_OK) != 0)
            }
            // The same on a machine that never backed up, where names must be unsealed too.
            let elsewhere = try site.elsewhere()
            expectError(
                try elsewhere.run(["ls", "files@latest", "--identity", other]),
                .couldNotLook,
                stranger,
                hint: site.recipient
            )
            try elsewhere.succeed(["ls", "files@latest", "--identity", site.identity])
            try site.checkNothingLost()
        }
    }

    @Test func `an identity file that is missing is told`() throws {
        try withSite { site in
            for command in commands("\(site.folder)/none.txt", site) {
                let outcome = try site.run(command)
                expectError(
                    outcome,
                    .couldNotLook,
                    "\(site.folder)/none.txt",
                    "No such file",
                    hint: "exists"
                )
            }
        }
    }

    @Test(arguments: [
        "garbage\n", "", "# only a comment\n", "AGE-SECRET-KEY-1QQQQ\n", "\u{0}\u{1}\u{2}",
    ])
    func `an identity file that holds no identity is told by its name`(text: String) throws {
        try withSite { site in
            let file = "\(site.folder)/garbage.txt"
            try SmallFile.write(Array(text.utf8), to: file)
            for command in commands(file, site) {
                let outcome = try site.run(command)
                expectError(outcome, .couldNotLook, file, hint: "AGE-SECRET-KEY-1")
            }
        }
    }

    @Test func `a sealed identity without a terminal to ask for its passphrase is told`() throws {
        try withSite { site in
            let file = "\(site.folder)/sealed.txt"
            try SmallFile.write(Array("age-encryption.org/v1\n-> scrypt a 18\n".utf8), to: file)
            // A session of its own has no terminal.
            let output = try site.command(["ls", "files@1", "--identity", file])
                .started(by: "setsid", "--wait").run(timeout: .seconds(20))
            #expect(output.status == .exited(ExitCode.couldNotLook.rawValue))
            #expect(output.errorTail.contains("toride: error: \(file): "))
            #expect(output.errorTail.contains("hint: run this on a terminal"))
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: another user needs root"))
    func `an identity file that may not be read is told`() throws {
        try withSite { site in
            try site.giveToNobody()
            try site.system("chown", "0:0", site.identity)
            try site.system("chmod", "600", site.identity)
            let outcome = try site.runAsNobody(["ls", "files@1", "--identity", site.identity])
            expectError(
                outcome,
                .couldNotLook,
                site.identity,
                "Permission denied",
                hint: "permissions"
            )
        }
    }

    @Test func `an identity that others may read is remarked on`() throws {
        try withSite { site in
            let command = ["ls", "files@1", "--identity", site.identity]
            #expect(try site.succeed(command).err == "")
            try site.system("chmod", "644", site.identity)
            let outcome = try site.succeed(command)
            #expect(outcome.err.contains("\(site.identity): other users may read"))
            #expect(outcome.err.contains("chmod 600"))
        }
    }

    @Test func `a key file is never written over`() throws {
        try withSite { site in
            let before = try SmallFile.read(site.identity, bytesMax: 4_096)
            let outcome = try site.run(["key", "new", "--out", site.identity])
            expectError(outcome, .couldNotLook, site.identity, "exists", hint: "another name")
            #expect(try SmallFile.read(site.identity, bytesMax: 4_096) == before)
            // Nor does the secret that was refused lie beside it.
            #expect(unsafe access("\(site.identity).new", F_OK) != 0)
        }
    }

    @Test func `a recovery key is proven by a challenge, and a wrong code is not`() throws {
        try withSite { site in
            let challenge = "\(site.folder)/challenge"
            try site.succeed(["key", "check", "--challenge", challenge])
            let wrong = try site.run(["key", "check", "--answer", "0000-0000-0000-0000-0000"])
            #expect(wrong.code == ExitCode.failed.rawValue)
            let opened = try site.succeed([
                "key", "check", "--open", challenge, "--identity", site.identity,
            ])
            let code = String(opened.out.prefix { $0 != "\n" })
            try site.succeed(["key", "check", "--answer", code])
            let again = try site.run(["key", "check", "--answer", code])
            expectError(again, .couldNotLook, "challenge", hint: "toride key check")
        }
    }
}
