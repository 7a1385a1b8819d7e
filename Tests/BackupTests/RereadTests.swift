import FileSystem
import Format
import Glibc
import HostState
import Model
import Recovery
import TestSupport
import Testing

@testable import Backup

/// Files that are read again and turn out to be what the newest snapshot holds.
@Suite struct RereadTests {
    private func withTwoBackups(
        _ body: (borrowing TestHospital, BackupRun.Result) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let hospital = try TestHospital(in: folder)
            var random = SeededGenerator(seed: 8)
            try hospital.write("large", random.bytes(3 << 20))
            for number in 0..<20 {
                try hospital.write("small/\(number)", random.bytes(500 + number))
            }
            try hospital.write("empty", [])
            let result = try hospital.backUp()
            try body(hospital, result)
        }
    }

    @Test func `forcing a read of what did not change stores no content`() throws {
        try withTwoBackups { hospital, first in
            let before = try hospital.records()
            let source = try TreeSource(paths: [hospital.source], forceRead: true)
            let again = try hospital.backUp(from: source)
            #expect(try hospital.records() == before)
            #expect(again.manifest.new.bytes < 64 << 10, "root and list alone")
            #expect(again.counts.unchangedFiles == 0)
            #expect(again.counts.bytesRead == first.counts.bytesRead)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test func `what was touched is read, and nothing of it is stored`() throws {
        try withTwoBackups { hospital, _ in
            let top = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
            let paths = ["large", "small/7", "empty"].map { name in
                Array("\(hospital.source)/\(name)".utf8.dropFirst())
            }
            let before = try hospital.open("files", with: hospital.identities)
            for path in paths {
                try top.setModified(name: path, Timestamp(seconds: 1_000))
            }
            let again = try hospital.backUp()
            #expect(again.counts.unchangedFiles == 19)
            let after = try hospital.open("files", with: hospital.identities)
            for path in paths {
                let (old, new) = (try before.record(at: path), try after.record(at: path))
                #expect(old?.kind == new?.kind)
                #expect(new?.modified == Timestamp(seconds: 1_000))
            }
            #expect(again.manifest.new.bytes < 64 << 10)
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }

    @Test func `a change that leaves size and time of content as they were is stored`() throws {
        try withTwoBackups { hospital, _ in
            let path = "\(hospital.source)/small/7"
            let status = try FileHandle.open(path, O_RDONLY).status()
            let bytes = try #require(try SmallFile.read(path, bytesMax: 1_000))
            try FileHandle.open(path, O_WRONLY).write([bytes[0] ^ 1])
            let top = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
            try top.setModified(name: Array(path.utf8.dropFirst()), status.modified)
            _ = try hospital.backUp()
            #expect(try hospital.restoreAndCompare().different == [])
        }
    }
}
