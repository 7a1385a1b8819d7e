import FileSystem
import Glibc
import HostState
import Model
import Processes
import TestSupport
import Testing

/// Stores, states and targets that are full, closed, read-only or not there.
@Suite struct PlaceTests {
    private static let isRoot = geteuid() == 0

    // MARK: - Missing

    @Test func `a store whose folder is missing is told by every command that needs it`() throws {
        try withSite { site in
            try site.system("mv", site.store, "\(site.folder)/unmounted")
            for command in [
                ["backup"], ["verify"], ["snapshots"], ["catalog", "check"],
                ["catalog", "rebuild"],
                ["ls", "files@1", "--identity", site.identity],
                site.restore("files@1", to: "\(site.folder)/x"),
            ] {
                let outcome = try site.run(command)
                expectError(outcome, .couldNotLook, "primary", site.store, hint: "mount it")
            }
            let doctor = try site.run(["doctor"])
            #expect(doctor.code == ExitCode.couldNotLook.rawValue)
            #expect(doctor.out.contains("✗ store primary"))
            // An empty mount point is no repository, and must not become one unasked.
            try FolderTree.make(site.store, mode: 0o755)
            let empty = try site.run(["backup"])
            expectError(empty, .couldNotLook, "no repository", site.store, hint: "mount the right")
            try site.system("rmdir", site.store)
            try site.system("mv", "\(site.folder)/unmounted", site.store)
            try site.checkNothingLost()
        }
    }

    @Test func `a state folder that is missing is told, and is not made anew by a backup`() throws {
        try withSite { site in
            try site.system("mv", site.state, "\(site.folder)/elsewhere")
            let outcome = try site.run(["backup"])
            expectError(outcome, .couldNotLook, "signing key", site.state, hint: "toride init")
            try site.system("rm", "-rf", site.state)
            try site.system("mv", "\(site.folder)/elsewhere", site.state)
            try site.checkNothingLost()
        }
    }

    // MARK: - Forbidden

    @Test(.enabled(if: isRoot, "NOT TESTED: another user needs root"))
    func `a store that may not be written or read is told`() throws {
        try withSite { site in
            try site.giveToNobody()
            try site.write("new", [1])
            try site.system("chown", "-R", "0:0", site.store)
            try site.system("chmod", "755", site.store)
            let backup = try site.runAsNobody(["backup"])
            expectError(
                backup,
                .couldNotLook,
                "primary",
                site.store,
                "Permission denied",
                hint: "permissions"
            )
            #expect(try site.runAsNobody(["verify"]).code == 0)
            let doctor = try site.runAsNobody(["doctor"])
            #expect(doctor.code == ExitCode.couldNotLook.rawValue)
            #expect(doctor.out.contains("✗ store primary: \(site.store)"))
            #expect(doctor.out.contains("permissions"))
            try site.system("chmod", "700", site.store)
            for command in [["backup"], ["verify"], ["snapshots"]] {
                let outcome = try site.runAsNobody(command)
                expectError(outcome, .couldNotLook, site.store, hint: "permissions")
            }
            try site.checkNothingLost()
        }
    }

    @Test(.enabled(if: isRoot, "NOT TESTED: another user needs root"))
    func `a state that may not be read or written is told`() throws {
        try withSite { site in
            try site.giveToNobody()
            try site.system("chown", "-R", "0:0", site.state)
            for command in [["backup"], ["verify"], ["status"], ["catalog", "check"]] {
                let outcome = try site.runAsNobody(command)
                expectError(outcome, .couldNotLook, site.state, hint: "permissions")
            }
            try site.checkNothingLost()
        }
    }

    // MARK: - Read-only

    @Test(.enabled(if: isRoot, "NOT TESTED: mounting needs root"))
    func `a store that is mounted read-only takes nothing and gives everything`() throws {
        try withSite { site in
            try site.write("new", [1])
            try site.system("mount", "--bind", site.store, site.store)
            defer { _ = unsafe umount2(site.store, Int32(MNT_DETACH)) }
            try site.system("mount", "-o", "remount,ro,bind", site.store)
            let backup = try site.run(["backup"])
            expectError(backup, .couldNotLook, "Read-only", site.store, hint: "kernel log")
            let doctor = try site.run(["doctor"])
            #expect(doctor.out.contains("✗ store primary: \(site.store)"))
            #expect(doctor.out.contains("Read-only"))
            try site.checkFirst()
            let verify = try site.succeed(["verify"])
            #expect(verify.out.contains("record-not-stored"))
            #expect(unsafe umount2(site.store, Int32(MNT_DETACH)) == 0)
            #expect(try !site.succeed(["verify"]).out.contains("record-not-stored"))
            try site.checkNothingLost()
        }
    }

    // MARK: - Full

    /// Gives `body` a new site, of which one folder is a small file system of its own.
    private func withSmall(
        _ name: String,
        bytes: Int,
        _ body: (TestSite) throws -> Void
    ) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            try withMemoryFileSystem(at: "\(folder)/\(name)", bytes: bytes) {
                try body(try TestSite(in: folder))
            }
        }
    }

    @Test(.enabled(if: isRoot, "NOT TESTED: mounting needs root"))
    func `a full disk under the store ends the backup and nothing else`() throws {
        try withSmall("store", bytes: 8 << 20) { site in
            try site.writeNoise("large", mebibytes: 9)
            let outcome = try site.run(["backup"])
            expectError(
                outcome,
                .couldNotLook,
                "files:",
                site.store,
                "No space left",
                hint: "free space"
            )
            #expect(try site.keys("unfinished/") == [])
            #expect(try site.keys("snapshots/").count == 1)
            try site.system("rm", "\(site.source)/large")
            try site.checkNothingLost()
        }
    }

    @Test(.enabled(if: isRoot, "NOT TESTED: mounting needs root"))
    func `a full disk under the state ends the backup and nothing else`() throws {
        try withSmall("state", bytes: 1 << 20) { site in
            let filler = "\(site.state)/filler"
            // Ends in "no space left", which is what it is for.
            _ = try Command("dd", ["if=/dev/zero", "of=\(filler)", "bs=4k"])
                .run(timeout: .seconds(10))
            let outcome = try site.run(["backup"])
            expectError(outcome, .couldNotLook, site.state, hint: "space")
            let verify = try site.run(["verify"])
            #expect(verify.code == ExitCode.couldNotLook.rawValue)
            #expect(verify.err.contains("space"))
            try site.system("rm", filler)
            try site.checkNothingLost()
        }
    }

    @Test(.enabled(if: isRoot, "NOT TESTED: mounting needs root"))
    func `a full disk under a restore's target ends the restore`() throws {
        try withSite { site in
            try site.writeNoise("large", mebibytes: 4)
            try site.succeed(["backup"])
            let target = "\(site.folder)/target"
            try withMemoryFileSystem(at: target, bytes: 1 << 20) {
                let outcome = try site.run(site.restore("files@latest", to: target))
                expectError(
                    outcome,
                    .couldNotLook,
                    "No space left",
                    target,
                    hint: "free space",
                    remarks: 1
                )
                #expect(outcome.err.contains("files@2 and --resume goes on from here"))
            }
            try site.checkNothingLost()
        }
    }
}
