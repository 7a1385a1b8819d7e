package import Backup
import FileSystem
import Format
import HostState
package import Model
package import Primitives
import Repository

/// A signed record of our own, written into the source before it is read, and demanded back by
/// the drill: proof that what was backed up is today's source and not yesterday's.
///
/// Lies in `.toride/canary.json` beneath the set's first path; never among a patient's files.
package struct FilesCanary: BackupSource {
    private let inner: any BackupSource
    private let folder: String
    private let bytes: [UInt8]

    /// That of the source within.
    package var kind: String { inner.kind }

    /// Wraps a source.
    ///
    /// - Parameters:
    ///   - inner: reads the files.
    ///   - path: the set's first path.
    ///   - set: the set's name, for the record.
    ///   - sequence: the number that the set's next snapshot gets.
    ///   - now: when the record is made.
    ///   - key: the host's.
    /// - Throws: ``CryptoError`` if the record cannot be signed.
    package init(
        _ inner: any BackupSource,
        beneath path: String,
        set: String,
        sequence: UInt64,
        now: Timestamp,
        signedBy key: borrowing SigningKey
    ) throws {
        self.inner = inner
        folder = "\(path)/\(CanaryDocument.folderName)"
        bytes = try CanaryDocument.make(set: set, sequence: sequence, now: now, signedBy: key)
    }

    /// The record's path in the snapshot.
    package static func path(beneath path: String) -> [UInt8] {
        RecordPath.relative(path)
            + Array(
                "/\(CanaryDocument.folderName)/\(CanaryDocument.attachmentName)".utf8
            )
    }

    /// Writes the record, attaches the same bytes sealed, and reads the source.
    ///
    /// A record that cannot be written is a note, not an error.
    package func read(
        into writer: SnapshotWriter,
        previous: inout PreviousList
    ) throws -> Timestamp? {
        do throws(FileSystemError) {
            try FolderTree.make(folder, mode: 0o755)
            try SmallFile.write(
                bytes,
                to: "\(folder)/\(CanaryDocument.attachmentName)",
                mode: 0o644
            )
        } catch {
            // The backup is worth more than its canary; the drill will miss it.
            writer.note(
                Finding(
                    .canaryNotTaken,
                    .named("canary"),
                    evidence: ["error": "\(error.code)"]
                )
            )
        }
        try writer.attach(CanaryDocument.attachmentName, bytes)
        return try inner.read(into: writer, previous: &previous)
    }

    /// Tells the source within.
    package func settle() throws {
        try inner.settle()
    }
}
