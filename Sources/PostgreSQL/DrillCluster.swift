import CSystem
import Glibc
package import Processes

/// A throw-away server in a sandbox: no network, its own user, one directory. It lives while
/// ``withCluster(scratch:major:hidden:accountName:isStopping:_:)`` runs.
package struct DrillCluster: Sendable {
    /// What of the machine it sees, asked from inside before anything was restored.
    package let isolation: SandboxEvidence
    /// The server's programs.
    package let tools: PostgreSQLTools
    /// Its directory: the server's user may write there. What it should read is best put here.
    package let directory: String

    private let sandbox: Sandbox
    private let isStopping: @Sendable () -> Bool

    /// The superuser of the throw-away server, and the only one who can reach it.
    private static let user = "postgres"
    private static let port = 5_432

    /// Starts a server, lends it, and ends it in every case.
    ///
    /// - Parameters:
    ///   - scratch: a directory that exists, with a short path, where the server's user may enter;
    ///     a directory of our own is made in it and left to the caller to wipe.
    ///   - major: the source's major version, from ``Witness/serverMajor``.
    ///   - hidden: directories that the server must not see: state and stores.
    ///   - accountName: who it runs as where this process is root.
    ///   - isStopping: true ends what runs.
    ///   - body: works with the server on this thread.
    /// - Returns: what `body` returned.
    /// - Throws: ``DatabaseError``, what `body` throws.
    package static func withCluster<R>(
        scratch: String,
        major: Int,
        hidden: [String] = [],
        accountName: String = "postgres",
        isStopping: @escaping @Sendable () -> Bool = { false },
        _ body: (DrillCluster) throws -> R
    ) throws -> R {
        let tools = try PostgreSQLTools.find(.server, major: major)
        let account = Account.isRoot ? Account(named: accountName) : nil
        let directory = try makeDirectory(in: scratch, for: account)
        let sandbox = Sandbox(hidden: hidden, scratch: directory, account: account)
        let cluster = DrillCluster(
            isolation: try sandbox.probe(),
            tools: tools,
            directory: directory,
            sandbox: sandbox,
            isStopping: isStopping
        )
        try cluster.initialize()
        // The server never ends by itself: what ends it is the end of this call.
        return try withRunning(
            cluster.serverCommand,
            silenceMax: .seconds(86_400 * 30),
            isStopping: isStopping
        ) { process in
            defer { process.end() }
            try cluster.waitUntilReady(process)
            return try body(cluster)
        }.result
    }

    /// Who the server is, and so who may reach it; nil where this process is not root.
    package var account: Account? { sandbox.account }

    /// Where the server's socket lies.
    package var socketDirectory: String { directory + "/s" }

    /// How to reach the server: by its socket, which lies in ``directory``.
    package var server: ConnectionInfo {
        ConnectionInfo(
            socketDirectory: socketDirectory,
            port: DrillCluster.port,
            user: DrillCluster.user
        )
    }

    /// Restores a dump; pg_restore runs inside the sandbox too.
    ///
    /// Roles get all their powers and nothing is refused: it is harmless here. What the dump holds
    /// is in the report.
    ///
    /// - Parameters:
    ///   - path: the archive, in ``directory`` or where the server's user may read it.
    ///   - database: the name to restore it by.
    ///   - facts: what the database is made with, from the witness.
    ///   - roles: the roles; every owner that the dump names must be among them.
    ///   - jobs: how many jobs run at once.
    /// - Returns: what was done.
    /// - Throws: as ``DatabaseRestorer/restore(dump:into:facts:roles:)``.
    package func restore(
        dump path: String,
        into database: String,
        facts: DatabaseFacts?,
        roles: RolesScript?,
        jobs: Int = 2
    ) throws(DatabaseError) -> DatabaseRestorer.Report {
        if Sandbox.isBeneath(path, directory), let account = sandbox.account {
            // Nobody but the restorer and the server's user comes here, and a link stays a link.
            unsafe lchown(path, account.userID, account.groupID)
        }
        var sandbox = sandbox
        if !Sandbox.isBeneath(path, directory) {
            sandbox.readable.append(path)
        }
        var restorer = DatabaseRestorer(server: server)
        restorer.jobs = jobs
        restorer.allowsUntrusted = true
        restorer.replacesLocale = true
        restorer.isStopping = isStopping
        restorer.wrap = { [sandbox] in sandbox.wrap($0) }
        return try restorer.restore(dump: path, into: database, facts: facts, roles: roles)
    }

    /// Runs a program of the server's inside the sandbox.
    func run(
        _ program: String,
        _ arguments: [String],
        timeout: Duration
    ) throws(DatabaseError) -> ProcessOutput {
        do throws(ProcessError) {
            return try sandbox.wrap(tools.command(program, arguments))
                .run(timeout: timeout, isStopping: isStopping)
        } catch {
            throw .process(error)
        }
    }

    // MARK: Starting

    private var dataDirectory: String { directory + "/data" }
    private var logPath: String { directory + "/server.log" }

    private func initialize() throws(DatabaseError) {
        let output = try run(
            "initdb",
            [
                "--pgdata=\(dataDirectory)", "--username=\(DrillCluster.user)", "--auth=trust",
                "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
            ],
            timeout: .seconds(300)
        )
        guard output.status.isSuccess else {
            throw .serverNotStarted(ServerMessages.errors(inToolOutput: output.errorTail))
        }
    }

    /// Durability is of no use here, nor is anything that would change files behind a check; the
    /// log must not quote statements or rows.
    private static let settings = [
        "listen_addresses=", "fsync=off", "synchronous_commit=off", "full_page_writes=off",
        "autovacuum=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB",
        "max_connections=32", "log_error_verbosity=terse", "log_min_error_statement=panic",
        "log_statement=none", "unix_socket_permissions=0700",
    ]

    private var serverCommand: Command {
        let settings =
            DrillCluster.settings + [
                "unix_socket_directories=\(socketDirectory)", "port=\(DrillCluster.port)",
            ]
        let arguments =
            ["\(tools.directory)/postgres", "-D", dataDirectory] + settings.flatMap { ["-c", $0] }
        // The log goes to a file, for a pipe that nobody reads would stop the server; the shell
        // opens it inside the sandbox. The output stays a pipe: its end shows that all are gone.
        let script = #"mkdir -m 700 "$1" && log=$0 && shift && exec "$@" 2>> "$log""#
        return sandbox.wrap(
            Command("/bin/sh", ["-c", script, logPath, socketDirectory] + arguments)
        )
    }

    private func waitUntilReady(_ process: borrowing RunningProcess) throws {
        let end = ContinuousClock.now + .seconds(120)
        while true {
            do {
                _ = try Connection.open(server.withDefaultDatabase)
                return
            } catch DatabaseError.notConnected(let said) {
                guard process.isRunning, ContinuousClock.now < end else {
                    throw DatabaseError.serverNotStarted([said])
                }
                if isStopping() {
                    throw DatabaseError.process(.stopped("postgres"))
                }
                usleep(30_000)
            }
        }
    }

    // MARK: Its directory

    /// Longest path of a socket, unix(7): 108 bytes with the zero.
    private static let socketPathBytesMax = 107

    private static func makeDirectory(
        in scratch: String,
        for account: Account?
    ) throws(DatabaseError) -> String {
        let directory = scratch + "/pg"
        guard "\(directory)/s/.s.PGSQL.\(port)".utf8.count <= socketPathBytesMax else {
            throw .unsuitableScratch(path: scratch, why: "its path is too long for a socket")
        }
        guard unsafe mkdir(directory, 0o700) == 0 else {
            throw .unsuitableScratch(
                path: directory,
                why: "cannot be made: \(unsafe String(cString: strerror(errno)))"
            )
        }
        guard let account else {
            return directory
        }
        unsafe lchown(directory, account.userID, account.groupID)
        var path = Substring(scratch)
        while !path.isEmpty {
            guard account.mayEnter(String(path)) else {
                throw .unsuitableScratch(
                    path: String(path),
                    why: "user \(account.name) may not enter it"
                )
            }
            path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        }
        return directory
    }
}

extension Account {
    /// Whether this user may pass through a directory, by its permission bits.
    fileprivate func mayEnter(_ path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            return false
        }
        if status.st_uid == userID {
            return status.st_mode & 0o100 != 0
        }
        return status.st_mode & (status.st_gid == groupID ? 0o010 : 0o001) != 0
    }
}
