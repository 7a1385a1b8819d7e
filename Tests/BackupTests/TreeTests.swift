import Backup
import FileSystem
import Format
import Glibc
import HostState
import Model
import Processes
import Recovery
import TestSupport
import Testing
import Verification

/// Trees of odd shapes.
@Suite struct TreeTests {
    @Test func `an exclude leaves out what lies beneath a path, never the path itself`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for name in ["keep", "cache/x", "source/y", "a.tmp", "d/b.tmp", "d/keep"] {
                try hospital.write(name, [1])
            }
            // `source` and `tmp` are names on the way to the configured path too.
            let source = try TreeSource(
                paths: [hospital.source],
                excludes: ["source", "tmp", "*.tmp", "\(hospital.source)/cache"]
            )
            let result = try hospital.backUp(from: source)
            #expect(result.manifest.complete)
            let (different, _) = try hospital.restoreAndCompare()
            let left = ["a.tmp", "cache", "cache/x", "d/b.tmp", "source", "source/y"]
            #expect(different == left)
        }
    }

    @Test func `a path that is missing, a link, or behind one ends the backup`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            #expect(unsafe symlink(hospital.source, "\(folder)/link") == 0)
            try hospital.write("a/b", [1])
            for path in ["nothing", "link", "link/a", "source/a/b/c"] {
                let source = try TreeSource(paths: ["\(folder)/\(path)"])
                let error = #expect(throws: BackupError.self) {
                    try hospital.backUp(from: source)
                }
                #expect(error?.exitCode == .couldNotLook, "\(path)")
            }
            for path in ["", "relative", "/", "/a/../b", "/a/./b"] {
                #expect(throws: BackupError.self) { try TreeSource(paths: [path]) }
            }
            #expect(try hospital.manifests() == [])
        }
    }

    @Test func `paths that lie in one another are taken once`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("a/b/c", [1])
            try hospital.write("ab/d", [2])
            let paths = ["a/b", "", "a", "a/b/c"].map { "\(hospital.source)/\($0)" }
            _ = try hospital.backUp(from: try TreeSource(paths: paths))
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test func `names of one file are one file again`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("b/first", [1, 2, 3])
            for name in ["a", "b/second", "c"] {
                let made = unsafe link("\(hospital.source)/b/first", "\(hospital.source)/\(name)")
                #expect(made == 0)
            }
            #expect(unsafe mkfifo("\(hospital.source)/fifo", 0o600) == 0)
            #expect(unsafe link("\(hospital.source)/fifo", "\(hospital.source)/pipe") == 0)
            _ = try hospital.backUp()
            #expect(try hospital.restoreAndCompare().different == [])
            let root = try FileHandle.open("\(folder)/restored\(hospital.source)", O_RDONLY)
            let a = try root.status(name: Array("a".utf8))
            #expect(a.links == 4)
            #expect(try root.status(beneath: Array("b/second".utf8)).inode == a.inode)
            #expect(try root.status(name: Array("pipe".utf8)).links == 2)
        }
    }

    @Test func `a file with more holes than a record holds comes back with the same bytes`() throws
    {
        try withTemporaryFolder { folder in
            let path = "\(folder)/comb"
            do {
                let file = try FileHandle.open(path, O_WRONLY | O_CREAT)
                let block = [UInt8](repeating: 7, count: 4_096)
                for number in 0..<200 {
                    // Holes of 4, 8 and 12 KiB.
                    try file.write(block[...], at: Int64(number * 12_288 + number % 3 * 4_096))
                }
                try file.setSize(200 * 12_288 + 5)
            }
            let file = try FileHandle.open(path, O_RDONLY)
            let size = try file.status().size
            let all = try file.dataRuns(size: size)
            #expect(all.count > 100)
            for most in [1, 10, 60, all.count - 1, all.count] {
                let runs = try file.dataRuns(size: size, runsMax: most)
                #expect(runs.count <= most)
                #expect(zip(runs, runs.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
                #expect(all.allSatisfy { run in runs.contains { $0.contains(run.lowerBound) } })
            }
        }
    }

    @Test func `a path that is too long for a record is told, and the rest is taken`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("keep", [1])
            let name = [UInt8](repeating: UInt8(ascii: "n"), count: 255)
            try deepen(hospital.source, (0..<260).map { _ in name })
            let result = try hospital.backUp()
            #expect(result.findings.map(\.code) == [.fileUnreadable])
            #expect(!result.manifest.complete)
            #expect(try hospital.restore() == [])
            #expect(
                try SmallFile.read("\(folder)/restored\(hospital.source)/keep", bytesMax: 9) == [1]
            )
        }
    }

    @Test func `ten thousand folders in one another come back, with few descriptors and stack`()
        throws
    {
        // On a disk it takes half a minute to remove them.
        try withTemporaryFolder(inMemory: true) { folder in
            let program = try Tool.built("toride-testhost")
            let (host, identity) = ("\(folder)/host", "\(folder)/identity")
            let made = try Command(program, ["init", host, identity]).run(timeout: .seconds(20))
            let recipient = String(made.text.dropLast())
            let names = (0..<10_000).map { Array(String($0 % 10).utf8) }
            try deepen("\(host)/source", names, siblingEvery: 700)
            let limits = "ulimit -n 200 -s 1024; exec \"$@\""
            let first = try Command(
                "/bin/bash",
                ["-c", limits, "-", program, "backup", host, recipient]
            ).run(timeout: .seconds(120))
            #expect(first.status.isSuccess, "\(first.text)\(first.errorTail)")
            #expect(first.text.contains("complete true\n"))
            let target = "\(folder)/restored"
            let second = try Command(
                "/bin/bash",
                ["-c", limits, "-", program, "restore", host, identity, target]
            ).run(timeout: .seconds(120))
            #expect(second.status.isSuccess, "\(second.text)\(second.errorTail)")
            #expect(second.text == "")
            #expect(try depth(target + host + "/source", names) == 10_000)
        }
    }

    // MARK: - Deep trees

    /// Makes folders in one another; now and then one gets a sibling that comes after it.
    private func deepen(_ path: String, _ names: [[UInt8]], siblingEvery step: Int = .max) throws {
        let chain = FolderChain(try FileHandle.open(path, O_RDONLY | O_DIRECTORY))
        for (level, name) in names.enumerated() {
            let folder = try chain.innermost()
            try folder.handle.makeDirectory(name: name, mode: 0o755)
            if level % step == step - 1 {
                let sibling = Array("z".utf8)
                try folder.handle.open(name: sibling, O_WRONLY | O_CREAT).write([1, 2, 3])
            }
            try chain.enter(name)
        }
    }

    private func depth(_ path: String, _ names: [[UInt8]]) throws -> Int {
        let chain = FolderChain(try FileHandle.open(path, O_RDONLY | O_DIRECTORY))
        for name in names {
            try chain.enter(name)
        }
        return chain.depth
    }
}
