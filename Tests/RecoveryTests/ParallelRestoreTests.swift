import Backup
import FileSystem
import Format
import Glibc
import HostState
import Model
import ObjectStore
import Primitives
import LocalStore
import Processes
import TestSupport
import Testing

@testable import Recovery

/// Files that several threads make at once.
@Suite struct ParallelRestoreTests {
    // MARK: - Large files

    @Test func `a large file of many parts comes back, holes and all`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 61)
            try hospital.write("dump", random.bytes(70 << 20))
            try hospital.write("volume", [])
            let volume = try FileHandle.open("\(hospital.source)/volume", O_WRONLY)
            for place in stride(from: 0, to: 400, by: 40) {
                try volume.write(random.bytes(3 << 20)[...], at: Int64(place << 20) + 4_096)
            }
            try volume.setSize(500 << 20)
            _ = try hospital.backUp()
            let record = try #require(try hospital.open().record(at: path(hospital, "volume")))
            guard case .regular(let content) = record.kind else {
                Issue.record("not a file")
                return
            }
            #expect(content.extents?.count == 10)
            #expect(content.pieces.count > Limits.restorePartPieces)
            let (different, findings) = try hospital.restoreAndCompare()
            #expect(different == [])
            #expect(findings == [])
            let restored = try FileHandle.open(
                "\(folder)/restored\(hospital.source)/volume",
                O_RDONLY
            ).status()
            #expect(restored.size == 500 << 20)
            #expect(restored.allocatedBytes < 40 << 20)
        }
    }

    @Test func `one bad chunk costs a large file, its folder keeps its times, the rest comes back`()
        throws
    {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 62)
            try hospital.write("d/dump", random.bytes(70 << 20))
            try hospital.write("e/other", [1])
            let top = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
            let time = Timestamp(seconds: 1_234_567)
            try top.setModified(name: path(hospital, "d"), time)
            _ = try hospital.backUp()
            // The pack that neither the root nor the list lies in: the first that was full.
            let full = try hospital.store.list(prefix: "packs/").max { $0.size < $1.size }
            let pack = try #require(full).key
            var bytes = try hospital.bytes(of: pack)
            bytes[5 << 20] ^= 1
            try hospital.replace(pack, with: bytes)
            let (different, findings) = try hospital.restoreAndCompare()
            #expect(different == ["d/dump"])
            #expect(findings.map(\.code) == [.chunkDamaged])
            let restored = try FileHandle.open(
                "\(folder)/restored\(hospital.source)/d",
                O_RDONLY | O_DIRECTORY
            )
            #expect(try restored.status().modified == time)
            #expect(try restored.names().isEmpty)
        }
    }

    private func path(_ hospital: borrowing TestHospital, _ name: String) -> [UInt8] {
        Array("\(hospital.source.dropFirst())/\(name)".utf8)
    }

    // MARK: - Folders

    @Test func `folders get their times and modes after their last file, however many and deep`()
        throws
    {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            let top = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
            for number in 0..<1_500 {
                try hospital.write("p/\(number)/f", [UInt8(number % 251)])
            }
            let deep = (0..<300).map { _ in "d" }
            for depth in stride(from: 300, to: 0, by: -1) {
                try hospital.write(deep[..<depth].joined(separator: "/") + "/f", [1])
            }
            for number in 0..<1_500 {
                let name = path(hospital, "p/\(number)")
                try top.setMode(name: name, 0o500)
                try top.setModified(name: name, Timestamp(seconds: Int64(number)))
            }
            _ = try hospital.backUp()
            let (different, findings) = try hospital.restoreAndCompare()
            #expect(different == [])
            #expect(findings == [])
            for number in 0..<1_500 {
                let restored = "\(folder)/restored\(hospital.source)/p/\(number)"
                let status = try FileHandle.open(restored, O_RDONLY | O_DIRECTORY).status()
                #expect(status.modified == Timestamp(seconds: Int64(number)))
                #expect(status.mode == 0o500)
            }
        }
    }

    @Test func `a folder is finished by whoever comes last`() throws {
        let record = record(.directory)
        let open = FolderChain.Open(try FileHandle.open("/", O_RDONLY | O_DIRECTORY))
        let empty = RestoredFolder(record: record, pathCount: 1, number: 1)
        #expect(empty.leave(open))
        let first = RestoredFolder(record: record, pathCount: 1, number: 1)
        first.beginFile()
        #expect(first.endFile() == nil)
        #expect(first.leave(open))
        let last = RestoredFolder(record: record, pathCount: 1, number: 1)
        last.beginFile()
        last.beginFile()
        #expect(!last.leave(open))
        #expect(last.endFile() == nil)
        #expect(last.endFile() != nil)
    }

    @Test func `folders with an empty file each need no more descriptors than others`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for number in 0..<1_500 {
                try hospital.write("p/\(1_000 + number)/.keep", [])
            }
            for number in 0..<1_500 {
                try hospital.write("q/\(1_000 + number)/f", [1])
            }
            _ = try hospital.backUp()
            let (different, findings) = try hospital.restoreAndCompare()
            #expect(different == [])
            #expect(findings == [])
        }
    }

    @Test func `a batch is of one bundle, and bounded`() throws {
        let open = FolderChain.Open(try FileHandle.open("/", O_RDONLY | O_DIRECTORY))
        func task(_ chunk: UInt8?, attributeBytes: Int = 0) -> FileTask {
            let id = chunk.map { ChunkID(SHA256.hash([$0])) }
            let content = FileRecord.Content(
                size: chunk == nil ? 0 : 1,
                digest: .zero,
                extents: nil,
                pieces: id.map {
                    [FileRecord.Piece(kind: .bundle, chunk: $0, offset: 0, length: 1)]
                } ?? []
            )
            let value = [UInt8](repeating: 0, count: attributeBytes)
            var record = self.record(.regular(content))
            record.attributes = [FileRecord.Attribute(name: [65], value: value)]
            return FileTask(
                folder: nil,
                parent: open,
                name: [1],
                record: record,
                content: content,
                number: 0
            )
        }
        var batch = FileBatch()
        batch.append(task(nil))
        #expect(batch.accepts(task(1)))
        batch.append(task(1))
        batch.append(task(nil))
        #expect(batch.accepts(task(1)))
        #expect(batch.accepts(task(nil)))
        #expect(!batch.accepts(task(2)))
        for _ in 0..<Limits.restoreBatchMax - 3 {
            #expect(batch.accepts(task(nil)))
            batch.append(task(nil))
        }
        #expect(!batch.accepts(task(nil)))
        var heavy = FileBatch()
        heavy.append(task(1, attributeBytes: Limits.restoreRecordBytesMax / 16))
        #expect(!heavy.accepts(task(1)))
    }

    private func record(_ kind: FileRecord.Kind) -> FileRecord {
        FileRecord(
            path: [1],
            kind: kind,
            mode: 0,
            uid: 0,
            gid: 0,
            modified: Timestamp(seconds: 0),
            identity: FileRecord.Identity(device: 0, inode: 0, changed: Timestamp(seconds: 0)),
            attributes: []
        )
    }

    // MARK: - Order and errors

    /// A large file as a maker has it, with one part of its two written.
    private func withHalfAFile(
        _ body: (LargeFile, _ folder: String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let handle = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY)
            let open = FolderChain.Open(handle)
            let piece = FileRecord.Piece(
                kind: .content,
                chunk: ChunkID(.zero),
                offset: 0,
                length: 1
            )
            let count = Limits.restorePartPieces + 1
            let content = FileRecord.Content(
                size: UInt64(count),
                digest: .zero,
                extents: nil,
                pieces: [FileRecord.Piece](repeating: piece, count: count)
            )
            let task = FileTask(
                folder: nil,
                parent: open,
                name: Array("half".utf8),
                record: record(.regular(content)),
                content: content,
                number: 0
            )
            try body(
                try LargeFile.begin(task, as: Array("part".utf8), overRemains: false),
                folder
            )
        }
    }

    @Test func `a large file has its name once it is whole, and never another's`() throws {
        try withHalfAFile { large, folder in
            #expect(!large.endPart())
            #expect(try contents(of: folder).keys.sorted() == ["part"])
            #expect(large.endPart())
            try large.complete()
            #expect(try contents(of: folder).keys.sorted() == ["half"])
        }
        try withHalfAFile { large, folder in
            try SmallFile.write([7], to: "\(folder)/half")
            let error = #expect(throws: FileSystemError.self) { try large.complete() }
            #expect(error?.code == EEXIST)
            #expect(try contents(of: folder)["half"] == [7])
            try large.remove()
            #expect(try contents(of: folder).keys.sorted() == ["half"])
        }
    }

    @Test func `of a large file the first fault is told, and what lies behind it is not read`()
        throws
    {
        try withHalfAFile { large, _ in
            let faults = [9, 4, 6].map { piece in
                (piece, FileSystemError("read", "\(piece)", code: EIO))
            }
            for (piece, error) in faults {
                large.note(error, of: piece)
            }
            #expect(!large.isLost(before: 4))
            #expect(large.isLost(before: 5))
            #expect(throws: faults[1].1) { try large.digest() }
        }
    }

    @Test func `what the target refuses of a file costs that file alone, and a link to it is told`()
        throws
    {
        try withTemporaryFolder { folder in
            let program = try Tool.built("toride-testhost")
            let (host, identity) = ("\(folder)/host", "\(folder)/identity")
            let made = try Command(program, ["init", host, identity]).run(timeout: .seconds(20))
            for name in ["a", "z"] {
                try SmallFile.write([1], to: "\(host)/source/\(name)")
            }
            for (name, megabytes) in [("large", 40), ("small", 1)] {
                var random = SeededGenerator(seed: UInt64(megabytes))
                try SmallFile.write(random.bytes(megabytes << 20), to: "\(host)/source/\(name)")
                try FileHandle.open("\(host)/source/\(name)", O_WRONLY).setSize(1 << 31)
            }
            #expect(unsafe link("\(host)/source/small", "\(host)/source/y") == 0)
            let backup = try Command(
                program,
                ["backup", host, String(made.text.dropLast())]
            ).run(timeout: .seconds(60))
            #expect(backup.status.isSuccess, "\(backup.text)")
            // No file may have more than 1 GiB: EFBIG, as of 16 TiB on ext4 or of 4 GiB on FAT.
            let limited = "trap '' XFSZ; ulimit -f 2097152; exec \"$0\" \"$@\""
            let restored = try Command(
                "/bin/sh",
                ["-c", limited, program, "restore", host, identity, "\(folder)/restored"]
            ).run(timeout: .seconds(60))
            #expect(restored.status.isSuccess, "\(restored.text)")
            let findings = restored.text.split(separator: "\n").compactMap { line in
                line.split(separator: " ").dropFirst().first.map(String.init)
            }
            #expect(findings == ["restore-failed", "restore-failed", "restored-file-missing"])
            let names = try contents(of: "\(folder)/restored\(host)/source").keys.sorted()
            #expect(names == ["a", "z"])
        }
    }

    @Test func `findings come in the order of the list`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            for number in 100..<400 {
                try hospital.write("\(number)", [UInt8(number % 251)])
                #expect(unsafe chmod("\(hospital.source)/\(number)", 0o4755) == 0)
            }
            _ = try hospital.backUp()
            let findings = try hospital.restore(isPrivileged: false)
            #expect(findings.count == 300)
            let paths = findings.compactMap { finding in
                if case .path(let path) = finding.subject { path } else { nil }
            }
            #expect(paths == paths.sorted { RecordPath.precedes($0, $1) })
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: mounting needs root"))
    func `a target that is full ends the restore, and no half file is left`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 63)
            try hospital.write("a", random.bytes(40 << 20))
            for number in 0..<40 {
                try hospital.write("b/\(number)", random.bytes(200_000))
            }
            _ = try hospital.backUp()
            for megabytes in [20, 44] {
                try withMemoryFileSystem(at: "\(folder)/full", bytes: megabytes << 20) {
                    let target = "\(folder)/full/restored"
                    let restorer = TreeRestorer(
                        try hospital.open(),
                        TreeRestorer.Request(target: target)
                    )
                    let error = #expect(throws: RecoveryError.self) { try restorer.run() }
                    #expect(error?.exitCode == .couldNotLook)
                    let source = try contents(of: hospital.source)
                    for (name, bytes) in try contents(of: "\(target)\(hospital.source)")
                    where !name.hasPrefix(".toride-part-") {
                        let isWhole = source[name] == bytes
                        #expect(isWhole, "\(name)")
                    }
                }
            }
        }
    }

    // MARK: - Where data go

    @Test func `data go where the extents say`() {
        let extents = [(0, 10), (100, 5), (200, 1)].map { offset, length in
            FileRecord.Extent(offset: UInt64(offset), length: UInt64(length))
        }
        let content = FileRecord.Content(size: 300, digest: .zero, extents: extents, pieces: [])
        let placement = DataPlacement(content)
        func places(_ position: UInt64, _ count: Int) -> [[UInt64]] {
            placement.runs(at: position, count: count).map { [$0.lowerBound, UInt64($0.count)] }
        }
        #expect(places(0, 16) == [[0, 10], [100, 5], [200, 1]])
        #expect(places(0, 10) == [[0, 10]])
        #expect(places(10, 5) == [[100, 5]])
        #expect(places(4, 8) == [[4, 6], [100, 2]])
        #expect(places(12, 4) == [[102, 3], [200, 1]])
        #expect(places(15, 9) == [[200, 1]])
        #expect(places(16, 1) == [])
        let whole = FileRecord.Content(size: 7, digest: .zero, extents: nil, pieces: [])
        #expect(DataPlacement(whole).runs(at: 3, count: 4).map(\.lowerBound) == [3])
    }
}
