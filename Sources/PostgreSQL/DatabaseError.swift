package import FileSystem
package import Model
package import Processes

/// A database that could not be asked, dumped or restored. No message holds a password or a DETAIL
/// line: those quote rows.
package enum DatabaseError: ToldError, Equatable {
    /// The connection string cannot be read. It may hold a password, so it is not shown.
    case badConnectionString
    /// The server was not reached or refused us; what libpq said.
    case notConnected(String)
    /// The connection broke while we did this.
    case connectionLost(String)
    /// The server refused what we asked: what that was, the SQLSTATE, the primary message.
    case refused(String, state: String, message: String)
    /// An answer was larger than we take.
    case answerTooLarge(String, bytesMax: Int)
    /// The server is older than we support.
    case serverTooOld(version: Int)
    /// No server tool of this major version or a newer one is installed.
    case toolMissing(String, majorMin: Int)
    /// A tool could not be run, or was ended by us.
    case process(ProcessError)
    /// A tool ended with an error; what it said, without data.
    case toolFailed(String, status: ExitStatus, messages: [String])
    /// A file could not be read or written.
    case file(FileSystemError)
    /// A file is not what it should be.
    case invalidFile(path: String, why: String)
    /// A connection string names no database where one must be chosen on purpose.
    case noDatabaseNamed
    /// The database to restore into has something in it.
    case targetNotEmpty(String)
    /// The dump holds statements that could take over the server.
    case untrustedDump([DumpHazard])
    /// The server of a drill did not start; what it said.
    case serverNotStarted([String])
    /// A directory cannot serve as a drill's scratch directory.
    case unsuitableScratch(path: String, why: String)

    package var description: String {
        switch self {
        case .badConnectionString: "the connection string cannot be read"
        case .notConnected(let said): "no connection to the database: \(said)"
        case .connectionLost(let what): "\(what): the connection to the database broke"
        case .refused(let what, let state, let message): "\(what): \(message) (SQLSTATE \(state))"
        case .answerTooLarge(let what, let max): "\(what): the answer is over \(ByteCount(max))"
        case .serverTooOld(let version): "PostgreSQL \(version / 10_000) is too old"
        case .toolMissing(let name, let major): "no \(name) of PostgreSQL \(major) or newer"
        case .process(let error): error.description
        case .toolFailed(let name, let status, let messages):
            "\(name): \(status)\(messages.map { "; " + $0 }.joined())"
        case .file(let error): error.description
        case .invalidFile(let path, let why): "\(path): \(why)"
        case .noDatabaseNamed: "the connection string names no database"
        case .targetNotEmpty(let name): "database \(name): is not empty"
        case .untrustedDump(let hazards):
            "the dump holds what could take over the server: "
                + hazards.prefix(5).map(\.description).joined(separator: "; ")
                + (hazards.count > 5 ? " and \(hazards.count - 5) more" : "")
        case .serverNotStarted(let messages):
            "the drill's server did not start\(messages.map { "; " + $0 }.joined())"
        case .unsuitableScratch(let path, let why): "\(path): \(why)"
        }
    }

    package var hint: String {
        switch self {
        case .badConnectionString: "write it as libpq does: service=ehr, or host=… user=…"
        case .notConnected: "try the same connection string with psql"
        case .connectionLost: "look into the server's log and run it again"
        case .refused(_, let state, _): DatabaseError.hint(state: state)
        case .answerTooLarge: "ask for less at once"
        case .serverTooOld: "PostgreSQL 12 or newer is needed; use a `command` source with pg_dump"
        case .toolMissing(_, let major): "install the package postgresql-\(major)"
        case .process(let error): error.hint
        case .toolFailed: "look into the server's log; the messages there are complete"
        case .file(let error): error.hint
        case .invalidFile: "restore it from another copy, or correct it"
        case .noDatabaseNamed: "add dbname=NAME, an empty database that you made for this"
        case .targetNotEmpty(let name):
            "name an empty one (createdb --template=template0 NEW), or drop \(name) yourself first"
        case .untrustedDump:
            "look at these objects; if they are yours, load the dump with pg_restore yourself"
        case .serverNotStarted: "look at the scratch directory's free space and permissions"
        case .unsuitableScratch: "name a short path that the user of the sandbox may enter"
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .badConnectionString, .noDatabaseNamed, .targetNotEmpty, .unsuitableScratch: .usage
        case .untrustedDump: .notProven
        case .process(let error): error.exitCode
        case .file(let error): error.exitCode
        default: .couldNotLook
        }
    }

    private static func hint(state: String) -> String {
        switch state {
        case "42501": "give the user of the connection the right to read this (pg_read_all_data)"
        case "55P03", "57014": "another session holds a lock or the time was too short; try later"
        case "22023", "42704": "install the locale, extension or role that is named"
        case "3D000": "check the name of the database"
        default: "look into the server's log"
        }
    }
}
