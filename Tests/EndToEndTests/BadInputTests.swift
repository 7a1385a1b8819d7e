import Backup
import FileSystem
import Format
import Glibc
import HostState
import LocalStore
import Model
import ObjectStore
import Processes
import Recovery
import Repository
import TestSupport
import Testing
import Verification

/// Bad input, bad disks, bad clocks: a clear error or finding, nothing is lost, and the next run
/// works.
@Suite struct BadInputTests {
    /// A hospital with one snapshot and as much again to back up.
    private func withHospital(
        inMemory: Bool = true,
        _ body: (borrowing TestHospital) throws -> Void
    ) throws {
        try withTemporaryFolder(inMemory: inMemory) { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 61)
            try hospital.write("first", random.bytes(500_000))
            _ = try hospital.backUp()
            try hospital.write("second", random.bytes(3_000_000))
            for number in 0..<50 {
                try hospital.write("d/\(number)", random.bytes(1_000))
            }
            try body(hospital)
        }
    }

    /// The earlier snapshot still verifies, and the next run works.
    private func checkAfterwards(_ hospital: borrowing TestHospital) throws {
        #expect(try hospital.verify().verdict == .proven)
        #expect(try hospital.manifests().count == 1)
        let next = try hospital.backUp()
        #expect(next.manifest.complete)
        #expect(next.manifest.sequence == 2)
        #expect(try hospital.verify().verdict == .proven)
        #expect(try hospital.restoreAndCompare().different == [])
    }

    // MARK: - The store

    @Test func `a disk that fills up at any moment fails the run and nothing else`() throws {
        try withHospital { hospital in
            let before = try hospital.storeState()
            var random = SeededGenerator(seed: 62)
            for room in [0, 1, 500, 2_000, 400_000]
                + (0..<8).map({ _ in
                    Int(random.next() % 3_000_000)
                })
            {
                var faults = FaultyStore.Faults()
                faults.roomBytes = room
                let store = FaultyStore(hospital.store, faults)
                let error = #expect(throws: RepositoryError.self, "room for \(room)") {
                    try hospital.backUp(into: store)
                }
                #expect(error?.exitCode == .couldNotLook)
                #expect(error?.description.contains("No space left") == true)
                #expect(try hospital.verify().verdict == .proven, "room for \(room)")
                // Else the next run would find what this one stored, and need less.
                try hospital.putBack(before)
            }
            try checkAfterwards(hospital)
        }
    }

    @Test(arguments: ["keys/", "packs/", "index/", "lists/", "snapshots/"])
    func `a kind of object that cannot be written fails the run`(prefix: String) throws {
        try withHospital { hospital in
            var faults = FaultyStore.Faults()
            faults.unwritable = prefix
            let store = FaultyStore(hospital.store, faults)
            #expect(throws: RepositoryError.self) { try hospital.backUp(into: store) }
            try checkAfterwards(hospital)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: mounting needs root"))
    func `a full file system under the store fails the run with a hint`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            try withMemoryFileSystem(at: "\(folder)/store", bytes: 2 << 20) {
                let hospital = try TestHospital(in: folder)
                var random = SeededGenerator(seed: 63)
                try hospital.write("first", random.bytes(300_000))
                _ = try hospital.backUp()
                try hospital.write("second", random.bytes(3_000_000))
                let error = #expect(throws: RepositoryError.self) { try hospital.backUp() }
                #expect(error?.hint.contains("free space") == true)
                #expect(try hospital.verify().verdict == .proven)
                // Somebody makes room: a disk that is full stays full by itself.
                #expect(unsafe unlink("\(hospital.source)/second") == 0)
                let grown = try Command(
                    "mount",
                    ["-o", "remount,size=16m", "\(folder)/store"]
                ).run(timeout: .seconds(20))
                #expect(grown.status.isSuccess, "\(grown.errorTail)")
                #expect(try hospital.backUp().manifest.sequence == 2)
                #expect(try hospital.verify().verdict == .proven)
                #expect(try hospital.restoreAndCompare().different == [])
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: mounting needs root"))
    func `a full file system under the host's state fails the run, not the source`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            try withMemoryFileSystem(at: "\(folder)/state", bytes: 256 << 10) {
                let hospital = try TestHospital(in: folder)
                try hospital.write("first", [1])
                _ = try hospital.backUp()
                for number in 0..<4_000 {
                    try hospital.write("d/\(number)", [1])
                }
                let error = #expect(throws: HostStateError.self) { try hospital.backUp() }
                #expect(error?.exitCode == .couldNotLook)
                #expect(try hospital.verify().verdict == .proven)
                removeTree("\(hospital.source)/d")
                #expect(try hospital.backUp().manifest.complete)
                #expect(try hospital.restoreAndCompare().different == [])
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: mounting needs root"))
    func `a store that is read-only can be verified and restored from, and not written`() throws {
        try withHospital { hospital in
            let store = "\(hospital.folder)/store"
            let bind = try Command("mount", ["--bind", store, store]).run(timeout: .seconds(5))
            #expect(bind.status.isSuccess)
            defer { _ = unsafe umount2(store, Int32(MNT_DETACH)) }
            let remount = try Command("mount", ["-o", "remount,ro,bind", store])
                .run(timeout: .seconds(5))
            #expect(remount.status.isSuccess)
            // A store that is opened now, as a program that starts now would.
            let readOnly = try LocalStore(name: "primary", root: store)
            let error = #expect(throws: RepositoryError.self) {
                try hospital.backUp(into: readOnly)
            }
            #expect(error?.hint.contains("read-only") == true)
            #expect(try hospital.verify().verdict == .proven)
            #expect(try hospital.restore() == [])
        }
    }

    @Test func `a folder that is no repository, or of an unknown version, is told as such`() throws
    {
        try withHospital { hospital in
            let descriptor = try hospital.bytes(of: "toride.json")
            try hospital.replace("toride.json", with: nil)
            let missing = #expect(throws: RepositoryError.self) { try hospital.backUp() }
            #expect(missing?.exitCode == .couldNotLook)
            let text = String(decoding: descriptor, as: UTF8.self)
            let future = Array(text.replacing("toride/v1", with: "toride/v9").utf8)
            try hospital.replace("toride.json", with: future)
            let unknown = #expect(throws: RepositoryError.self) { try hospital.backUp() }
            #expect(unknown?.exitCode == .couldNotLook)
            #expect(unknown?.hint.contains("newer version") == true)
            try hospital.replace("toride.json", with: descriptor)
            try checkAfterwards(hospital)
        }
    }

    // MARK: - The source

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: another user needs root"))
    func `a file that may not be read is told, and the rest is taken`() throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let program = try Tool.built("toride-testhost")
            let (host, identity) = ("\(folder)/host", "\(folder)/identity")
            let made = try Command(program, ["init", host, identity]).run(timeout: .seconds(20))
            let recipient = String(made.text.dropLast())
            for name in ["a", "locked", "z"] {
                try SmallFile.write([1], to: "\(host)/source/\(name)", mode: 0o644)
            }
            try FolderTree.make("\(host)/source/shut", mode: 0o755)
            let prepare =
                "chown -R 65534:65534 \(folder); chmod 755 \(folder); "
                + "chmod 000 \(host)/source/locked \(host)/source/shut"
            _ = try Command("/bin/sh", ["-c", prepare]).run(timeout: .seconds(10))
            let output = try asNobody([program, "backup", host, recipient])
            #expect(output.status.isSuccess, "\(output.text)")
            let path = host.dropFirst() + "/source"
            #expect(output.text.contains("finding file-unreadable \(path)/locked\n"))
            #expect(output.text.contains("finding file-unreadable \(path)/shut\n"))
            #expect(output.text.contains("complete false\n"))
            let target = "\(folder)/restored"
            let restored = try Command(program, ["restore", host, identity, target])
                .run(timeout: .seconds(20))
            #expect(restored.status.isSuccess, "\(restored.text)")
            let files = try contents(of: target + host + "/source")
            #expect(files.keys.sorted() == ["a", "shut", "z"])
        }
    }

    // MARK: - The clock

    @Test func `a clock that was set back is told, and the backup is taken`() throws {
        try withHospital { hospital in
            let early = Timestamp(seconds: 1_000_000_000)
            let result = try hospital.backUp(now: early)
            #expect(result.findings.map(\.code) == [.clockSetBack])
            #expect(result.manifest.complete)
            #expect(result.manifest.sequence == 2)
            #expect(try hospital.verify(heads: try hospital.heads()).verdict == .proven)
            // What was read while the clock was wrong is not taken for unchanged.
            let next = try hospital.backUp()
            #expect(next.findings == [])
            #expect(next.counts.unchangedFiles == 0)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    // MARK: - What the host remembers

    @Test func `a store that lost its newest snapshot is told, and its number is not used again`()
        throws
    {
        try withHospital { hospital in
            let second = try hospital.backUp()
            let head = Head(sequence: 2, name: second.name)
            try hospital.replace(try #require(try hospital.manifests().last).storeKey, with: nil)
            let third = try hospital.backUp(remembered: head)
            #expect(third.findings.map(\.code) == [.headBehind])
            #expect(third.manifest.sequence == 3)
            #expect(third.manifest.previous == second.name)
            let report = try hospital.verify()
            #expect(report.verdict == .failed)
            #expect(report.findings.contains { $0.code == .sequenceGap })
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test func `a number is not used again while a manifest that has it cannot be read`() throws {
        try withHospital { hospital in
            let second = try hospital.backUp()
            let key = try #require(try hospital.manifests().last).storeKey
            let whole = try hospital.bytes(of: key)
            try hospital.replace(key, with: [1])
            let third = try hospital.backUp()
            #expect(third.manifest.sequence == 3)
            #expect(third.manifest.previous == second.name)
            let report = try hospital.verify()
            #expect(
                report.findings.filter { $0.severity == .failure }.map(\.subject)
                    == [.object(key)]
            )
            // Brought back from another copy, all is well.
            try hospital.replace(key, with: whole)
            #expect(try hospital.verify().verdict == .proven)
        }
    }

    @Test func `a stranger's manifest neither stops a backup nor gets into the chain`() throws {
        try withHospital { hospital in
            let stranger = try TestHospital(in: "\(hospital.folder)/stranger")
            let newest = try #require(try hospital.manifests().last)
            for sequence in [2, 3, UInt64(Limits.sequenceMax)] {
                var manifest = newest.manifest
                manifest.sequence = sequence
                manifest.previous = newest.name
                let key = try stranger.forge(manifest)
                try hospital.replace(key, with: stranger.bytes(of: key))
            }
            let result = try hospital.backUp()
            #expect(result.manifest.sequence == 2)
            #expect(result.manifest.previous == newest.name)
            let report = try hospital.verify(heads: [:])
            #expect(report.verdict == .notProven)
            #expect(report.heads[newest.manifest.set]?.name == result.name)
            #expect(Set(report.findings.filter { $0.severity == .failure }) == [])
        }
    }
}
