import FileSystem
import Glibc
import Model
import ObjectStore
import Processes
import S3Store
import TestSupport
import Testing

/// A copy run makes locks longer. Killed at any moment, it leaves no lock shorter than it was, and
/// the next one completes its work.
@Suite(.timeLimit(.minutes(15))) struct LockKillTests {
    /// So many moments are tried, spread over the time of a whole run.
    private static let momentCount = 20

    @Test(.enabled(if: SeaweedServer.absence == nil, "NOT TESTED: no SeaweedFS here"))
    func `a run that makes locks longer may be killed, and no lock is shorter for it`() throws {
        try SeaweedServer.run { server in
            try withTemporaryFolder(inMemory: true) { folder in
                let site = try BucketSite(in: folder, server)
                // The first takes longer than those that are killed later, for servers warm up.
                _ = try duration(site, "first")
                let whole = try duration(site, "second")
                var cutCount = 0
                for number in 1...Self.momentCount {
                    let pause = whole * number / (Self.momentCount + 1)
                    if try interrupt(site, "moment-\(number)", after: pause) {
                        cutCount += 1
                    }
                }
                #expect(cutCount > 0, "no run was killed while it made locks longer")
            }
        }
    }

    /// Makes a copy with locks of a day, which are to last 30 days from now on.
    private func begin(_ site: BucketSite, _ prefix: String) throws {
        try site.configure(prefix, days: 1)
        try site.succeed(["init"])
        try site.succeed(["copy", "run"])
        try site.configure(prefix, days: 30)
    }

    /// How long a run takes that is not killed.
    private func duration(_ site: BucketSite, _ prefix: String) throws -> Duration {
        try begin(site, prefix)
        let clock = ContinuousClock()
        let start = clock.now
        try site.succeed(["copy", "run"])
        let duration = clock.now - start
        try expectLong(site, prefix)
        return duration
    }

    /// Kills a run after a while, looks at what it left, and lets the next one complete it.
    ///
    /// - Returns: whether some locks were longer by then, and some were not.
    private func interrupt(
        _ site: BucketSite,
        _ prefix: String,
        after pause: Duration
    ) throws -> Bool {
        try begin(site, prefix)
        let before = try site.locks(prefix)
        #expect(before.count >= 60)
        let ended = try withRunning(site.traced(["copy", "run"])) { process in
            let child = try TestHost.child(process)
            usleep(UInt32(pause / .microseconds(1)))
            _ = kill(child, SIGKILL)
            return try TestHost.rest(process)
        }
        #expect(
            [.signalled(SIGKILL), .exited(0)].contains(ended.status),
            "\(prefix): \(ended.errorTail)"
        )
        let after = try site.locks(prefix)
        let shorter = before.filter { after[$0.key]?.covers($0.value) != true }
        #expect(shorter.isEmpty, "killed after \(pause): \(shorter)")
        try site.succeed(["verify", "--copy", "vault"])
        try site.succeed(["copy", "run"])
        try expectLong(site, prefix)
        return Set(after.values.map { isLong($0) }).count == 2
    }

    /// Every lock holds for 29 days at least.
    private func expectLong(_ site: BucketSite, _ prefix: String) throws {
        let short = try site.locks(prefix).filter { !isLong($0.value) }
        #expect(short.isEmpty, "\(short)")
    }

    private func isLong(_ lock: ObjectLock) -> Bool {
        lock.covers(LockPolicy(mode: .compliance, days: 29).lock(from: LockConformance.clock()))
    }
}

/// A site with some small snapshots, whose second store is a folder of a bucket with locks.
private struct BucketSite {
    private static let bucket = "toride-killed"

    private let folder: String
    private let server: S3Server
    private let program: String
    private let recipient: String

    /// Makes it in an empty folder, and the bucket.
    init(in folder: String, _ server: S3Server) throws {
        self.folder = folder
        self.server = server
        program = try Tool.built("toride")
        let words = ["key", "new", "--quiet", "--out", "\(folder)/recovery.txt"]
        let made = try Command(program, words).run(timeout: .seconds(120))
        #expect(made.status.isSuccess, "\(made.errorTail)")
        recipient = String(made.text.prefix { $0 != "\n" })
        try server.makeBucket(Self.bucket, .locked)
        try FolderTree.make("\(folder)/source", mode: 0o755)
        try configure("first", days: 1)
        try succeed(["init"])
        // Each leaves a key, a pack, an index, a list page and a manifest at least.
        for number in 1...12 {
            try write("source/\(number)", "\(number)")
            try succeed(["backup"])
        }
    }

    /// Writes the configuration: a vault under a prefix of the bucket, with locks of so many days.
    func configure(_ prefix: String, days: Int) throws {
        let location = server.location(bucket: Self.bucket, prefix: "\(prefix)/")
        guard case .file(let credentials, profile: _) = location.credentials else {
            throw StoreError.missing(key: "credentials", place: "\(location)")
        }
        try write(
            "toride.yaml",
            """
            site: {name: 試験病院, timezone: Asia/Tokyo, language: ja}
            state: \(folder)/state
            recipients: {recovery: \(recipient)}
            stores:
              primary: {path: \(folder)/store}
              vault:
                s3:
                  endpoint: http://\(location.server)
                  bucket: \(Self.bucket)
                  prefix: \(prefix)
                  credentials: \(credentials)
                  lock: {mode: compliance, days: \(days)}
            sets:
              files:
                source: {files: {paths: [\(folder)/source]}}
                stores: [primary, vault]

            """
        )
    }

    private func write(_ name: String, _ text: String) throws {
        try FileHandle.open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_TRUNC)
            .write(Array(text.utf8))
    }

    /// `toride` with this site's configuration.
    private func command(_ words: [String]) -> Command {
        let own = ["TORIDE_CONFIG": "\(folder)/toride.yaml"]
        return Command(
            program,
            words,
            environment: Command.minimalEnvironment.merging(own) { $1 }
        )
    }

    /// A run that tells its process id in its first line: `sh` becomes the program.
    func traced(_ words: [String]) -> Command {
        var command = command(words)
        command.arguments =
            ["-c", "echo $$; exec \"$@\"", "sh", command.executable] + command.arguments
        command.executable = "sh"
        return command
    }

    /// Runs `toride` and expects it to end with 0.
    func succeed(
        _ words: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let output = try command(words).run(timeout: .seconds(120))
        #expect(
            output.status.isSuccess,
            "\(words): \(output.text)\(output.errorTail)",
            sourceLocation: sourceLocation
        )
    }

    /// The lock of every version beneath a prefix of the bucket; all have one.
    func locks(_ prefix: String) throws -> [String: ObjectLock] {
        let store = try server.store(Self.bucket, "\(prefix)/", isLocking: true)
        var locks: [String: ObjectLock] = [:]
        for version in try store.versions(prefix: "") {
            let found = try store.lock(of: version.key, version: version.version)
            #expect(found != nil, "\(version.key)")
            locks["\(version.key) \(version.version)"] = found
        }
        return locks
    }
}
