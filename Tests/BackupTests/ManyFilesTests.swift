import Backup
import Format
import Model
import Recovery
import TestSupport
import Testing
import Verification

/// More small files than may wait for their chunks to be named.
@Suite struct ManyFilesTests {
    /// A file that is still being stored, and behind it small ones, each with its number in it.
    private struct Crowd: BackupSource {
        let kind = "files"
        let count: Int
        /// How many links stand before the last of them, which need no content.
        var links = 0

        func read(
            into writer: SnapshotWriter,
            previous: inout PreviousList
        ) throws -> Timestamp? {
            var random = SeededGenerator(seed: 7)
            var left = random.bytes(300_000)[...]
            _ = unsafe try writer.add(
                stream: record("a"),
                reading: { buffer in
                    let part = left.prefix(buffer.count)
                    unsafe buffer.copyBytes(from: part)
                    left = left.dropFirst(part.count)
                    return part.count
                }
            )
            for number in 0..<count {
                if number == count - 1 {
                    try addLinks(to: writer)
                }
                try writer.add(small: record(name(number)), bytes: Array("\(number)".utf8)[...])
            }
            return nil
        }

        /// Their names come behind that of the last file but one.
        private func addLinks(to writer: SnapshotWriter) throws {
            for number in 0..<links {
                var link = record(name(count - 2) + "-" + name(number))
                link.kind = .symlink(target: Array("a".utf8))
                try writer.add(link)
            }
        }

        func name(_ number: Int) -> String {
            let digits = "\(number)"
            return "b" + String(repeating: "0", count: 8 - digits.count) + digits
        }

        private func record(_ path: String) -> FileRecord {
            FileRecord(
                path: Array(path.utf8),
                kind: .regular(
                    FileRecord.Content(size: 0, digest: .zero, extents: nil, pieces: [])
                ),
                mode: 0o644,
                uid: 0,
                gid: 0,
                modified: Timestamp(seconds: 1_700_000_000),
                identity: FileRecord.Identity(
                    device: 1,
                    inode: 1,
                    changed: Timestamp(seconds: 1_700_000_000)
                ),
                attributes: []
            )
        }
    }

    /// Backs a crowd up and reads every file of it back.
    private func check(_ crowd: Crowd) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            let result = try hospital.backUp(from: crowd)
            #expect(result.files == crowd.count + crowd.links + 1)
            let snapshot = try hospital.open()
            let reader = try snapshot.reader()
            var number = 0
            try snapshot.forEachRecord { record in
                guard record.path != Array("a".utf8), case .regular(let content) = record.kind
                else {
                    return true
                }
                let bytes = try content.pieces.flatMap { try reader.piece($0).bytes }
                try #require(record.path == Array(crowd.name(number).utf8))
                try #require(bytes == Array("\(number)".utf8))
                number += 1
                return true
            }
            #expect(number == crowd.count)
            #expect(try hospital.verify().verdict == .proven)
        }
    }

    /// More than wait at most.
    @Test func `each of a crowd of small files keeps its own content`() throws {
        try check(Crowd(count: 25_000))
    }

    /// The last file is the one that is too many: the bundle that it has just come into is closed.
    @Test func `a few small files do not hold up a crowd that needs no content`() throws {
        try check(Crowd(count: 4, links: 19_996))
        try check(Crowd(count: 4, links: 25_000))
    }
}
