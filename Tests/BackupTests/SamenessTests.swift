import FileSystem
import Format
import Glibc
import HostState
import Model
import Processes
import Primitives
import TestSupport
import Testing

@testable import Backup

/// When a file counts as unchanged without being read.
@Suite struct SamenessTests {
    /// A file, and its record as the last run would have written it.
    private func withFile(
        _ body: (String, FileStatus, FileRecord, FileRecord.Content) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try SmallFile.write([1, 2, 3], to: path)
            let status = try FileHandle.open(path, O_RDONLY).status()
            let content = FileRecord.Content(
                size: 3,
                digest: SHA256.hash([1, 2, 3]),
                extents: nil,
                pieces: []
            )
            let entry = TreeWalk.Entry(
                name: Array("file".utf8),
                path: Array("file".utf8),
                status: status,
                isAhead: false,
                before: nil,
                sameness: nil
            )
            try body(path, status, entry.record(.regular(content), []), content)
        }
    }

    private func sameness(_ status: FileStatus, isRemote: Bool = false) -> Sameness {
        let later = Timestamp(seconds: status.changed.seconds + 10)
        return Sameness(changeTime: isRemote ? .ofNothing : .ofEverything, started: later)
    }

    @Test(arguments: [false, true])
    func `a file that nobody touched is the same, on whatever device`(isRemote: Bool) throws {
        try withFile { _, status, record, content in
            var record = record
            record.identity.device += 1
            #expect(sameness(status, isRemote: isRemote).holds(status, record, content))
        }
    }

    @Test func `another inode or change of status is another file, but not from elsewhere`() throws
    {
        try withFile { _, status, record, content in
            var other = record
            other.identity.inode += 1
            #expect(!sameness(status).holds(status, other, content))
            #expect(sameness(status, isRemote: true).holds(status, other, content))
            other = record
            other.identity.changed = Timestamp(seconds: 1)
            #expect(!sameness(status).holds(status, other, content))
            #expect(sameness(status, isRemote: true).holds(status, other, content))
        }
    }

    @Test(arguments: [false, true])
    func `another size or time of content is another content`(isRemote: Bool) throws {
        try withFile { _, status, record, content in
            var other = record
            other.modified = Timestamp(seconds: 1)
            #expect(!sameness(status, isRemote: isRemote).holds(status, other, content))
            let longer = FileRecord.Content(
                size: 4,
                digest: content.digest,
                extents: nil,
                pieces: []
            )
            #expect(!sameness(status, isRemote: isRemote).holds(status, record, longer))
        }
    }

    @Test(arguments: [false, true])
    func `what was touched just before it was read is read again`(isRemote: Bool) throws {
        try withFile { _, status, record, content in
            let soon = Sameness(
                changeTime: isRemote ? .ofNothing : .ofEverything,
                started: Timestamp(seconds: status.modified.seconds + 1)
            )
            #expect(!soon.holds(status, record, content))
        }
    }

    @Test func `a time of content in the future matters only where no other time counts`() throws {
        try withFile { path, _, record, content in
            let future = Timestamp(seconds: 4_000_000_000)
            let folder = try FileHandle.open("/", O_RDONLY | O_DIRECTORY)
            try folder.setModified(name: Array(path.utf8.dropFirst()), future)
            let status = try FileHandle.open(path, O_RDONLY).status()
            var record = record
            record.modified = future
            record.identity.changed = status.changed
            #expect(sameness(status).holds(status, record, content))
            #expect(!sameness(status, isRemote: true).holds(status, record, content))
        }
    }

    @Test func `attributes are believed to be the same where the status did not change`() throws {
        try withFile { _, status, record, _ in
            #expect(sameness(status).isUntouched(status, record))
            #expect(!sameness(status, isRemote: true).isUntouched(status, record))
            var other = record
            other.identity.changed = Timestamp(seconds: 1)
            #expect(!sameness(status).isUntouched(status, other))
            other = record
            other.identity.inode += 1
            #expect(!sameness(status).isUntouched(status, other))
            let soon = Sameness(
                changeTime: .ofEverything,
                started: Timestamp(seconds: status.changed.seconds + 1)
            )
            #expect(!soon.isUntouched(status, record))
        }
    }

    @Test func `where ctime is not known to count attributes, they are read`() throws {
        try withFile { _, status, record, content in
            let later = Timestamp(seconds: status.changed.seconds + 10)
            let other = Sameness(changeTime: .ofContent, started: later)
            #expect(other.holds(status, record, content))
            #expect(!other.isUntouched(status, record))
            let soon = Timestamp(seconds: status.changed.seconds + 1)
            #expect(!Sameness(changeTime: .ofContent, started: soon).holds(status, record, content))
        }
    }

    @Test func `a record is kept only if all that a new one would say is the same`() throws {
        try withFile { _, status, record, content in
            func describes(_ change: (inout FileRecord) -> Void) -> Bool {
                var other = record
                change(&other)
                return PreviousRecord(record: other, encoded: []).describes(status)
            }
            #expect(describes { _ in })
            #expect(!describes { $0.mode ^= 1 })
            #expect(!describes { $0.uid += 1 })
            #expect(!describes { $0.gid += 1 })
            #expect(!describes { $0.modified = Timestamp(seconds: 1) })
            #expect(!describes { $0.identity.device += 1 })
            #expect(!describes { $0.identity.inode += 1 })
            #expect(!describes { $0.identity.changed = Timestamp(seconds: 1) })
            #expect(!describes { $0.kind = .directory })
            #expect(!describes { $0.kind = .hardLink(to: [65]) })
            var longer = content
            longer.size += 1
            #expect(!describes { $0.kind = .regular(longer) })
        }
    }

    @Test(.enabled(if: geteuid() == 0, "NOT TESTED: mounting needs root"))
    func `a disk is not remote`() throws {
        try withTemporaryFolder { folder in
            let disk = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY).changeTime()
            #expect(disk != .ofNothing)
            try withMemoryFileSystem(at: "\(folder)/m", bytes: 1 << 20) {
                let memory = try FileHandle.open("\(folder)/m", O_RDONLY | O_DIRECTORY)
                let changeTime = try memory.changeTime()
                #expect(changeTime == .ofEverything)
            }
        }
    }
}
