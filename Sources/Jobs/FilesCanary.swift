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
/// Lies in `.toride/canary.json` beneath the set's first path; never among a patient's files. Where
/// the set asks for it, a message of a test patient is written too, bound to the record.
package struct FilesCanary: BackupSource {
    /// A message that is to be written, and the record that speaks of it.
    private struct Message {
        let folder: TestPatientFolder
        let record: [UInt8]
        let sent: Timestamp
    }

    private let inner: any BackupSource
    private let folder: String
    private let bytes: [UInt8]
    private let message: Message?

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
    ///   - testPatient: where a message is written; nil for none.
    ///   - key: the host's.
    /// - Throws: ``CryptoError`` if the record cannot be signed.
    package init(
        _ inner: any BackupSource,
        beneath path: String,
        set: String,
        sequence: UInt64,
        now: Timestamp,
        testPatient: TestPatientFolder? = nil,
        signedBy key: borrowing SigningKey
    ) throws {
        self.inner = inner
        folder = "\(path)/\(CanaryDocument.folderName)"
        bytes = try CanaryDocument.make(set: set, sequence: sequence, now: now, signedBy: key)
        if let testPatient {
            let record = try CanaryDocument.make(
                set: set,
                sequence: sequence,
                now: now,
                testPatient: testPatient.named,
                signedBy: key
            )
            message = Message(folder: testPatient, record: record, sent: now)
        } else {
            message = nil
        }
    }

    /// The record's path in the snapshot.
    package static func path(beneath path: String) -> [UInt8] {
        RecordPath.relative(path)
            + Array(
                "/\(CanaryDocument.folderName)/\(CanaryDocument.attachmentName)".utf8
            )
    }

    /// Writes the message and the record, attaches the record's bytes sealed, and reads the source.
    ///
    /// What cannot be written is a note, not an error.
    package func read(
        into writer: SnapshotWriter,
        previous: inout PreviousList
    ) throws -> Timestamp? {
        let bytes = try record(writer)
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

    /// Writes the test patient's message, if there is to be one.
    ///
    /// - Returns: the record of this backup: it speaks of a message only if that was written.
    /// - Throws: only what is neither a refusal nor the file system's.
    private func record(_ writer: SnapshotWriter) throws -> [UInt8] {
        guard let message else {
            return bytes
        }
        let evidence: [String: String]
        do {
            try message.folder.write(boundTo: message.record, sent: message.sent)
            return message.record
        } catch let refusal as TestPatientFolder.Refusal {
            evidence = ["why": refusal.rawValue]
        } catch let error as FileSystemError {
            evidence = ["error": "\(error.code)"]
        }
        // The drill finds the note and is not proven.
        writer.note(Finding(.canaryNotTaken, .named("test patient"), evidence: evidence))
        return bytes
    }

    /// Tells the source within.
    package func settle() throws {
        try inner.settle()
    }
}
