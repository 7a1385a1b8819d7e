package import Backup
import Catalog
import Cataloging
import Configuration
import Format
import HostState
package import Model
import PostgreSQL
import Primitives
import Processes
import Repository
package import Workers

/// One backup of one set, as the command and the daemon both run it: lock, hooks, canary, source,
/// run, catalog.
package struct BackupJob: Sendable {
    private let site: Site
    private let set: Configuration.BackupSet
    private let now: @Sendable () -> Timestamp
    private let stop: StopFlag
    private let tool: String
    private let acceptsUnmounted: Bool
    private let forcesRead: Bool

    /// Prepares a backup.
    ///
    /// - Parameters:
    ///   - site: the hospital's configuration and state.
    ///   - name: which set.
    ///   - tool: what the manifest shall say made it.
    ///   - stop: ends the backup between two objects.
    ///   - acceptsUnmounted: whether folders that were mount points need be none any more.
    ///   - forcesRead: whether files are read whose times say that they did not change.
    ///   - now: the host's clock.
    /// - Throws: ``SiteError`` if there is no such set.
    package init(
        site: Site,
        set name: String,
        tool: String,
        stop: StopFlag,
        acceptsUnmounted: Bool = false,
        forcesRead: Bool = false,
        now: @escaping @Sendable () -> Timestamp
    ) throws {
        self.site = site
        set = try site.set(named: name)
        self.now = now
        self.stop = stop
        self.tool = tool
        self.acceptsUnmounted = acceptsUnmounted
        self.forcesRead = forcesRead
    }

    /// Runs it.
    ///
    /// - Parameter progress: told of files and bytes now and then.
    /// - Returns: what was stored; the catalog knows it already.
    /// - Throws: if there is no snapshot.
    package func run(
        progress: @escaping (SnapshotWriter.Counts) -> Void = { _ in }
    ) throws -> BackupRun.Result {
        let recipients = try site.recipients(of: set)
        // Without it nothing can be signed: nothing is begun.
        _ = try site.state.signingKey()
        let store = try site.store(of: set)
        let repository = try site.repository(in: store)
        let catalog = try site.catalog()
        return try SetLock.hold(set.name, in: site.state) {
            let hooks = Hooks(set: set, folder: site.state.folder(of: set.name), stop: stop)
            let result: BackupRun.Result
            do {
                try hooks.before()
                try site.state.answerDistrust(of: set.name)
                let head = try site.state.id(of: set.name).flatMap { try catalog.head(of: $0) }
                var request = BackupRun.Request(
                    set: set.name,
                    recipients: recipients,
                    remembered: head,
                    host: HostName.current,
                    tool: tool
                )
                request.damaged = try site.state.damaged(of: set.name)
                request.signers = try site.configuredPins()
                request.compression = set.compression
                let run = BackupRun(
                    request: request,
                    repository: repository,
                    state: site.state,
                    now: now
                )
                result = try run.run(
                    try source(numbered: try nextSequence(after: head)),
                    progress: progress
                )
            } catch {
                // The backup's own error is told; a hook that fails too stays marked and is run
                // again, and told, at the next start.
                _ = try? hooks.after()
                throw error
            }
            try catalog.record(result, set: set.name, from: repository)
            try recordForgotten(before: result, catalog, repository)
            try hooks.after()
            return result
        }
    }

    /// Records the snapshots that an earlier run stored and did not write down, because it died in
    /// between or the catalog's disk was full: the new one names them as its predecessors.
    private func recordForgotten(
        before result: BackupRun.Result,
        _ catalog: Catalog,
        _ repository: Repository
    ) throws {
        var known = Set(try catalog.snapshots(of: result.set).map(\.name))
        guard let previous = result.manifest.previous, !known.contains(previous) else {
            return
        }
        let history = try History(
            of: repository.store,
            set: result.set,
            trusting: try site.signers()
        )
        let stored = Dictionary(
            (history.manifests[result.set] ?? []).filter(\.isTrusted).map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let recorder = SnapshotRecorder(catalog, repository)
        var next = result.manifest.previous
        while let name = next, known.insert(name).inserted, let found = stored[name] {
            // Pages that cannot be read are the verification's to tell, and the catalog check's.
            _ = try recorder.record(found.manifest, name: name, setName: set.name, contents: nil)
            next = found.manifest.previous
        }
    }

    /// The number that the set's next snapshot gets, as far as this host remembers: a store that
    /// has more than that counts on from there.
    private func nextSequence(after head: Head?) throws -> UInt64 {
        let own = try site.state.head(of: set.name)
        return max(head?.sequence ?? 0, own?.sequence ?? 0) &+ 1
    }

    private func source(numbered sequence: UInt64) throws -> any BackupSource {
        switch set.source {
        case .files(let files):
            let tree = try TreeSource(
                paths: files.paths,
                excludes: files.exclude,
                oneFileSystem: files.oneFileSystem,
                forceRead: forcesRead,
                mounts: MountMemory(
                    of: set.name,
                    in: site.state,
                    isForgetting: acceptsUnmounted
                ),
                stop: stop
            )
            return try clinical(canary(tree, beneath: files.paths.first, sequence))
        case .postgresql(let database):
            return try DatabaseBackup(
                DatabaseSource(
                    connection: database.connection,
                    database: database.database,
                    clinicalTimes: set.clinical?.time.map(\.plain) ?? []
                ),
                canary: databaseCanary(sequence),
                now: now,
                stop: stop
            )
        case .command(let command):
            return CommandSource(
                command: Command(command.run[0], Array(command.run.dropFirst())),
                name: command.name,
                now: now,
                stop: stop
            )
        }
    }
}

extension BackupJob {
    private func canary(
        _ tree: TreeSource,
        beneath first: String?,
        _ sequence: UInt64
    ) throws -> any BackupSource {
        guard set.canary, let first else {
            return tree
        }
        return try FilesCanary(
            tree,
            beneath: first,
            set: set.name,
            sequence: sequence,
            now: now(),
            testPatient: set.testPatient.map { asked in
                TestPatientFolder(
                    asked.patient,
                    in: asked.store,
                    localOffset: site.configuration.site.standardOffsetSeconds
                )
            },
            signedBy: try site.state.signingKey()
        )
    }

    private func clinical(_ source: any BackupSource) -> any BackupSource {
        guard let stores = set.clinical?.stores, !stores.isEmpty else {
            return source
        }
        return ClinicalSource(
            source,
            stores: stores.map { (RecordPath.relative($0.path), $0.format) },
            localOffset: site.configuration.site.standardOffsetSeconds,
            folder: site.state.folder(of: set.name)
        )
    }

    private func databaseCanary(_ sequence: UInt64) -> DatabaseBackup.CanaryMaking? {
        guard set.canary else {
            return nil
        }
        let (state, name) = (site.state, set.name)
        return { made in
            try CanaryDocument.make(
                set: name,
                sequence: sequence,
                now: made,
                signedBy: try state.signingKey()
            )
        }
    }
}
