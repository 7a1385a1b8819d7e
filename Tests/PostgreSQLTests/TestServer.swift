import Glibc
import Processes
import Testing

@testable import PostgreSQL

/// Whether the server's programs are installed; says so aloud where they are not.
let hasServer: Bool = {
    do {
        let tools = try PostgreSQLTools.find(.server, major: 12)
        let isUsable = !Account.isRoot || Account(named: "postgres") != nil
        if !isUsable {
            print("SKIPPED: tests with a PostgreSQL server: root, and no user postgres")
        }
        return isUsable && tools.major >= 12
    } catch {
        print("SKIPPED: tests with a PostgreSQL server: \(error)")
        return false
    }
}()

/// A server of the tests' own in a directory of its own, without a port.
struct TestServer {
    let directory: String
    let info: ConnectionInfo
    let process: pid_t

    /// libpq's connection string.
    var connection: String { info.description }

    /// Starts a server, lends it, and ends it by its process id in every case.
    static func run<R>(_ body: (TestServer) throws -> R) throws -> R {
        try TestDirectory.run { directory in
            let tools = try PostgreSQLTools.find(.server, major: 12)
            let data = directory + "/data"
            try asServerUser(
                tools.command(
                    "initdb",
                    [
                        "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                        "--locale=C.UTF-8", "--no-sync",
                    ]
                )
            ).runSuccessfully()
            let command = asServerUser(
                tools.command(
                    "postgres",
                    [
                        "-D", data, "-k", directory, "-c", "listen_addresses=", "-c", "fsync=off",
                        "-c", "log_min_messages=fatal", "-c", "wal_level=logical",
                    ]
                )
            )
            return try withRunning(command) { running in
                defer { running.end() }
                let info = ConnectionInfo(socketDirectory: directory, port: 5_432, user: "postgres")
                try waitUntilReady(info)
                let number = try Command("head", ["-n1", data + "/postmaster.pid"])
                    .run(timeout: .seconds(10)).text.dropLast()
                let process = try #require(pid_t(number))
                // Fast shutdown: SIGTERM would wait for every session.
                defer { kill(process, SIGINT) }
                return try body(TestServer(directory: directory, info: info, process: process))
            }.result
        }
    }

    /// Runs a script of statements, each by itself.
    func execute(_ script: String, in database: String = "postgres") throws {
        let connection = try connect(database)
        try connection.setSearchPath()
        for statement in SQLScript(Array(script.utf8)).statements {
            do {
                try connection.query(statement.text, for: String(statement.text.prefix(80)))
            } catch {
                Issue.record("\(error)")
                throw error
            }
        }
    }

    func connect(_ database: String) throws -> Connection {
        try Connection.open(info.database(database))
    }

    /// Makes a database and runs a script in it.
    func make(_ database: String, _ script: String) throws {
        try execute("CREATE DATABASE \(database)")
        try execute(script, in: database)
    }

    /// Dumps a database into a file; gives the witness, the roles and the file's path.
    func dump(
        _ database: String,
        canary: CanaryRow? = nil,
        clinicalTimes: [String] = []
    ) throws -> (witness: Witness, roles: RolesDump, path: String) {
        let source = DatabaseSource(
            server: info,
            database: database,
            clinicalTimes: clinicalTimes
        )
        return try source.withSnapshot(canary: canary) { snapshot in
            #expect(snapshot.canaryFailure == nil)
            let bytes = try snapshot.withDump { try $0.readAll() }
            let path = "\(directory)/\(database).dump"
            try TestDirectory.write(bytes, to: path)
            return (snapshot.witness, snapshot.roles, path)
        }
    }

    func witness(of database: String, matching source: Witness) throws -> Witness {
        try WitnessGatherer(matching: source).gather(from: try connect(database))
    }

    /// The same command for the user that the server needs.
    static func asServerUser(_ command: Command) -> Command {
        guard Account.isRoot, let account = Account(named: "postgres") else {
            return command
        }
        var command = command
        command.arguments =
            [
                "--reuid=\(account.userID)", "--regid=\(account.groupID)", "--clear-groups",
                command.executable,
            ] + command.arguments
        command.executable = "setpriv"
        return command
    }

    private static func waitUntilReady(_ info: ConnectionInfo) throws {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            do {
                _ = try Connection.open(info.database("postgres"))
                return
            } catch {
                guard ContinuousClock.now < end else {
                    throw error
                }
                usleep(20_000)
            }
        }
    }
}

/// Directories of the tests' own.
enum TestDirectory {
    /// Lends a directory that the server's user owns, and removes it.
    static func run<R>(_ body: (String) throws -> R) throws -> R {
        let output = try Command("mktemp", ["-d", "/tmp/toride-pg-XXXXXX"])
            .run(timeout: .seconds(10))
        let directory = String(output.text.dropLast())
        defer { _ = try? Command("rm", ["-rf", directory]).run(timeout: .seconds(60)) }
        if Account.isRoot {
            try Command("chown", ["postgres:", directory]).runSuccessfully()
        }
        return try body(directory)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let status = try withRunning(Command("tee", [path])) { process in
            // tee gives back what it takes; nobody needs it twice.
            var rest = bytes[...]
            var block = [UInt8](repeating: 0, count: 1 << 20)
            while !rest.isEmpty {
                try process.write(Array(rest.prefix(1 << 20)))
                rest = rest.dropFirst(1 << 20)
                _ = try process.read(into: &block)
            }
            process.closeInput()
            while try process.read(into: &block) > 0 {}
        }.status
        try #require(status.isSuccess)
    }

    static func read(_ path: String) throws -> [UInt8] {
        try Command("cat", [path]).run(timeout: .seconds(60), outputBytesMax: 1 << 30).output
    }
}

extension Command {
    func runSuccessfully() throws {
        let output = try run(timeout: .seconds(120))
        try #require(output.status.isSuccess, "\(name): \(output.errorTail)")
    }
}

extension RunningProcess {
    borrowing func readAll() throws -> [UInt8] {
        var all: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while case let count = try read(into: &block), count > 0 {
            all += block[..<count]
        }
        return all
    }
}

extension Connection {
    /// The tests' scripts name tables without a schema.
    borrowing func setSearchPath() throws(DatabaseError) {
        try query("SET search_path = public", for: "search path")
    }
}
