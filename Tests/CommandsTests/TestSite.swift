import FileSystem
import Format
import Glibc
import HostState
import LocalStore
import Model
import ObjectStore
import Processes
import Repository
import TestSupport
import Testing

/// A site with one set, `files`, and its first snapshot, made by the program as a user runs it.
struct TestSite {
    /// `source`, `state`, `store`, `recovery.txt` and `toride.yaml` lie in it.
    let folder: String
    /// The recipient of `recovery.txt`.
    let recipient: String
    private let program: String

    /// Makes a site in an empty folder.
    init(in folder: String) throws {
        self.folder = folder
        program = try Tool.built("toride")
        try FolderTree.make(folder, mode: 0o755)
        recipient = try TestSite.newKey(program, "\(folder)/recovery.txt")
        try FolderTree.make(source, mode: 0o755)
        try write("first", Array("一番目".utf8))
        try write("d/second", Array("second".utf8))
        try configure(yaml)
        try succeed(["init"])
        try succeed(["backup"])
    }

    private init(folder: String, recipient: String, program: String) {
        self.folder = folder
        self.recipient = recipient
        self.program = program
    }

    /// Another machine, which never backed anything up, with the same store.
    func elsewhere(_ name: String = "elsewhere") throws -> TestSite {
        let site = TestSite(folder: "\(folder)/\(name)", recipient: recipient, program: program)
        try FolderTree.make(site.folder, mode: 0o755)
        try site.configure(yaml.replacing(state, with: site.state))
        return site
    }

    var source: String { "\(folder)/source" }
    var state: String { "\(folder)/state" }
    var store: String { "\(folder)/store" }
    var catalog: String { "\(state)/catalog.sqlite" }
    var configuration: String { "\(folder)/toride.yaml" }
    var identity: String { "\(folder)/recovery.txt" }

    /// The configuration that a new site has.
    var yaml: String {
        """
        site: {name: 試験病院, timezone: Asia/Tokyo, language: ja}
        state: \(state)
        recipients: {recovery: \(recipient)}
        stores:
          primary: {path: \(store)}
        sets:
          files:
            source: {files: {paths: [\(source)]}}

        """
    }

    /// That configuration with a recipient for drills.
    func yaml(drill recipient: String) -> String {
        yaml.replacing("recipients: {", with: "recipients: {drill: \(recipient), ")
    }

    // MARK: - Keys

    /// Makes a key that lies beside the site's own.
    func newKey(_ name: String) throws -> (identity: String, recipient: String) {
        let identity = "\(folder)/\(name).txt"
        return (identity, try TestSite.newKey(program, identity))
    }

    private static func newKey(_ program: String, _ identity: String) throws -> String {
        let command = Command(program, ["key", "new", "--quiet", "--out", identity])
        let made = outcome(try command.run(timeout: .seconds(120)))
        #expect(made.code == 0, "\(made.err)")
        return String(made.out.prefix { $0 != "\n" })
    }

    /// The public half of what the host signs with.
    func publicKey() throws -> String {
        let bytes = try #require(try SmallFile.read("\(state)/host.pub", bytesMax: 80))
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }

    // MARK: - The program

    /// How a run of the program ended, and what it said.
    struct Outcome {
        let code: Int32
        let out: String
        let err: String

        /// Standard output as the one JSON object that it must be.
        func object() throws -> JSONValue {
            #expect(out.hasSuffix("}\n"))
            return try JSONValue(canonical: Array(out.utf8.dropLast()), of: "stdout")
        }
    }

    /// `toride` with this site's configuration, in English.
    func command(_ arguments: [String], environment: [String: String] = [:]) -> Command {
        let own = ["TORIDE_CONFIG": configuration].merging(environment) { $1 }
        return Command(
            program,
            arguments,
            environment: Command.minimalEnvironment.merging(own) { $1 }
        )
    }

    /// A run that tells its process id in its first line: `sh` becomes the program.
    func traced(_ arguments: [String]) -> Command {
        command(arguments).started(by: "sh", "-c", "echo $$; exec \"$@\"", "sh")
    }

    /// The words that restore a snapshot into a folder.
    func restore(_ snapshot: String, to target: String) -> [String] {
        ["restore", snapshot, "--to", target, "--identity", identity]
    }

    /// Runs `toride`.
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        let command = command(arguments, environment: environment)
        return TestSite.outcome(try command.run(timeout: .seconds(120)))
    }

    /// Runs `toride` as the user nobody.
    func runAsNobody(_ arguments: [String]) throws -> Outcome {
        let output = try asNobody([program] + arguments + ["--config", configuration])
        return TestSite.outcome(output)
    }

    /// Runs `toride` with a clock that is wrong, in faketime's words.
    func run(_ arguments: [String], at time: String) throws -> Outcome {
        let command = command(arguments).started(by: "faketime", time)
        return TestSite.outcome(try command.run(timeout: .seconds(60)))
    }

    /// Runs `toride` and expects it to end with 0.
    @discardableResult
    func succeed(
        _ arguments: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Outcome {
        let outcome = try run(arguments)
        #expect(
            outcome.code == 0,
            "\(arguments): \(outcome.out)\(outcome.err)",
            sourceLocation: sourceLocation
        )
        return outcome
    }

    /// How a program ended and what it said.
    static func outcome(_ output: ProcessOutput) -> Outcome {
        switch output.status {
        case .exited(let code): Outcome(code: code, out: output.text, err: output.errorTail)
        case .signalled(let signal):
            Outcome(code: 128 + signal, out: output.text, err: output.errorTail)
        }
    }

    // MARK: - Afterwards

    /// Nothing was lost: the snapshots still verify and the first one comes back; then the next
    /// backup works and verifies.
    func checkNothingLost(sourceLocation: SourceLocation = #_sourceLocation) throws {
        try checkFirst(sourceLocation: sourceLocation)
        try succeed(["backup"], sourceLocation: sourceLocation)
        try succeed(["verify"], sourceLocation: sourceLocation)
    }

    /// The snapshots still verify, and the first one comes back.
    func checkFirst(sourceLocation: SourceLocation = #_sourceLocation) throws {
        try succeed(["verify"], sourceLocation: sourceLocation)
        let target = "\(folder)/back"
        removeTree(target)
        try succeed(restore("files@1", to: target), sourceLocation: sourceLocation)
        let files = try contents(of: target + source)
        #expect(files["first"] == Array("一番目".utf8), sourceLocation: sourceLocation)
        #expect(files["d/second"] == Array("second".utf8), sourceLocation: sourceLocation)
        removeTree(target)
    }

    // MARK: - Changing it

    /// Adds a second store, to which nothing is brought yet.
    ///
    /// - Returns: its folder, which is empty.
    func addVault() throws -> String {
        let vault = "\(folder)/vault"
        try FolderTree.make(vault, mode: 0o755)
        let stores = "primary: {path: \(store)}"
        let files = "source: {files: {paths: [\(source)]}}"
        try configure(
            yaml.replacing(stores, with: "\(stores)\n  vault: {path: \(vault), class: O3}")
                .replacing(files, with: "\(files)\n    stores: [primary, vault]")
        )
        return vault
    }

    /// Writes a file of the source, with the folders above it.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        let path = "\(source)/\(name)"
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        try FolderTree.make("/" + parent, mode: 0o755)
        try SmallFile.write(bytes, to: path, mode: 0o644)
    }

    /// Writes a file of the source that does not compress.
    func writeNoise(_ name: String, mebibytes: Int) throws {
        let path = "\(source)/\(name)"
        try system("dd", "if=/dev/urandom", "of=\(path)", "bs=1M", "count=\(mebibytes)")
    }

    /// Writes the configuration.
    func configure(_ text: String) throws {
        try SmallFile.write(Array(text.utf8), to: configuration, mode: 0o644)
    }

    /// Changes the catalog behind the program's back.
    func changeCatalog(_ sql: String) throws {
        let python = """
            import sqlite3, sys
            base = sqlite3.connect(sys.argv[1])
            base.execute(sys.argv[2])
            base.commit()
            """
        try system("python3", "-c", python, catalog, sql)
    }

    /// Removes what SQLite keeps beside the catalog.
    func removeCatalogLog() throws {
        for suffix in ["-wal", "-shm"] {
            try SmallFile.remove(catalog + suffix)
        }
    }

    /// Runs a program of the system and expects it to end with 0.
    func system(_ words: String...) throws {
        let output = try Command(words[0], Array(words.dropFirst())).run(timeout: .seconds(60))
        #expect(output.status.isSuccess, "\(words): \(output.errorTail)")
    }

    /// Gives all of the site to nobody, who can then work in it.
    func giveToNobody() throws {
        try system("chown", "-R", "65534:65534", folder)
        try system("chmod", "755", folder)
    }

    // MARK: - Its store

    /// The keys of the store's objects, rising.
    func keys(_ prefix: String = "") throws -> [String] {
        try LocalStore(name: "primary", root: store).list(prefix: prefix).map(\.key).sorted()
    }

    /// The key of the newest manifest.
    func newestManifest() throws -> String {
        try #require(try keys("snapshots/").last)
    }

    /// The stored bytes of an object.
    func bytes(_ key: String) throws -> [UInt8] {
        try #require(try SmallFile.read("\(store)/\(key)", bytesMax: 1 << 30))
    }

    /// Puts other bytes in the place of an object's.
    func replace(_ key: String, with bytes: [UInt8]) throws {
        try SmallFile.write(bytes, to: "\(store)/\(key)", mode: 0o644)
    }

    /// Changes a bit in the middle of an object.
    ///
    /// - Returns: what it was.
    @discardableResult
    func flip(_ key: String) throws -> [UInt8] {
        let whole = try bytes(key)
        var flipped = whole
        flipped[whole.count / 2] ^= 1
        try replace(key, with: flipped)
        return whole
    }

    /// Waits until a backup that runs has stored a pack besides the `count` that there were.
    func waitForPack(besides count: Int, _ process: borrowing RunningProcess) throws {
        while process.isRunning, try keys("packs/").count == count {
            usleep(1_000)
        }
    }
}

extension Command {
    /// The same, started by another program.
    func started(by program: String, _ words: String...) -> Command {
        Command(program, words + [executable] + arguments, environment: environment)
    }
}

/// Gives `body` a new site with one snapshot, in memory where there is room.
func withSite<R>(_ body: (TestSite) throws -> R) throws -> R {
    try withTemporaryFolder(inMemory: true) { folder in
        try body(try TestSite(in: folder))
    }
}

/// Expects an error as every command tells it: the code, what and which object on one line, what to
/// do next on another, and nothing else.
func expectError(
    _ outcome: TestSite.Outcome,
    _ code: ExitCode,
    _ fragments: String...,
    hint: String,
    program: String = "toride",
    remarks: Int = 0,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let said: Comment = "exit \(outcome.code)\nout: \(outcome.out)\nerr: \(outcome.err)"
    #expect(outcome.code == code.rawValue, said, sourceLocation: sourceLocation)
    let lines = outcome.err.split(separator: "\n")
    let error = lines.first { $0.hasPrefix("\(program): error: ") } ?? ""
    for fragment in fragments {
        #expect(error.contains(fragment), said, sourceLocation: sourceLocation)
    }
    let told = lines.first { $0.hasPrefix("hint: ") } ?? ""
    #expect(told.contains(hint), said, sourceLocation: sourceLocation)
    #expect(outcome.out == "", said, sourceLocation: sourceLocation)
    #expect(lines.count == 2 + remarks, said, sourceLocation: sourceLocation)
}

/// Expects findings and their hint, with the exit code that they mean.
func expectFinding(
    _ outcome: TestSite.Outcome,
    _ code: ExitCode,
    _ fragments: String...,
    hint: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let said: Comment = "exit \(outcome.code)\nout: \(outcome.out)\nerr: \(outcome.err)"
    #expect(outcome.code == code.rawValue, said, sourceLocation: sourceLocation)
    for fragment in fragments {
        let isThere = outcome.out.split(separator: "\n").contains { $0.contains(fragment) }
        #expect(isThere, "no \(fragment) in \(said)", sourceLocation: sourceLocation)
    }
    if let hint {
        let told = outcome.err.split(separator: "\n").contains {
            $0.hasPrefix("hint: ") && $0.contains(hint)
        }
        #expect(told, said, sourceLocation: sourceLocation)
    }
}

/// What `verify` says after its first line. That counts objects, and each verification leaves one.
func afterCounts(_ outcome: TestSite.Outcome) -> [Substring] {
    Array(outcome.out.split(separator: "\n").dropFirst())
}
