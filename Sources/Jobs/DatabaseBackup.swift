package import Backup
import Format
package import Model
package import PostgreSQL
import Processes
import Primitives
import Repository
package import Workers

/// A PostgreSQL database as two files and a witness: `database.dump`, `roles.sql`, and the facts
/// of the very view that was dumped.
package struct DatabaseBackup: BackupSource {
    /// Makes the signed document of a moment.
    package typealias CanaryMaking = @Sendable (Timestamp) throws -> [UInt8]

    /// As the root spells it: FORMAT.md §15.
    package let kind = "postgresql"
    private let source: DatabaseSource
    private let canary: CanaryMaking?
    private let now: @Sendable () -> Timestamp
    private let stop: StopFlag

    /// Takes a database.
    ///
    /// - Parameters:
    ///   - source: which.
    ///   - canary: makes the signed document to commit before the view; nil for none.
    ///   - now: the host's clock.
    ///   - stop: ends the run.
    package init(
        _ source: DatabaseSource,
        canary: CanaryMaking?,
        now: @escaping @Sendable () -> Timestamp,
        stop: StopFlag
    ) {
        self.source = source
        self.canary = canary
        self.now = now
        self.stop = stop
    }

    /// Commits the canary, takes a consistent view, and dumps that view.
    ///
    /// - Returns: the moment before the view: what was committed until then is in the dump.
    /// - Throws: ``DatabaseError`` or ``ProcessError`` if the database or pg_dump fails.
    package func read(
        into writer: SnapshotWriter,
        previous: inout PreviousList
    ) throws -> Timestamp? {
        let cut = now()
        let canary = try canary?(cut)
        let row = try canary.map { CanaryRow(id: try Randomness.id(), body: $0) }
        let stop = stop
        try source.withSnapshot(canary: row, isStopping: { stop.isStopping }) { view in
            try writer.attach(DatabaseFile.witness, view.witness.json.canonical)
            if let canary {
                try writer.attach(CanaryDocument.attachmentName, canary)
            }
            if let failure = view.canaryFailure {
                // The backup is worth more than its canary; the drill will miss it.
                writer.note(
                    Finding(
                        .canaryNotTaken,
                        .named("canary"),
                        evidence: ["error": failure.description]
                    )
                )
            }
            try dump(view, into: writer, at: cut)
            try writer.add(
                small: VirtualFile.record(DatabaseFile.roles, at: cut),
                bytes: view.roles.script[...]
            )
        }
        return cut
    }

    private func dump(
        _ view: borrowing DatabaseSnapshot,
        into writer: SnapshotWriter,
        at cut: Timestamp
    ) throws {
        let blocks = BlockStream()
        try view.withDump { process in
            _ = unsafe try writer.add(stream: VirtualFile.record(DatabaseFile.dump, at: cut)) {
                buffer in
                unsafe try blocks.fill(buffer) { try process.read(into: &$0) }
            }
        }
    }
}
