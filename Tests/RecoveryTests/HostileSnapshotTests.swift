import Backup
import FileSystem
import Format
import Glibc
import HostState
import Model
import Recovery
import TestSupport
import Testing

/// Snapshots made by a host that lies: nothing is written outside the target, and nothing follows
/// where the snapshot points.
@Suite struct HostileSnapshotTests {
    /// A source that says what a test wants it to.
    private struct Liar: BackupSource {
        let kind = "files"
        let records: [FileRecord]

        func read(
            into writer: SnapshotWriter,
            previous: inout PreviousList
        ) throws -> Timestamp? {
            for record in records {
                if case .regular = record.kind {
                    try writer.add(small: record, bytes: Array("gotcha".utf8)[...])
                } else {
                    try writer.add(record)
                }
            }
            return nil
        }
    }

    private func record(_ path: String, _ kind: FileRecord.Kind, mode: UInt16 = 0o755) -> FileRecord
    {
        FileRecord(
            path: Array(path.utf8),
            kind: kind,
            mode: mode,
            uid: getuid(),
            gid: getgid(),
            modified: Timestamp(seconds: 0),
            identity: FileRecord.Identity(
                device: 0,
                inode: 0,
                changed: Timestamp(seconds: 0)
            ),
            attributes: []
        )
    }

    private var file: FileRecord.Kind {
        .regular(FileRecord.Content(size: 0, digest: .zero, extents: nil, pieces: []))
    }

    /// Restores what a liar backed up, beside a folder that must stay untouched.
    ///
    /// - Returns: the error, if there was one, what was found, and what lies in the target.
    private func restore(
        _ records: [FileRecord],
        includes: [String] = [],
        isPrivileged: Bool = true
    ) throws -> (error: (any Error)?, findings: [Finding], files: [String: [UInt8]?]) {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            try SmallFile.write([1], to: "\(folder)/victim")
            _ = try hospital.backUp(from: Liar(records: records))
            let before = Set(try contents(of: folder).keys)
            let restorer = TreeRestorer(
                try hospital.open(),
                TreeRestorer.Request(
                    target: "\(folder)/restored",
                    includes: includes.map { Array($0.utf8) },
                    isPrivileged: isPrivileged
                )
            )
            var failure: (any Error)?
            do {
                try restorer.run()
            } catch {
                failure = error
            }
            let after = Set(try contents(of: folder).keys)
            let outside = after.subtracting(before).filter {
                $0 != "restored" && !$0.hasPrefix("restored/")
            }
            #expect(outside == [])
            #expect(try SmallFile.read("\(folder)/victim", bytesMax: 10) == [1])
            var files = try contents(of: "\(folder)/restored")
            // What an error ended is marked as not finished.
            let marks = files.keys.filter { $0.hasPrefix(".toride-unfinished-") }
            #expect(marks.count == (failure == nil ? 0 : 1))
            marks.forEach { files[$0] = nil }
            return (failure, restorer.findings, files)
        }
    }

    @Test(arguments: [
        "../victim", "/victim", "a/../../victim", "./victim", "a//victim", "victim/", "a/..",
    ])
    func `a path that leaves the target is no path`(path: String) throws {
        let (error, _, files) = try restore([record(path, file)])
        #expect(error is FormatError)
        #expect(files.isEmpty)
    }

    @Test(arguments: ["..", "/", "/etc", ".", "../source"])
    func `nothing is written through a symbolic link`(target: String) throws {
        let link = FileRecord.Kind.symlink(target: Array(target.utf8))
        let (error, _, files) = try restore([
            record("link", link), record("link/victim", file),
        ])
        #expect(error is FormatError)
        #expect(Array(files.keys) == ["link"])
    }

    @Test func `a file in a folder that is a file, or was never named, is refused`() throws {
        for records in [
            [record("a", file), record("a/b", file)], [record("x/y", file)],
            [record("a", .directory), record("a/b/c", file)],
        ] {
            let (error, _, _) = try restore(records)
            #expect(error is FormatError)
        }
    }

    @Test(arguments: ["../victim", "/victim", "a/../../victim"])
    func `a hard link out of the target is refused`(path: String) throws {
        let link = FileRecord.Kind.hardLink(to: Array(path.utf8))
        let (error, _, files) = try restore([record("link", link)])
        #expect(error is FormatError)
        #expect(files.isEmpty)
    }

    @Test func `a hard link through a symbolic link is not made`() throws {
        let (error, findings, files) = try restore([
            record("a", .symlink(target: Array("..".utf8))),
            record("b", .hardLink(to: Array("a/victim".utf8))), record("c", file),
        ])
        #expect(error == nil)
        #expect(findings.map(\.code) == [.restoreFailed])
        #expect(files.keys.sorted() == ["a", "c"])
    }

    @Test func `a hard link to nothing, to itself, to a folder or to one that follows is told`()
        throws
    {
        let (error, findings, files) = try restore([
            record("a", .directory), record("b", .hardLink(to: Array("a".utf8))),
            record("c", .hardLink(to: Array("c".utf8))),
            record("d", .hardLink(to: Array("e".utf8))),
            record("e", file), record("f", .hardLink(to: Array("nothing/x".utf8))),
        ])
        #expect(error == nil)
        #expect(findings.count == 4)
        #expect(findings.allSatisfy { $0.severity == .failure })
        #expect(files.keys.sorted() == ["a", "e"])
    }

    @Test func `hard links that lead round in a ring come to an end`() throws {
        let (error, _, _) = try restore(
            [
                record("a", .hardLink(to: Array("b".utf8))),
                record("b", .hardLink(to: Array("a".utf8))),
            ],
            includes: ["b"]
        )
        #expect(error is FormatError)
    }

    @Test func `setuid, devices and the system's attributes are made only when asked for`() throws {
        let device = record("b", .characterDevice(major: 1, minor: 3))
        let (error, findings, files) = try restore(
            [record("a", file, mode: 0o6755), device],
            isPrivileged: false
        )
        #expect(error == nil)
        #expect(findings.map(\.code) == [.partSkipped, .partSkipped])
        #expect(Array(files.keys) == ["a"])
    }

    @Test func `a target that holds something is refused and left as it is`() throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            try hospital.write("a", [1])
            _ = try hospital.backUp()
            try FolderTree.make("\(folder)/restored", mode: 0o755)
            try SmallFile.write([7], to: "\(folder)/restored/mine")
            let error = #expect(throws: RecoveryError.self) { try hospital.restore() }
            #expect(error == .targetNotEmpty("\(folder)/restored"))
            #expect(error?.exitCode == .usage)
            #expect(try contents(of: "\(folder)/restored") == ["mine": [7]])
        }
    }
}
