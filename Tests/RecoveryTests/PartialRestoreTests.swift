import Backup
import FileSystem
import Format
import Glibc
import HostState
import LocalStore
import Model
import ObjectStore
import Opening
import Processes
import Recovery
import Repository
import TestSupport
import Testing
import Verification

/// What is damaged or refused is told; the rest comes back.
@Suite struct PartialRestoreTests {
    private func withHospital(_ body: (borrowing TestHospital) throws -> Void) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 51)
            for number in 0..<3 {
                // A run each, and a chunk each, so that each file lies in a pack of its own.
                try hospital.write("large-\(number)", random.bytes(200_000))
                _ = try hospital.backUp()
            }
            try body(hospital)
        }
    }

    private func restore(
        _ hospital: borrowing TestHospital,
        from store: any ObjectStore
    ) throws -> [Finding] {
        removeTree("\(hospital.folder)/restored")
        let newest = try #require(try hospital.manifests().last)
        let snapshot = try OpenedSnapshot(
            newest,
            in: try Repository(opening: store),
            with: hospital.identities
        )
        let restorer = TreeRestorer(
            snapshot,
            TreeRestorer.Request(target: "\(hospital.folder)/restored")
        )
        try restorer.run()
        return restorer.findings
    }

    enum Trouble: CaseIterable { case unreadable, missing, truncated, changed }

    @Test(arguments: Trouble.allCases)
    func `one bad pack loses the files that it holds and no other`(trouble: Trouble) throws {
        try withHospital { hospital in
            let sizes = try hospital.store.list(prefix: "packs/")
            let largest = sizes.filter { $0.size > 150_000 }.map(\.key).sorted()
            #expect(largest.count == 3)
            var faults = FaultyStore.Faults()
            switch trouble {
            case .unreadable: faults.unreadable = [largest[0]]
            case .missing: faults.missing = [largest[0]]
            case .truncated: faults.truncated = [largest[0]: 1_000]
            case .changed:
                var bytes = try hospital.bytes(of: largest[0])
                bytes[100_000] ^= 1
                try hospital.replace(largest[0], with: bytes)
            }
            // The list and the root of the newest snapshot lie in the last run's pack: if that is
            // the bad one, nothing can be restored, and that is an error.
            let store = FaultyStore(hospital.store, faults)
            do {
                let findings = try restore(hospital, from: store)
                #expect(findings.count == 1)
                #expect(findings.allSatisfy { $0.severity == .failure })
                let source = try contents(of: hospital.source)
                let restored = try contents(of: "\(hospital.folder)/restored\(hospital.source)")
                #expect(restored.count == 2)
                #expect(restored.allSatisfy { source[$0.key] == $0.value })
            } catch let fault as ChunkFault {
                #expect(fault.exitCode == .failed)
            }
        }
    }

    @Test func `the wrong identity opens nothing and says so`() throws {
        try withHospital { hospital in
            let other = try AgeIdentity.generate()
            let error = #expect(throws: OpeningError.self) {
                try hospital.open(with: try AgeIdentities(other))
            }
            #expect(error?.exitCode == .couldNotLook)
        }
    }

    @Test func `one path comes back with the folders above it`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            for name in ["a/b/c", "a/b/d", "a/bb", "z"] {
                try hospital.write(name, Array(name.utf8))
            }
            #expect(unsafe link("\(hospital.source)/a/b/c", "\(hospital.source)/y") == 0)
            _ = try hospital.backUp()
            let base = hospital.source.dropFirst()
            let restorer = TreeRestorer(
                try hospital.open(),
                TreeRestorer.Request(
                    target: "\(folder)/restored",
                    includes: [Array("\(base)/a/b".utf8), Array("\(base)/y".utf8)]
                )
            )
            try restorer.run()
            let restored = try contents(of: "\(folder)/restored/\(base)")
            #expect(restored.keys.sorted() == ["a", "a/b", "a/b/c", "a/b/d", "y"])
            // Its first name is there, so the second is a name of the same file.
            let error = #expect(throws: RecoveryError.self) {
                try TreeRestorer(
                    try hospital.open(),
                    TreeRestorer.Request(
                        target: "\(folder)/other",
                        includes: [Array("\(base)/nothing".utf8)]
                    )
                ).run()
            }
            #expect(error?.exitCode == .usage)
            let lone = TreeRestorer(
                try hospital.open(),
                TreeRestorer.Request(
                    target: "\(folder)/lone",
                    includes: [Array("\(base)/y".utf8)]
                )
            )
            try lone.run()
            let file = try SmallFile.read("\(folder)/lone/\(base)/y", bytesMax: 100)
            #expect(file == Array("a/b/c".utf8))
        }
    }

    // MARK: - Targets that cannot hold everything

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: mounting needs root"))
    func `a target that fills up ends the restore with an error, and the store stays whole`()
        throws
    {
        try withHospital { hospital in
            let target = "\(hospital.folder)/small"
            try withMemoryFileSystem(at: target, bytes: 300 << 10) {
                let restorer = TreeRestorer(
                    try hospital.open(),
                    TreeRestorer.Request(target: target)
                )
                let error = #expect(throws: RecoveryError.self) { try restorer.run() }
                #expect(error?.exitCode == .couldNotLook)
                #expect(error?.hint.contains("free space") == true)
                // No half file looks like a file.
                let source = try contents(of: hospital.source)
                let restored = try contents(of: target + hospital.source)
                #expect(restored.allSatisfy { source[$0.key] == $0.value })
            }
            #expect(try hospital.verify().verdict == .proven)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: another user needs root"))
    func `a user who may not set owners gets the files, and is told of the owners`() throws {
        try withHospital { hospital in
            let folder = hospital.folder
            let program = try Tool.built("toride-testhost")
            let (host, identity) = ("\(folder)/host", "\(folder)/identity")
            let made = try Command(program, ["init", host, identity]).run(timeout: .seconds(20))
            try SmallFile.write([1, 2, 3], to: "\(host)/source/file", mode: 0o4755)
            let backup = try Command(
                program,
                ["backup", host, String(made.text.dropLast())]
            ).run(timeout: .seconds(20))
            #expect(backup.status.isSuccess, "\(backup.text)")
            #expect(unsafe chmod(folder, 0o755) == 0)
            _ = try Command("chmod", ["-R", "a+rX", "\(host)/store", "\(host)/state", host])
                .run(timeout: .seconds(10))
            #expect(unsafe chown(identity, 65_534, 65_534) == 0)
            try FolderTree.make("\(folder)/theirs", mode: 0o755)
            #expect(unsafe chown("\(folder)/theirs", 65_534, 65_534) == 0)
            let output = try asNobody([
                program, "restore", host, identity, "\(folder)/theirs",
            ])
            #expect(output.status.isSuccess, "\(output.text)")
            let lines = Set(output.text.split(separator: "\n").map { $0.split(separator: " ")[1] })
            #expect(lines == ["part-skipped"])
            let file = try FileHandle.open("\(folder)/theirs\(host)/source/file", O_RDONLY)
            #expect(try file.status().mode == 0o755)
            #expect(try file.readAll(bytesMax: 9) == [1, 2, 3])
        }
    }
}
