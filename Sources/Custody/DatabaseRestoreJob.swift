import Drills
import FileSystem
import Format
import Glibc
package import Jobs
import Model
import PostgreSQL
package import Recovery
import Repository
package import Workers

/// Brings a hospital's database back: from a snapshot into an empty database of a live server, and
/// then compares every table with what was sealed.
///
/// Until the dump was looked through nothing is written to the server. The dump's plaintext lies in
/// a folder that only this user may enter, and is removed however the run ends.
package struct DatabaseRestoreJob {
    /// What is asked.
    package struct Request: Sendable {
        /// libpq's connection string; names the database.
        package var connection: String
        /// Whether roles that the server lacks are made, without powers over the server.
        package var makesRoles: Bool

        /// Asks for a restore.
        package init(connection: String, makesRoles: Bool) {
            self.connection = connection
            self.makesRoles = makesRoles
        }
    }

    /// What is being done.
    package enum Step: Hashable, Sendable {
        /// The dump is opened and decrypted: so many bytes of so many.
        case opening(bytes: UInt64, total: UInt64)
        /// Roles that the server lacks are made.
        case makingRoles
        /// pg_restore is at work.
        case loading
        /// Every table is counted and hashed.
        case comparing
        /// The dump's plaintext could not be removed from this folder.
        case leaving(String)
    }

    private let snapshot: OpenedSnapshot
    private let request: Request
    private let scratchFolder: String
    private let stop: StopFlag

    /// Prepares a restore.
    package init(_ snapshot: OpenedSnapshot, _ request: Request, site: Site, stop: StopFlag) {
        self.snapshot = snapshot
        self.request = request
        scratchFolder = site.scratchFolder
        self.stop = stop
    }

    /// Restores and compares.
    ///
    /// - Parameter progress: told of each step.
    /// - Returns: what came of it. If the dump could not be opened whole, or holds what could do
    ///   more than restore, the findings say so and the server was not written to.
    /// - Throws: ``DatabaseRestoreError``, ``DatabaseError``: nothing was written to the server,
    ///   except as ``DatabaseRestoreError/leftHalf(_:_:)`` says.
    package func run(progress: (Step) -> Void) throws -> DatabaseRestoreOutcome {
        guard snapshot.root.sourceKind == "postgresql" else {
            throw DatabaseRestoreError.noDatabase(snapshot.root.setName, snapshot.root.sourceKind)
        }
        let witness = try snapshot.databaseWitness()
        try snapshot.demandDatabaseFiles()
        let target = try RestoreTarget.examine(ConnectionInfo(request.connection))
        var outcome = DatabaseRestoreOutcome(database: target.database)
        let manifest = snapshot.stored.manifest
        if !manifest.complete {
            outcome.findings.append(Finding(.snapshotIncomplete, .snapshot(manifest.ref)))
        }
        let scratch = try Scratch(scratchFolder, name: ".restore", isPrivate: true)
        defer {
            if !scratch.wipe() {
                progress(.leaving(scratch.path))
            }
        }
        if !scratch.isMemory {
            outcome.findings.append(Finding(.deletedNotWiped, .named("scratch folder")))
        }
        let folder = "\(scratch.path)/files"
        outcome.findings += try takeOut(into: folder, progress)
        guard Verdict(outcome.findings) != .failed else {
            return outcome
        }
        let dump = "\(folder)/\(DatabaseFile.dump)"
        outcome.findings += try hazards(of: dump)
        guard Verdict(outcome.findings) != .failed else {
            return outcome
        }
        try prepareRoles(of: folder, on: target, &outcome, progress)
        progress(.loading)
        try load(dump, into: target, &outcome)
        scratch.wipe()
        progress(.comparing)
        outcome.findings += try compare(target, with: witness)
        return outcome
    }

    // MARK: - Opening

    private func takeOut(
        into folder: String,
        _ progress: (Step) -> Void
    ) throws -> [Finding] {
        let names = [DatabaseFile.dump, DatabaseFile.roles]
        let request = TreeRestorer.Request(target: folder, includes: names.map { Array($0.utf8) })
        let restorer = TreeRestorer(snapshot, request, stop: stop)
        let total = snapshot.root.contentBytes
        progress(.opening(bytes: 0, total: total))
        try restorer.run { progress(.opening(bytes: $0.bytes, total: total)) }
        // Whose file the dump was is of no matter: its bytes are loaded, and then it is removed.
        return restorer.findings.filter { $0.code != .partSkipped }
    }

    private func hazards(of dump: String) throws -> [Finding] {
        try DumpScanner.scan(archiveAt: dump).map { hazard in
            Finding(
                .dumpUntrusted,
                .named(hazard.entry),
                evidence: ["hazard": hazard.kind.rawValue]
            )
        }
    }

    // MARK: - Roles

    /// A dump names roles and makes none, and pg_restore stops at the first that is lacking or out
    /// of reach: so that is found out before anything is loaded.
    private func prepareRoles(
        of folder: String,
        on target: RestoreTarget,
        _ outcome: inout DatabaseRestoreOutcome,
        _ progress: (Step) -> Void
    ) throws {
        let file = try FileHandle.open("\(folder)/\(DatabaseFile.roles)", O_RDONLY)
        let script = RolesScript(try file.readAll(bytesMax: 64 << 20))
        let needed = try DumpRoles(archiveAt: "\(folder)/\(DatabaseFile.dump)")
        let connection = try Connection.open(target.server)
        let missing = try needed.missing(on: connection, of: script)
        if !missing.isEmpty {
            guard request.makesRoles else {
                throw DatabaseRestoreError.rolesMissing(missing)
            }
            try stop.check()
            progress(.makingRoles)
            let report = try script.apply(to: connection, trusted: false)
            outcome.rolesMade = report.created
            outcome.powersWithheld = report.withheld
            let left = try needed.missing(on: connection, of: script)
            guard left.isEmpty else {
                throw DatabaseRestoreError.rolesNotMade(left, report.failed)
            }
        }
        let unreachable = try needed.unreachableOwners(on: connection)
        guard unreachable.isEmpty else {
            throw DatabaseRestoreError.ownersOutOfReach(unreachable)
        }
    }

    // MARK: - Loading and comparing

    private func load(
        _ dump: String,
        into target: RestoreTarget,
        _ outcome: inout DatabaseRestoreOutcome
    ) throws {
        let stop = stop
        try stop.check()
        var restorer = DatabaseRestorer(server: target.server)
        restorer.isStopping = { stop.isStopping }
        do throws(DatabaseError) {
            let report = try restorer.restore(dump: dump, into: target.database)
            outcome.wasSuperuser = report.asSuperuser
        } catch .toolFailed(let tool, let status, let messages) {
            throw DatabaseRestoreError.leftHalf(
                target.database,
                DatabaseError.toolFailed(tool, status: status, messages: messages)
            )
        } catch .process(let error) {
            throw DatabaseRestoreError.leftHalf(target.database, error)
        }
    }

    private func compare(_ target: RestoreTarget, with witness: Witness) throws -> [Finding] {
        let stop = stop
        // Whole tables are read: no limit on one statement.
        let connection = try Connection.open(target.server, statementTimeout: .zero)
        var gatherer = WitnessGatherer(matching: witness)
        gatherer.isStopping = { stop.isStopping }
        let restored = try gatherer.gather(from: connection)
        return WitnessComparison.compare(source: witness, restored: restored)
    }
}
