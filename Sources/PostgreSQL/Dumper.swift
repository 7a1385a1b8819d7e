import Processes

/// Runs pg_dump and pg_dumpall.
struct Dumper: Sendable {
    /// Which server, and which database of it.
    let server: ConnectionInfo
    /// Whose programs.
    let tools: PostgreSQLTools
    /// True ends what runs.
    let isStopping: @Sendable () -> Bool

    /// How long pg_dump waits for a lock that somebody holds against reading.
    private static let lockWaitMilliseconds = 300_000
    /// Most bytes of a script of roles.
    private static let rolesBytesMax = 64 << 20

    /// See ``DatabaseSnapshot/withDump(_:)``.
    func withDump<R>(
        snapshot: String,
        _ body: (borrowing RunningProcess) throws -> R
    ) throws -> R {
        let command = tools.command(
            "pg_dump",
            [
                "--format=custom", "--compress=0", "--snapshot=\(snapshot)", "--no-password",
                "--lock-wait-timeout=\(Dumper.lockWaitMilliseconds)",
                "--dbname=\(server.description)",
            ],
            environment: server.toolEnvironment
        )
        do {
            return try dump(command, body)
        } catch ProcessError.failed(let name, let status, let errorTail) {
            throw DatabaseError.toolFailed(name, status, errorTail)
        }
    }

    private func dump<R>(
        _ command: Command,
        _ body: (borrowing RunningProcess) throws -> R
    ) throws -> R {
        let (result, status, errorTail) = try withRunning(
            command,
            demandsSuccess: true,
            isStopping: isStopping
        ) { process in
            process.closeInput()
            let result = try body(process)
            guard process.hasReadAll else {
                throw DatabaseError.invalidFile(path: "pg_dump", why: "was not read to its end")
            }
            return result
        }
        guard status.isSuccess else {
            throw DatabaseError.toolFailed(command.name, status, errorTail)
        }
        return result
    }

    /// Takes the roles of the whole server, with their password hashes where we may read those.
    func roles(withPasswords: Bool) throws(DatabaseError) -> RolesDump {
        let arguments =
            [
                "--roles-only", "--no-password",
                "--dbname=\(server.description)",
            ] + (withPasswords ? [] : ["--no-role-passwords"])
        let command = tools.command(
            "pg_dumpall",
            arguments,
            environment: server.toolEnvironment
        )
        let output: ProcessOutput
        do throws(ProcessError) {
            output = try command.run(
                timeout: .seconds(300),
                outputBytesMax: Dumper.rolesBytesMax,
                isStopping: isStopping
            )
        } catch {
            throw .process(error)
        }
        guard output.status.isSuccess else {
            throw .toolFailed(command.name, output.status, output.errorTail)
        }
        return RolesDump(script: output.output, hasPasswords: withPasswords)
    }
}

/// The roles of a server, as pg_dumpall writes them.
package struct RolesDump: Hashable, Sendable {
    /// A script of SQL; holds password hashes if ``hasPasswords``.
    package let script: [UInt8]
    /// Whether we were allowed to read the password hashes.
    package let hasPasswords: Bool
}

extension DatabaseError {
    /// The error of a tool that ended otherwise than with code 0.
    static func toolFailed(
        _ name: String,
        _ status: ExitStatus,
        _ errorTail: String
    ) -> DatabaseError {
        let messages = ServerMessages.errors(inToolOutput: errorTail)
        return .toolFailed(name, status: status, messages: messages)
    }
}
