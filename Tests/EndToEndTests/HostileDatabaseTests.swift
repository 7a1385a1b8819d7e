import Backup
import Drills
import Format
import Glibc
import Model
import TestSupport
import Testing

/// Snapshots of databases made by a host that lies: what is opened as a dump is a plain file.
@Suite struct HostileDatabaseTests {
    /// A source that calls anything a dump and roles.
    private struct Liar: BackupSource {
        let kind = "postgresql"
        let dump: FileRecord.Kind?
        let roles: FileRecord.Kind?

        func read(
            into writer: SnapshotWriter,
            previous: inout PreviousList
        ) throws -> Timestamp? {
            for (name, kind) in [("database.dump", dump), ("roles.sql", roles)] {
                guard let kind else {
                    continue
                }
                let record = record(name, kind)
                if case .regular = kind {
                    try writer.add(small: record, bytes: Array("PGDMP".utf8)[...])
                } else {
                    try writer.add(record)
                }
            }
            return nil
        }

        private func record(_ path: String, _ kind: FileRecord.Kind) -> FileRecord {
            let start = Timestamp(seconds: 0)
            return FileRecord(
                path: Array(path.utf8),
                kind: kind,
                mode: 0o644,
                uid: getuid(),
                gid: getgid(),
                modified: start,
                identity: FileRecord.Identity(device: 0, inode: 0, changed: start),
                attributes: []
            )
        }
    }

    private static let file = FileRecord.Kind.regular(
        FileRecord.Content(size: 0, digest: .zero, extents: nil, pieces: [])
    )

    private static let others: [FileRecord.Kind?] = [
        nil, .fifo, .symlink(target: Array("/etc/passwd".utf8)), .directory,
    ]

    private func check(dump: FileRecord.Kind?, roles: FileRecord.Kind?) throws {
        try withTemporaryFolder(inMemory: true) { folder in
            let hospital = try TestHospital(in: folder)
            _ = try hospital.backUp(Liar(dump: dump, roles: roles), "ehr")
            try hospital.open("ehr").demandDatabaseFiles()
        }
    }

    @Test func `plain files are taken`() throws {
        try check(dump: Self.file, roles: Self.file)
    }

    /// A fifo would be waited for without end; a link leads to files of the drill host.
    @Test(arguments: HostileDatabaseTests.others)
    func `anything else in place of the dump or the roles is refused`(
        kind: FileRecord.Kind?
    ) {
        #expect(throws: FormatError.self) { try check(dump: Self.file, roles: kind) }
        #expect(throws: FormatError.self) { try check(dump: kind, roles: Self.file) }
    }

    @Test func `roles that are a hard link to the dump are refused`() {
        let link = FileRecord.Kind.hardLink(to: Array("database.dump".utf8))
        #expect(throws: FormatError.self) { try check(dump: Self.file, roles: link) }
    }
}
