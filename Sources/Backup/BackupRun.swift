import Chunking
import FileSystem
package import Format
import Glibc
package import HostState
package import Model
import ObjectStore
import Primitives
package import Repository
import Sealing

/// One backup of one set: from the source into one store, up to the signed manifest.
package struct BackupRun: Sendable {
    /// What is to be done.
    package struct Request: Sendable {
        /// The set's name in the configuration.
        package var set: String
        /// To whom the run's key is sealed; at least one.
        package var recipients: [AgeRecipient]
        /// The newest manifest as the catalog remembers it.
        package var remembered: Head?
        /// For the sealed root: which machine this is.
        package var host: String
        /// As `toride 0.1.0`.
        package var tool: String
        /// Objects that a verification found damaged: what needs them is stored again.
        package var damaged: Set<ObjectName> = []
        /// Whose snapshots of the set count beside those that the host's own list names.
        package var signers: [SignerPin] = []
        /// How hard chunks are compressed.
        package var compression: CompressionPolicy = .automatic

        /// Asks for one backup of `set` that trusts every pack of the past.
        package init(
            set: String,
            recipients: [AgeRecipient],
            remembered: Head?,
            host: String,
            tool: String
        ) {
            self.set = set
            self.recipients = recipients
            self.remembered = remembered
            self.host = host
            self.tool = tool
        }
    }

    /// What came of it.
    package struct Result: Sendable {
        /// The set's public id, as the host has given it to the name.
        package let set: SetID
        /// What was signed and stored last: with it there is a snapshot.
        package let manifest: Manifest
        /// SHA-256 of the stored manifest; its beginning is the snapshot's id.
        package let name: ObjectName
        /// What was read, for a summary.
        package let counts: SnapshotWriter.Counts
        /// Records of the file list: directories, links and special files too.
        package let files: UInt64
        /// The sum of the sizes of all regular files, holes included.
        package let contentBytes: UInt64
        /// The moment of the source's consistent view; without one, the run's start.
        package let cut: Timestamp
        /// Every object that the snapshot needs.
        package let objects: [ObjectRef]
        /// What was not taken whole, and what is odd about the past; the snapshot stands.
        package let findings: [Finding]
    }

    private let request: Request
    private let repository: Repository
    private let state: HostState
    private let now: @Sendable () -> Timestamp

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - request: what is to be done.
    ///   - repository: where to.
    ///   - state: the host's own; prepared, with a signing key.
    ///   - now: the host's clock.
    package init(
        request: Request,
        repository: Repository,
        state: HostState,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.request = request
        self.repository = repository
        self.state = state
        self.now = now
    }

    /// Runs it.
    ///
    /// - Parameters:
    ///   - source: what is backed up.
    ///   - progress: told of files and bytes now and then.
    /// - Returns: what was stored, and what was not taken whole.
    /// - Throws: if there is no snapshot. What is durable by then is used by the next run.
    package func run(
        _ source: any BackupSource,
        progress: @escaping (SnapshotWriter.Counts) -> Void = { _ in }
    ) throws -> Result {
        let started = now()
        let signer = try state.signingKey()
        let past = try Past(request, repository, state, trusting: signer.verifyingKey)
        let folder = state.folder(of: request.set)
        let journal = try Journal(folder: folder)
        let keys = try makeKeys(past, journal)
        let sink = ChunkSink(
            keys: keys,
            repository: repository,
            journal: journal,
            known: past.known,
            compression: request.compression
        )
        let taken = try take(source, sink, started: started, folder: folder, progress)
        let closing = Closing(past: past, sink: sink, repository: repository)
        let closed = try closing.store(taken, request, started: started, finished: now())
        let name = try repository.put(closed.manifest, signedBy: signer)
        try state.remember(
            Head(sequence: closed.manifest.sequence, name: name),
            of: request.set
        )
        try state.forgetSecrets(of: request.set, before: past.epoch)
        // The host keeps the names of the newest snapshot only.
        try SmallFile.replace(erasing: "\(folder)/list", by: "\(folder)/list.new")
        try source.settle()
        try journal.remove()
        return Result(
            set: past.set,
            manifest: closed.manifest,
            name: name,
            counts: taken.writer.counts,
            files: taken.files,
            contentBytes: taken.bytes,
            cut: taken.cut,
            objects: closed.objects,
            findings: past.findings + judgeClock(past, started) + taken.writer.findings
        )
    }

    /// Whether the clock was set back since the newest snapshot.
    private func judgeClock(_ past: Past, _ started: Timestamp) -> [Finding] {
        guard let previous = past.newest?.manifest.finished, started < previous else {
            return []
        }
        return [
            Finding(
                .clockSetBack,
                .set(past.set),
                evidence: ["now": started.rfc3339, "previous": previous.rfc3339]
            )
        ]
    }

    // MARK: - Keys

    private func makeKeys(_ past: Past, _ journal: Journal) throws -> RunKeys {
        guard let secret = try state.secret(of: request.set, epoch: past.epoch) else {
            throw BackupError.secretMissing(set: request.set)
        }
        let scope = past.scope
        let recipients = Journal.digest(ofRecipients: past.recipients)
        let secretObject: ObjectRef
        if let stored = past.secretObject(secret.id) {
            secretObject = stored
        } else {
            let bytes = try KeyObject.seal(
                secret,
                scope: scope,
                epoch: past.epoch,
                to: request.recipients
            )
            secretObject = try repository.put(bytes, as: .key)
            try journal.note(key: secret.id, secretObject, recipients: recipients)
        }
        let run = try RunKey.random()
        let bytes = try KeyObject.seal(
            run,
            scope: scope,
            epoch: past.epoch,
            to: request.recipients
        )
        let runObject = try repository.put(bytes, as: .key)
        try journal.note(key: run.id, runObject, recipients: recipients)
        return RunKeys(
            scope: scope,
            run: run,
            secret: secret,
            runObject: runObject,
            secretObject: secretObject
        )
    }

    // MARK: - Content

    private func take(
        _ source: any BackupSource,
        _ sink: ChunkSink,
        started: Timestamp,
        folder: String,
        _ progress: @escaping (SnapshotWriter.Counts) -> Void
    ) throws -> Taken {
        let chunker = Chunker(key: try sink.keys.secret.chunkerKey("content"))
        return try sink.run {
            let list = try FileListWriter(
                sink: sink,
                copyPath: "\(folder)/list.new",
                started: started
            )
            let writer = SnapshotWriter(
                started: started,
                sink: sink,
                cutter: ContentCutter(chunker: chunker),
                list: list,
                progress: progress
            )
            var previous = PreviousList(path: "\(folder)/list")
            let cut = try source.read(into: writer, previous: &previous) ?? started
            let (chunks, files, bytes) = try writer.finish()
            let root = SnapshotRoot(
                setName: request.set,
                sourceKind: source.kind,
                host: request.host,
                cut: cut,
                list: chunks,
                files: files,
                contentBytes: bytes,
                attachments: writer.attachments,
                notes: Taken.notes(writer.findings)
            )
            guard let chunk = try writer.store(root) else {
                throw BackupError.rootTooLarge(set: request.set)
            }
            return Taken(
                writer: writer,
                root: chunk,
                files: files,
                bytes: bytes,
                cut: cut
            )
        }
    }
}
