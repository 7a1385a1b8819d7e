import Backup
import Configuration
import FileSystem
import Glibc
import HostState
import Jobs
import Model
import Opening
import Primitives
import Processes
import Repository
import Synchronization
import TestSupport
import Testing
import Verification
import Workers

/// A clock that a test sets.
final class TestClock: Sendable {
    private let moment = Mutex(Timestamp(seconds: 1_800_000_000))

    /// The present.
    var now: @Sendable () -> Timestamp {
        { [self] in moment.withLock { $0 } }
    }

    /// Lets time pass.
    func advance(days: Int64 = 0, hours: Int64 = 0) {
        moment.withLock { $0 = Timestamp(seconds: $0.seconds + days * 86_400 + hours * 3_600) }
    }
}

/// A site with one set of files, a store `primary` that is always there, and a store `rdx` of
/// media; its clock stands still unless it is set.
struct MediaSite {
    /// `source`, `state`, `store` and `rdx` lie in it.
    let folder: String
    let site: Site
    let clock = TestClock()

    /// Makes a site in an empty folder; `others` is a further store.
    init(in folder: String, besides others: String = "") throws {
        let identity = try AgeIdentity.generate()
        let text = """
            site: {name: Test, timezone: Asia/Tokyo, language: en}
            state: \(folder)/state
            recipients: {recovery: \(identity.recipient)}
            stores:
              primary: {path: \(folder)/store}
              rdx: {path: \(folder)/rdx, class: O1, media: {returnWithin: 20d, onlineMax: 24h}}
              \(others)
            sets:
              files: {source: {files: {paths: [\(folder)/source]}}, stores: [primary, rdx]}

            """
        for name in ["source", "store", "rdx"] {
            try FolderTree.make("\(folder)/\(name)", mode: 0o755)
        }
        let site = Site(try Configuration.parse(Array(text.utf8), file: "test"))
        try site.state.prepare()
        try site.state.makeSigningKey()
        let store = try site.open(try #require(site.configuration.stores.first))
        _ = try Repository(creating: RepositoryID(try Randomness.id()), in: store)
        self.folder = folder
        self.site = site
    }

    /// Where media are mounted.
    var point: String { "\(folder)/rdx" }

    /// The path of the medium's name.
    var document: String { "\(point)/medium/medium.json" }

    /// What is done with media; a folder will do unless the test mounts.
    func media(allowsFolder: Bool = true) throws -> MediaJob {
        try MediaJob(site, in: "rdx", allowsFolder: allowsFolder, now: clock.now)
    }

    /// Makes what is mounted the medium `2026-A`.
    @discardableResult
    func make(allowsFolder: Bool = true) throws -> MediaJob.Made {
        try media(allowsFolder: allowsFolder).make("2026-A", custodian: "Sato", location: "bank")
    }

    /// Backs up a source that has one more file.
    func backUp(_ name: String) throws {
        try SmallFile.write(Array(name.utf8), to: "\(folder)/source/\(name)", mode: 0o644)
        let job = try BackupJob(
            site: site,
            set: "files",
            tool: "toride test",
            stop: StopFlag(),
            now: clock.now
        )
        let result = try job.run()
        #expect(Verdict(result.findings) == .proven, "\(result.findings)")
    }

    /// Brings what there is to the medium that is mounted.
    func copy() throws {
        let job = try CopyJob(site, to: "rdx", now: clock.now, stop: StopFlag())
        #expect(job.parts.count == 1)
        for part in job.parts {
            _ = try job.run(part)
        }
    }

    /// Verifies the medium that is mounted, and writes down that it was read.
    func verify() throws -> VerificationReport {
        let plan = try VerifyPlan(site: site, copy: "rdx")
        let part = try #require(try plan.parts().parts.first)
        let visit = try plan.visit(to: [part], now: clock.now)
        let report = try Verifier(store: part.store, request: part.request).run()
        let now = clock.now()
        _ = try plan.remember(report, of: part, started: now, finished: now)
        try visit?.end()
        return report
    }

    /// What is told of media now.
    func codes() throws -> [FindingCode] {
        try standing().findings.map(\.code)
    }

    /// How each medium stands now.
    func standing() throws -> MediaStanding {
        try MediaStanding(site, try site.catalog(), now: clock.now())
    }
}

/// A cartridge that is none: a file with a file system in it, mounted on a loop device.
struct LoopMedium {
    /// The file.
    let image: String

    /// Makes an empty one of 64 MiB.
    init(at image: String) throws {
        self.image = image
        try FileHandle.open(image, O_WRONLY | O_CREAT).setSize(64 << 20)
        try LoopMedium.run("mkfs.ext4", ["-q", "-F", image])
    }

    /// Mounts it.
    func mount(at point: String) throws {
        try LoopMedium.run("mount", ["-o", "loop", image, point])
    }

    /// Takes it away, if it is there still; for the end of a test.
    static func release(_ point: String) {
        _ = try? run("umount", ["-l", point])
    }

    /// Runs a program that must end with 0.
    static func run(_ program: String, _ words: [String]) throws {
        _ = try Command(program, words).run(
            timeout: .seconds(60),
            orThrow: { FileSystemError(program, $0.errorTail, code: EIO) }
        )
    }

    /// Whether this machine can mount one.
    static let canMount: Bool = {
        do {
            return try withTemporaryFolder { folder in
                let medium = try LoopMedium(at: "\(folder)/image")
                try FolderTree.make("\(folder)/point", mode: 0o755)
                try medium.mount(at: "\(folder)/point")
                try LoopMedium.run("umount", ["\(folder)/point"])
                return true
            }
        } catch {
            print("SKIPPED: media on loop devices: \(error)")
            return false
        }
    }()
}
