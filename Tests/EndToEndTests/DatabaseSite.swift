import Backup
import Configuration
import Custody
import Drills
import FileSystem
import Format
import Glibc
import HostState
import Jobs
import Model
import ObjectStore
import Opening
import PostgreSQL
import Primitives
import Processes
import Repository
import TestSupport
import Testing
import Workers

/// Whether a server can be had; says so aloud where it cannot.
let hasServer: Bool = {
    if let absence = TestServer.absence {
        print("SKIPPED: whole ways with a PostgreSQL server: \(absence)")
    }
    return TestServer.absence == nil
}()

/// Whether a drill can run a server in a sandbox.
let canDrill: Bool = {
    guard hasServer, (try? Sandbox(account: Account(named: "postgres")).probe()) != nil else {
        print("SKIPPED: drills with a PostgreSQL server: no server or no sandbox")
        return false
    }
    return true
}()

extension TestServer {
    /// Runs statements.
    func run(_ sql: String, in database: String = "postgres") throws {
        try run(script: Array(sql.utf8), in: database)
    }
}

/// A site whose sets are databases of a live server, with a custodian's identity.
struct DatabaseSite: ~Copyable {
    /// `state`, `store`, `scratch`, `toride.yaml` and `identity` lie in it.
    let folder: String
    let site: Site
    let identities: AgeIdentities

    /// Makes a site.
    ///
    /// - Parameters:
    ///   - folder: an empty folder, or one to be made; the server's user will be let through it.
    ///   - sets: the configuration from `sets:` on.
    /// - Throws: if the configuration is wrong, or the folder cannot be written.
    init(in folder: String, _ sets: String) throws {
        try FolderTree.make(folder, mode: 0o711)
        let identity = try AgeIdentity.generate()
        let file = try FileHandle.open("\(folder)/identity", O_WRONLY | O_CREAT | O_EXCL)
        try identity.write(to: file.descriptor, created: DatabaseSite.now())
        let text = """
            site: {name: Test, timezone: Asia/Tokyo, language: en}
            state: \(folder)/state
            recipients: {recovery: \(identity.recipient)}
            stores: {primary: {path: \(folder)/store}}
            drill: {scratch: \(folder)/scratch}
            \(sets)
            """
        try SmallFile.write(Array(text.utf8), to: "\(folder)/toride.yaml", mode: 0o644)
        let site = try Site(configPath: "\(folder)/toride.yaml")
        try site.state.prepare()
        try site.state.makeSigningKey()
        try FolderTree.make("\(folder)/store", mode: 0o700)
        let store = try site.open(try #require(site.configuration.stores.first))
        _ = try Repository(creating: RepositoryID(try Randomness.id()), in: store)
        #expect(unsafe chmod(folder, 0o711) == 0)
        let identities = try AgeIdentities(identity)
        self.folder = folder
        self.site = site
        self.identities = identities
    }

    static func now() -> Timestamp { Timestamp(seconds: Int64(time(nil))) }

    /// Backs up a set.
    func backUp(
        _ set: String,
        progress: @escaping (UInt64) -> Void = { _ in }
    ) throws -> SnapshotRef {
        let job = try BackupJob(
            site: site,
            set: set,
            tool: "toride test",
            stop: StopFlag(),
            now: DatabaseSite.now
        )
        let result = try job.run { progress($0.bytesRead) }
        #expect(Verdict(result.findings) == .proven, "\(result.findings)")
        return result.manifest.ref
    }

    /// Runs a drill.
    func drill(
        _ plan: String,
        controls: ControlScope = .rotating,
        injection: DrillInjection? = nil,
        progress: @escaping (String) -> Void = { _ in }
    ) throws -> DrillJob.Outcome {
        let job = DrillJob(
            site: site,
            plan: try #require(site.configuration.drill(named: plan)),
            tool: "toride test",
            stop: StopFlag(),
            now: DatabaseSite.now
        )
        return try job.run(
            with: identities,
            controls: controls,
            progress: progress,
            injection: injection
        )
    }

    /// The program with a command, as an operator runs it.
    func toride(_ words: [String]) throws -> Command {
        Command(
            try Tool.built("toride"),
            words + ["--config", "\(folder)/toride.yaml"]
                + (words.contains("--lang") ? [] : ["--lang", "en"])
        )
    }

    /// How the program verifies the store: nothing but `proven` is 0.
    func verify() throws -> Processes.ExitStatus {
        try toride(["verify"]).run(timeout: .seconds(120)).status
    }

    /// How many snapshots the store holds.
    func snapshots() throws -> Int {
        try store().list(prefix: "snapshots/").count
    }

    /// The one store of the configuration.
    func store() throws -> any ObjectStore {
        try site.open(try #require(site.configuration.stores.first))
    }

    /// The names in the folder of plaintext, but for locks.
    func plaintext() throws -> [String] {
        let path = "\(folder)/scratch"
        guard unsafe access(path, F_OK) == 0 else {
            return []
        }
        return try FileHandle.open(path, O_RDONLY | O_DIRECTORY).names()
            .map { String(decoding: $0, as: UTF8.self) }
            .filter { !$0.hasSuffix(".lock") }
    }
}
