package import Clinical
import FileSystem
import Format
import Glibc
package import Model
package import PostgreSQL
package import Primitives
import Processes
package import Recovery
import Repository
package import Workers

/// A PostgreSQL database in a drill: restored into a server of its own, in isolation, and compared
/// with the witness of the very view that was dumped.
package final class DatabasePart: RestoringPart {
    /// What the hospital asks of the restored database.
    package struct Questions: Sendable {
        /// The query that reads a first patient record; nil if none is configured.
        package var firstRecord: String?
        /// Files of SQL assertions.
        package var assertions: [String]
        /// Folders that the server must not see: state and stores.
        package var hidden: [String]
        /// The program that is asked about it; nil if there is none.
        package var application: Application?
        /// Seconds by which the hospital's clock is ahead of UTC, summer time apart.
        package var localOffset: Int64

        /// Takes what the plan and the set say; `assertions` and `hidden` are absolute paths.
        package init(
            firstRecord: String?,
            assertions: [String],
            hidden: [String],
            application: Application? = nil,
            localOffset: Int64
        ) {
            self.firstRecord = firstRecord
            self.assertions = assertions
            self.hidden = hidden
            self.application = application
            self.localOffset = localOffset
        }
    }

    /// What the server calls the restored database.
    static let database = "restored"

    /// The set's name in the configuration.
    package let set: String
    /// The snapshot whose dump is restored.
    package let snapshot: OpenedSnapshot
    /// 3: a server runs on the data and answers.
    package let level = 3
    /// Whatever kept the dump from being loaded.
    package let failureCode = FindingCode.databaseRestoreFailed
    private let questions: Questions
    var application: Application? { questions.application }
    let signer: VerifyingKey?
    let stop: StopFlag
    private var cluster: DrillCluster?
    private var source: Witness?
    /// Whether the copy that is sabotaged was made.
    var hasCopy = false

    /// Prepares a part.
    ///
    /// - Parameters:
    ///   - set: its name.
    ///   - snapshot: what is drilled.
    ///   - questions: what is asked of the restored database.
    ///   - signer: the key of whoever signed the snapshot, and so the canary.
    ///   - stop: asked between two things.
    package init(
        set: String,
        snapshot: OpenedSnapshot,
        questions: Questions,
        signer: VerifyingKey? = nil,
        stop: StopFlag
    ) {
        self.set = set
        self.snapshot = snapshot
        self.questions = questions
        self.signer = signer
        self.stop = stop
    }

    /// The server of this drill, for tests that change what was restored.
    package var server: ConnectionInfo? { cluster?.server.database(Self.database) }

    /// Where the dump lies while the drill runs, for tests that damage it.
    package var dumpPath: String? { cluster.map { "\($0.directory)/\(set)/\(DatabaseFile.dump)" } }

    /// Runs `body` beside an empty server of the dump's major version.
    ///
    /// - Throws: if the snapshot has no witness, or isolation or the server cannot be had.
    package func with(_ context: DrillContext, _ body: () -> Void) throws {
        let witness = try snapshot.databaseWitness()
        source = witness
        let stop = stop
        context.progress("\(set): starting PostgreSQL in isolation")
        try DrillCluster.withCluster(
            scratch: try context.makeServerFolder(),
            major: witness.serverMajor,
            hidden: questions.hidden,
            isStopping: { stop.isStopping }
        ) { cluster in
            self.cluster = cluster
            defer { self.cluster = nil }
            context.note(cluster.isolation, of: "postgresql", in: set)
            body()
        }
    }

    // MARK: - Restoring

    /// Writes the dump into the server's folder and loads it.
    ///
    /// - Returns: what is wrong with the isolation and the files. If the files fail, nothing is
    ///   loaded.
    package func restore(_ context: DrillContext) throws -> [Finding] {
        let (cluster, source) = try equipment()
        try snapshot.demandDatabaseFiles()
        var findings = cluster.isolation.findings
        let folder = "\(cluster.directory)/\(set)"
        let restorer = TreeRestorer(
            snapshot,
            TreeRestorer.Request(target: folder),
            stop: stop
        )
        try restorer.run { counts in
            if counts.bytes > 0 {
                context.timeline.reach(.firstByte)
            }
        }
        context.noteRestored(bytes: restorer.counts.bytes)
        findings += restorer.findings
        guard Verdict(findings) != .failed else {
            return findings
        }
        guard unsafe chmod(folder, 0o711) == 0 else {
            throw FileSystemError.last("chmod", folder)
        }
        let roles = try FileHandle.open("\(folder)/\(DatabaseFile.roles)", O_RDONLY)
            .readAll(bytesMax: 64 << 20)
        try context.inject(.beforeLoading, self)
        context.progress("\(set): restoring the database")
        _ = try cluster.restore(
            dump: "\(folder)/\(DatabaseFile.dump)",
            into: Self.database,
            facts: source.database,
            roles: RolesScript(roles)
        )
        try readFirstRecord(cluster, context)
        return findings
    }

    /// The first thing that a ward needs: one patient's record, by the hospital's own query.
    private func readFirstRecord(_ cluster: DrillCluster, _ context: DrillContext) throws {
        guard let query = questions.firstRecord else {
            return
        }
        let connection = try Connection.open(cluster.server.database(Self.database))
        let rows: Rows?
        do throws(DatabaseError) {
            rows = try connection.ask(query, for: "the first patient record")
        } catch {
            rows = nil
        }
        let isRead = rows?.values.isEmpty == false
        // Of several databases each has to give one.
        context.firstRecordRead = isRead && context.firstRecordRead != false
        if isRead {
            context.timeline.reach(.firstPatientRecord)
        }
    }

    // MARK: - Judging

    /// Compares every table with the witness, asks of every foreign key, runs the assertions and
    /// pg_amcheck, and asks for the canary.
    package func judge(_ context: DrillContext) throws -> [Finding] {
        let (cluster, source) = try equipment()
        let restored = try gather(Self.database)
        var findings = WitnessComparison.compare(source: source, restored: restored)
        findings += try judgeSealedCanary(source)
        let comparer = FileComparer(snapshot, root: "\(cluster.directory)/\(set)", stop: stop)
        try comparer.run()
        findings += comparer.findings.filter { finding in
            // The dump was handed to the server's user to be read; its bytes are what counts.
            finding.code != .restoredMetadataDiffers
        }
        for file in questions.assertions {
            let connection = try Connection.open(cluster.server.database(Self.database))
            findings += try Assertions.run(file: file, on: connection).findings
        }
        findings += try ForeignKeyCheck.run(
            on: try Connection.open(cluster.server.database(Self.database))
        )
        context.progress("\(set): checking every table and index")
        findings += try cluster.checkStructure(of: Self.database)
        noteNewest(restored, findings, context)
        return findings
    }

    /// The rows of a query to the restored database, as hashes of their text.
    package func keys(_ query: String, of key: ClinicalJoin.Key) throws -> [UInt64] {
        let (cluster, _) = try equipment()
        let connection = try Connection.open(cluster.server.database(Self.database))
        let rows = try connection.ask(
            query,
            for: "the keys of a join",
            bytesMax: Limits.joinBytesMax
        )
        return try rows.values.compactMap { try key.hash(ofRow: $0.values) }
    }

    private func noteNewest(
        _ restored: Witness,
        _ findings: [Finding],
        _ context: DrillContext
    ) {
        var newest = restored.clinicalTimes.compactMap { time in
            time.newest.flatMap { text in
                DatabasePart.moment(
                    text,
                    time.type,
                    until: snapshot.root.cut,
                    localOffset: questions.localOffset
                )
            }
        }
        let lacksCanary = findings.contains {
            $0.code == .canaryMissing || $0.code == .canaryDiffers
        }
        if !lacksCanary, let sealed = try? snapshot.attachment(CanaryDocument.attachmentName),
            let made = CanaryDocument.moment(of: sealed)
        {
            newest.append(made)
        }
        newest.forEach(context.noteClinical)
    }

    // MARK: - What the controls need too

    func equipment() throws -> (DrillCluster, Witness) {
        guard let cluster, let source else {
            preconditionFailure("a part works only while it is equipped")
        }
        return (cluster, source)
    }

    /// The facts of a restored database, gathered as the source's were.
    func gather(_ database: String) throws -> Witness {
        let (cluster, source) = try equipment()
        let connection = try Connection.open(cluster.server.database(database))
        return try WitnessGatherer(matching: source).gather(from: connection)
    }
}
