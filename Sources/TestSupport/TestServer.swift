import Glibc
package import PostgreSQL
package import Processes

/// A PostgreSQL server of the tests' own in a directory of its own, without a port.
package struct TestServer: Sendable {
    /// Where its data and its socket lie. The server's user owns it.
    package let directory: String
    /// How to reach it, as its superuser.
    package let info: ConnectionInfo
    private let tools: PostgreSQLTools

    /// Why no server can be had here; nil if one can.
    package static let absence: String? = {
        do {
            _ = try PostgreSQLTools.find(.server, major: 12)
        } catch {
            return "\(error)"
        }
        let hasUser = !Account.isRoot || Account(named: "postgres") != nil
        return hasUser ? nil : "root, and no user postgres"
    }()

    /// libpq's connection string.
    package var connection: String { info.description }

    /// Starts a server, lends it, and ends it in every case.
    package static func run<R>(_ body: (TestServer) throws -> R) throws -> R {
        try make { server in try server.whileRunning { try body(server) } }
    }

    /// Makes a server that does not run yet.
    package static func make<R>(_ body: (TestServer) throws -> R) throws -> R {
        try TestDirectory.run { directory in
            let server = TestServer(
                directory: directory,
                info: ConnectionInfo(socketDirectory: directory, port: 5_432, user: "postgres"),
                tools: try PostgreSQLTools.find(.server, major: 12)
            )
            try asServerUser(
                server.tools.command(
                    "initdb",
                    [
                        "-D", server.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                        "--locale=C.UTF-8", "--no-sync",
                    ]
                )
            ).demandSuccess()
            return try body(server)
        }
    }

    /// Starts the server, and ends it when `body` has returned or thrown.
    package func whileRunning<R>(_ body: () throws -> R) throws -> R {
        let command = TestServer.asServerUser(
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
            try waitUntilReady()
            let process = try process
            // Fast shutdown: SIGTERM would wait for every session.
            defer { kill(process, SIGINT) }
            return try body()
        }.result
    }

    private var data: String { directory + "/data" }

    /// Which process it is.
    package var process: Int32 {
        get throws {
            let output = try Command("head", ["-n1", data + "/postmaster.pid"])
                .run(timeout: .seconds(10))
            guard let process = Int32(output.text.dropLast()) else {
                throw ToolFailure(description: "no postmaster.pid")
            }
            return process
        }
    }

    /// Kills it and its sessions as a power cut would, by their process ids.
    package func killHard() throws {
        let process = try process
        let list = try Command("ps", ["-o", "pid=", "--ppid", "\(process)"])
            .run(timeout: .seconds(10)).text
        // The server first: it would start again what was killed.
        let sessions = list.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
        for one in [process] + sessions {
            kill(one, SIGKILL)
        }
    }

    // MARK: - Databases

    /// Opens a session in a database.
    package func connect(_ database: String) throws(DatabaseError) -> Connection {
        try Connection.open(info.database(database))
    }

    /// Runs a script by psql, which knows `COPY … FROM stdin`.
    package func run(script: [UInt8], in database: String = "postgres") throws {
        let arguments = [
            "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", directory, "-U", "postgres", "-d", database,
            "-f", "-",
        ]
        try tools.command("psql", arguments).demandSuccess(input: script)
    }

    /// The same command for the user that the server needs.
    package static func asServerUser(_ command: Command) -> Command {
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

    private func waitUntilReady() throws {
        let end = ContinuousClock.now + .seconds(60)
        while true {
            do {
                _ = try connect("postgres")
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

/// Directories that the server's user may enter.
package enum TestDirectory {
    /// Lends a directory that the server's user owns, and removes it.
    package static func run<R>(_ body: (String) throws -> R) throws -> R {
        let output = try Command("mktemp", ["-d", "/tmp/toride-pg-XXXXXX"])
            .run(timeout: .seconds(10))
        let directory = String(output.text.dropLast())
        defer { _ = try? Command("rm", ["-rf", directory]).run(timeout: .seconds(60)) }
        if Account.isRoot {
            try Command("chown", ["postgres:", directory]).demandSuccess()
        }
        return try body(directory)
    }
}

/// A program that the tests need ended in failure.
package struct ToolFailure: Error, CustomStringConvertible {
    /// Which, how it ended, and what it said.
    package let description: String
}

extension Command {
    /// Runs it to its end, which must be a success.
    package func demandSuccess(input: [UInt8] = []) throws {
        _ = try run(input: input, timeout: .seconds(120)) { output in
            ToolFailure(description: "\(name): \(output.status): \(output.errorTail)")
        }
    }
}
