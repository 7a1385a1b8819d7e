import Backup
import Format
import Glibc
import Model
import Recovery
import TestSupport
import Testing

/// What a source can say that no reader would take: it is told and left out, the backup goes on,
/// and all else comes back.
@Suite struct UnreadableRecordTests {
    private struct Liar: BackupSource {
        let kind = "files"
        let records: [FileRecord]

        func read(
            into writer: SnapshotWriter,
            previous: inout PreviousList
        ) throws -> Timestamp? {
            for record in records {
                guard case .regular(let content) = record.kind else {
                    try writer.add(record)
                    continue
                }
                if content.extents == nil {
                    try writer.add(small: record, bytes: record.path[...])
                } else {
                    // A hole, as large as the record says.
                    let isTaken = unsafe try writer.add(
                        stream: record,
                        extents: [],
                        size: content.size,
                        reading: { _ in 0 }
                    )
                    #expect(isTaken)
                }
            }
            return nil
        }
    }

    private func record(_ path: String, _ kind: FileRecord.Kind) -> FileRecord {
        FileRecord(
            path: Array(path.utf8),
            kind: kind,
            mode: 0o755,
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

    private func file(_ path: String, hole size: UInt64? = nil) -> FileRecord {
        let content = FileRecord.Content(
            size: size ?? 0,
            digest: .zero,
            extents: size.map { _ in [] },
            pieces: []
        )
        return record(path, .regular(content))
    }

    /// Backs up and restores.
    ///
    /// - Returns: the paths that were left out, and those that came back.
    private func backUp(_ records: [FileRecord]) throws -> (left: [String], back: [String]) {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            let result = try hospital.backUp(from: Liar(records: records))
            #expect(result.findings.allSatisfy { $0.code == .fileUnreadable })
            #expect(result.findings.allSatisfy { $0.evidence["error"]?.isEmpty == false })
            #expect(result.manifest.complete == result.findings.isEmpty)
            #expect(result.files == UInt64(records.count - result.findings.count))
            #expect(try hospital.restore() == [])
            let left = result.findings.map { finding in
                guard case .path(let path) = finding.subject else {
                    return "no path"
                }
                return String(decoding: path, as: UTF8.self)
            }
            return (left, try contents(of: "\(folder)/restored").keys.sorted())
        }
    }

    @Test func `what is right is taken`() throws {
        let (left, back) = try backUp([
            record("a", .directory), file("a/b"), record("c", .hardLink(to: Array("a/b".utf8))),
            record("d", .symlink(target: [1])),
        ])
        #expect(left == [])
        #expect(back == ["a", "a/b", "c", "d"])
    }

    @Test func `an owner that no file can have costs that file alone`() throws {
        for isGroup in [false, true] {
            var wrong = file("b")
            wrong.uid = isGroup ? wrong.uid : .max
            wrong.gid = isGroup ? .max : wrong.gid
            let (left, back) = try backUp([file("a"), wrong, file("c")])
            #expect(left == ["b"])
            #expect(back == ["a", "c"])
        }
    }

    @Test(arguments: [[[]], [[0]], [[1, 0]], [[2], [1]], [[1], [1]]] as [[[UInt8]]])
    func `attributes that no reader takes cost their file alone`(names: [[UInt8]]) throws {
        var wrong = file("b")
        wrong.attributes = names.map { FileRecord.Attribute(name: $0, value: []) }
        let (left, back) = try backUp([file("a"), wrong, file("c")])
        #expect(left == ["b"])
        #expect(back == ["a", "c"])
    }

    @Test(arguments: [[], [0], [1, 0]] as [[UInt8]])
    func `a link that leads to no name is left out`(target: [UInt8]) throws {
        let (left, back) = try backUp([file("a"), record("b", .symlink(target: target)), file("c")])
        #expect(left == ["b"])
        #expect(back == ["a", "c"])
    }

    @Test func `a folder that is left out takes with it what is in it and what links there`() throws
    {
        var wrong = record("b", .directory)
        wrong.uid = .max
        var within = record("b/d", .directory)
        within.gid = .max
        let (left, back) = try backUp([
            file("a"), wrong, file("b/c"), within, file("b/d/e"), file("b/f"),
            record("c", .hardLink(to: Array("b/d/e".utf8))),
            record("d", .hardLink(to: Array("a".utf8))), file("e"),
        ])
        #expect(left == ["b", "b/c", "b/d", "b/d/e", "b/f", "c"])
        #expect(back == ["a", "d", "e"])
    }

    @Test func `a folder whose attributes are too many for a record is left out whole`() throws {
        var wrong = record("b", .directory)
        wrong.attributes = (1...70).map {
            FileRecord.Attribute(name: [UInt8($0)], value: [UInt8](repeating: 0, count: 65_536))
        }
        let (left, back) = try backUp([file("a"), wrong, file("b/c"), file("c")])
        #expect(left == ["b", "b/c"])
        #expect(back == ["a", "c"])
    }

    @Test func `sizes that no number holds are left out, to the byte`() throws {
        // The files of the source have a byte each: their names.
        let most = UInt64(Int64.max)
        for (size, isTaken) in [
            (most - 3, true), (most - 2, true), (most - 1, false), (most, false),
        ] {
            let records = [file("a"), file("b"), file("c", hole: size)]
            try withTemporaryFolder(inMemory: true) { folder in
                let hospital = try TestHospital(in: folder)
                let result = try hospital.backUp(from: Liar(records: records))
                #expect(result.findings.map(\.code) == (isTaken ? [] : [.fileUnreadable]))
                #expect(result.contentBytes == 2 + (isTaken ? size : 0))
                let opened = try hospital.open()
                #expect(opened.root.contentBytes == result.contentBytes)
                var paths: [[UInt8]] = []
                try opened.forEachRecord { record in
                    paths.append(record.path)
                    return true
                }
                #expect(paths.count == (isTaken ? 3 : 2))
            }
        }
    }
}
