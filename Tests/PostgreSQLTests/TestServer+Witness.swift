import FileSystem
import Glibc
import Model
import Processes
import TestSupport
import Testing

@testable import PostgreSQL

/// Whether a server can be had; says so aloud where it cannot.
let hasServer: Bool = {
    if let absence = TestServer.absence {
        print("SKIPPED: tests with a PostgreSQL server: \(absence)")
    }
    return TestServer.absence == nil
}()

extension TestServer {
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

    /// What tells a database from the one that a witness was taken of.
    func differences(of database: String, from source: Witness) throws -> [Finding] {
        try source.differences(of: try connect(database))
    }
}

extension Witness {
    /// What tells the database of a session from the one that this was taken of.
    func differences(of other: borrowing Connection) throws -> [Finding] {
        let restored = try WitnessGatherer(matching: self).gather(from: other)
        return WitnessComparison.compare(source: self, restored: restored)
    }
}

extension TestDirectory {
    static func write(_ bytes: [UInt8], to path: String) throws {
        try FileHandle.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644).write(bytes)
    }

    static func read(_ path: String) throws -> [UInt8] {
        try FileHandle.open(path, O_RDONLY).readAll(bytesMax: 1 << 30)
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
